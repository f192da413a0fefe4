"""Money for a credential that another has overtaken: the order goes, and what still arrives is found and returned."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from mastery_exam import api as exams
from micromasters_pathway import api as pathways
from openedx_bridge.backend import get_backend
from paid_certificate import api
from paid_certificate.data import CredentialState, OrderState
from paid_certificate.errors import NothingToBuy
from paid_certificate.models import AuditEntry, Entitlement

pytestmark = pytest.mark.django_db
COURSE = "course-v1:Mastery+STAT+1"


@pytest.fixture
def waiting(credential_exam, operator, learner, pass_exam, django_capture_on_commit_callbacks):
    """The learner's pass, whose credential waits for its fee; a programme leads to the same achievement."""
    get_backend().add_course(COURSE, title="Coursework")
    pathways.create_programme(key="data", title="Data", actor_id=operator.pk)
    route = {"kind": "course", "course_key": COURSE}
    rules = {"slot": {"key": "course", "title": "Course", "routes": [route]}}
    pathways.publish_programme("data", rules=rules, actor_id=operator.pk)
    achievement = api.find_achievement(exam_key=credential_exam.key)
    api.add_route(achievement.uuid, kind="programme", reference="data", actor_id=operator.pk)
    with django_capture_on_commit_callbacks(execute=True):
        return pass_exam(learner, credential_exam)


@pytest.fixture
def complete(learner, django_capture_on_commit_callbacks):
    """A function by which the learner completes the programme."""

    def go() -> None:
        with django_capture_on_commit_callbacks(execute=True):
            pathways.join_programme(learner.pk, programme_key="data")
            get_backend().grade(learner.pk, COURSE, percent=Decimal(80), passed=True)
            pathways.refresh_progress(learner.pk)

    return go


@pytest.fixture
def pay(operator, django_capture_on_commit_callbacks):
    """A function by which the invoice of an order is paid."""

    def go(order) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            api.mark_invoice_paid(order.uuid, actor_id=operator.pk, reference="BANK-1")

    return go


def place(user: User, decision):
    return api.place_order(user.pk, decision_uuid=decision.uuid, gateway="invoice", idempotency_key="key-1")


def findings() -> list[tuple[str, bool]]:
    return [(outcome.finding.kind, outcome.repaired) for outcome in api.reconcile()]


def test_order_of_an_award_that_a_programme_overtook_is_cancelled(waiting, complete, learner) -> None:
    order = place(learner, waiting)
    complete()
    old, new = api.list_credentials(learner.pk)
    assert (old.state, new.state, new.route_kind) == (CredentialState.CANCELLED, CredentialState.ISSUED, "programme")
    assert api.get_order(order.uuid).state is OrderState.CANCELLED
    assert AuditEntry.objects.get(action="cancel_order").object_uuid == order.uuid
    assert api.find_order(learner.pk, decision_uuid=waiting.uuid) is None


def test_invoice_paid_all_the_same_is_found_and_given_back(
    waiting, complete, pay, learner, operator, client_of
) -> None:
    order = place(learner, waiting)
    complete()
    pay(order)
    assert findings() == [("paid_for_no_credential", False)]
    assert [outcome.repaired for outcome in api.reconcile(dry_run=False, actor_id=operator.pk)] == [False]
    desk = reverse("paid_certificate:desk")
    page = client_of(operator).get(desk).content.decode()
    assert f"Order {order.number} is paid and brought no credential" in page
    refund = {"action": "refund", "uuid": str(order.uuid), "reason": "a programme's credential stands"}
    assert client_of(operator).post(desk, refund).status_code == 302
    assert api.get_order(order.uuid).state is OrderState.REFUNDED
    assert Entitlement.objects.get().reversed_at is not None
    assert findings() == []
    assert [entry.state for entry in api.list_credentials(learner.pk)] == ["cancelled", "issued"]


def test_order_found_is_offered_first_on_the_desk_however_old_it_is(
    waiting, credential_exam, complete, pay, learner, other_learner, operator, pass_exam, client_of, monkeypatch
) -> None:
    order = place(learner, waiting)
    complete()
    pay(order)
    newer = place(other_learner, pass_exam(other_learner, credential_exam))
    api.mark_invoice_paid(newer.uuid, actor_id=operator.pk, reference="BANK-2")
    monkeypatch.setattr("paid_certificate.services.desk.RECENT", 1)
    page = client_of(operator).get(reverse("paid_certificate:desk")).content.decode()
    assert 0 < page.find(f'name="uuid" value="{order.uuid}"') < page.find(f'name="uuid" value="{newer.uuid}"')


def test_paid_credential_that_is_issued_is_no_finding(waiting, pay, learner, operator) -> None:
    order = place(learner, waiting)
    pay(order)
    (found,) = api.list_credentials(learner.pk)
    assert (found.state, findings()) == (CredentialState.ISSUED, [])
    api.revoke_credential(found.uuid, actor_id=operator.pk, reason="result_withdrawn")
    assert findings() == []


def test_fee_that_a_withdrawn_result_leaves_without_a_credential_is_found(
    waiting, pay, learner, staff, django_capture_on_commit_callbacks
) -> None:
    order = place(learner, waiting)
    with django_capture_on_commit_callbacks(execute=True):
        exams.withdraw_decision(waiting.uuid, actor_id=staff.pk, reason="a key was wrong")
    pay(order)
    assert findings() == [("paid_for_no_credential", False)]


def test_credential_that_stands_already_cannot_be_bought(waiting, complete, learner) -> None:
    complete()
    with pytest.raises(NothingToBuy, match="you hold this credential already"):
        place(learner, waiting)


def test_order_paid_before_is_returned_and_not_refused(waiting, pay, learner) -> None:
    order = place(learner, waiting)
    pay(order)
    again = api.place_order(learner.pk, decision_uuid=waiting.uuid, gateway="invoice", idempotency_key="key-2")
    assert (again.uuid, again.state) == (order.uuid, OrderState.PAID)
