"""Erasing a person: the database holds nothing of them here, and the public page tells a status."""

from __future__ import annotations

import html
import json

import pytest
from django.apps import apps
from django.core import serializers
from django.urls import reverse
from mastery_sittings import registered

from openedx_bridge.backend import get_backend
from paid_certificate import api
from paid_certificate.data import CredentialState
from paid_certificate.errors import CredentialErased
from paid_certificate.services.verify_credential import Answer

pytestmark = pytest.mark.django_db
NAME = "Ana Ćosić"
STATUS_URL = "paid_certificate:verification"


def dump() -> str:
    """Every row of the app as text, in which a name cannot hide behind an escape."""
    rows = [row for model in apps.get_app_config("paid_certificate").get_models() for row in model.objects.all()]
    return json.dumps(json.loads(serializers.serialize("json", rows)), ensure_ascii=False)


def test_retirement_leaves_nothing_of_the_person_in_the_database(issued, learner) -> None:
    assert NAME in dump()
    get_backend().retire(learner.pk)
    left = dump()
    assert NAME not in left
    assert "\\u0106osi" not in left
    assert '"score"' not in left
    assert "statistics" in left  # the achievement itself stays


def test_retirement_leaves_a_page_that_tells_the_status_alone(issued, learner, client, operator) -> None:
    file = api.get_document(issued.uuid)
    get_backend().retire(learner.pk)
    page = html.unescape(client.get(reverse(STATUS_URL, args=[issued.uuid])).content.decode())
    assert "Erased at the holder's request; status: valid." in page
    assert "Introductory statistics" not in page
    assert client.get(reverse("paid_certificate:document", args=[issued.uuid])).status_code == 410
    with pytest.raises(CredentialErased):
        api.bundle_of(issued.uuid)
    # The file that the holder kept goes on telling the truth, also when it ends.
    assert api.verify_text(file).answer is Answer.VALID
    api.revoke_credential(issued.uuid, actor_id=operator.pk, reason="issued_in_error")
    found = api.verify_text(file)
    assert (found.answer, found.credential, found.is_erased) == (Answer.REVOKED, None, True)


def test_retirement_twice_changes_nothing_more(issued, learner) -> None:
    get_backend().retire(learner.pk)
    before = dump()
    get_backend().retire(learner.pk)
    assert dump() == before


def test_retirement_cancels_what_is_not_signed_yet(exam, learner, pass_exam) -> None:
    waiting = api.award_for_decision(pass_exam(learner, exam).uuid)
    get_backend().retire(learner.pk)
    assert api.issue_credential(waiting.uuid).state is CredentialState.CANCELLED
    assert NAME not in dump()


def test_retirement_scrubs_why_money_was_given_back_and_keeps_the_amount(paid_exam, learner, operator) -> None:
    order = api.place_order(
        learner.pk, registration_uuid=registered(learner, paid_exam).uuid, gateway="invoice", idempotency_key="k"
    )
    api.mark_invoice_paid(order.uuid, actor_id=operator.pk, reference="BANK-1")
    api.refund_order(order.uuid, actor_id=operator.pk, reason="Ana is ill", our_fault=False)
    get_backend().retire(learner.pk)
    assert "Ana is ill" not in dump()
    assert "4000" in dump()
