"""Replacing a credential: a new name, a correction, a reissue; the old link goes on answering."""

from __future__ import annotations

import html

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from openedx_bridge.backend import get_backend
from paid_certificate import api
from paid_certificate.data import CorrectionState, CredentialState
from paid_certificate.errors import CorrectionRefused, CredentialNotFound, CredentialStateConflict
from paid_certificate.models import AuditEntry, Credential
from paid_certificate.proofs.bundle import resolver_from_files
from paid_certificate.proofs.verify import Verdict, verify_document
from paid_certificate.services.verify_credential import Answer
from paid_certificate.signals.signals import CREDENTIAL_SUPERSEDED

pytestmark = pytest.mark.django_db
NEW_NAME = "Ana Nováková"


@pytest.fixture
def supersede(operator, django_capture_on_commit_callbacks):
    """A function that replaces a credential and signs the new one."""

    def go(credential, **values):
        with django_capture_on_commit_callbacks(execute=True):
            values = {"reason": "name_changed", "holder_name": NEW_NAME} | values
            new = api.supersede_credential(credential.uuid, actor_id=operator.pk, **values)
        return api.get_credential(new.uuid)

    return go


def offline(credential) -> Verdict:
    files = api.bundle_of(credential.uuid)
    return verify_document(files["credential.json"], resolver_from_files(files), timezone.now()).verdict


def page_of(client, credential) -> str:
    return html.unescape(client.get(reverse("paid_certificate:verification", args=[credential.uuid])).content.decode())


def test_supersede_issues_a_new_credential_and_strangers_refuse_the_old(issued, supersede) -> None:
    new = supersede(issued)
    old = api.get_credential(issued.uuid)
    assert (old.state, old.ended_reason, old.successor_uuid) == (CredentialState.SUPERSEDED, "replaced", new.uuid)
    assert (new.state, new.holder_name) == (CredentialState.ISSUED, NEW_NAME)
    assert (new.awarded_at, new.decision_uuid) == (issued.awarded_at, issued.decision_uuid)
    assert offline(old) is Verdict.REVOKED
    assert offline(new) is Verdict.VALID
    assert api.find_credential(issued.user_id, achievement_uuid=issued.achievement.uuid).uuid == new.uuid


def test_supersede_page_says_replaced_and_tells_nobody_the_new_name(issued, supersede, client) -> None:
    new = supersede(issued)
    page = page_of(client, issued)
    assert "Replaced" in page
    assert NEW_NAME not in page
    assert str(new.uuid) not in page
    assert api.verify_issued(issued.uuid).answer is Answer.REPLACED


def test_supersede_page_links_the_new_one_where_the_holder_agreed(issued, supersede, client) -> None:
    new = supersede(issued, links_successor=True)
    assert new.verify_url in page_of(client, issued)


def test_supersede_twice_gives_the_same_new_credential(issued, supersede) -> None:
    assert supersede(issued).uuid == supersede(issued, holder_name="Another").uuid
    assert Credential.objects.count() == 2


def test_supersede_sends_its_event_once(issued, supersede) -> None:
    heard = []

    def listen(credential, **_kwargs):
        heard.append(credential.credential_uuid)

    CREDENTIAL_SUPERSEDED.connect(listen)
    try:
        supersede(issued)
        supersede(issued)
    finally:
        CREDENTIAL_SUPERSEDED.disconnect(listen)
    assert heard == [str(issued.uuid)]


def test_supersede_keeps_the_reason_in_the_audit(issued, supersede) -> None:
    supersede(issued, reason="corrected")
    assert AuditEntry.objects.get(action="supersede").detail == {"reason": "corrected"}


@pytest.mark.parametrize("state", ["suspended", "revoked", "awaiting_payment"])
def test_supersede_of_what_does_not_stand_is_refused(issued, supersede, state: str) -> None:
    Credential.objects.update(state=state)
    with pytest.raises(CredentialStateConflict):
        supersede(issued)
    assert Credential.objects.count() == 1


def test_supersede_without_a_reason_of_the_list_is_refused(issued, supersede) -> None:
    with pytest.raises(CredentialStateConflict):
        supersede(issued, reason="because")


def test_withdrawn_decision_revokes_the_new_credential_too(
    issued, supersede, staff, django_capture_on_commit_callbacks
) -> None:
    from mastery_exam import api as exams

    new = supersede(issued)
    with django_capture_on_commit_callbacks(execute=True):
        exams.withdraw_decision(issued.decision_uuid, actor_id=staff.pk, reason="key was wrong")
    assert api.get_credential(new.uuid).state is CredentialState.REVOKED
    assert api.get_credential(issued.uuid).state is CredentialState.SUPERSEDED


def test_correction_is_asked_on_the_page_and_approved_on_the_desk(
    issued, client_of, learner, operator, django_capture_on_commit_callbacks
) -> None:
    asked = client_of(learner).post(
        reverse("paid_certificate:correct-name", args=[issued.uuid]), {"new_name": f" {NEW_NAME} ", "why": "I married"}
    )
    assert asked.status_code == 302
    desk = client_of(operator)
    address = reverse("paid_certificate:credential-desk")
    assert NEW_NAME in desk.get(address).content.decode()
    (wish,) = api.list_corrections(state=CorrectionState.OPEN)
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(address, {"action": "approve_correction", "uuid": str(wish.uuid)})
    new = api.list_credentials(learner.pk)[-1]
    assert (new.holder_name, new.state) == (NEW_NAME, CredentialState.ISSUED)
    assert not api.list_corrections(state=CorrectionState.OPEN)


def test_correction_refused_tells_the_holder_why(issued, client_of, learner, operator) -> None:
    wish = api.ask_name_correction(learner.pk, credential_uuid=issued.uuid, new_name=NEW_NAME)
    with pytest.raises(CorrectionRefused):
        api.refuse_name_correction(wish.uuid, actor_id=operator.pk, answer=" ")
    api.refuse_name_correction(wish.uuid, actor_id=operator.pk, answer="Send us your new identity card.")
    page = client_of(learner).get(issued.url).content.decode()
    assert "Send us your new identity card." in page
    with pytest.raises(CorrectionRefused):
        api.approve_name_correction(wish.uuid, actor_id=operator.pk)
    assert api.get_credential(issued.uuid).state is CredentialState.ISSUED


@pytest.mark.parametrize("name", ["", "  ", "Ana Ćosić", "Ana  Ćosić", "x" * 256])
def test_correction_to_no_other_name_is_refused(issued, learner, name: str) -> None:
    with pytest.raises(CorrectionRefused):
        api.ask_name_correction(learner.pk, credential_uuid=issued.uuid, new_name=name)


def test_correction_one_at_a_time_and_of_ones_own(issued, learner, other_learner) -> None:
    api.ask_name_correction(learner.pk, credential_uuid=issued.uuid, new_name=NEW_NAME)
    with pytest.raises(CorrectionRefused):
        api.ask_name_correction(learner.pk, credential_uuid=issued.uuid, new_name="Another")
    with pytest.raises(CredentialNotFound):
        api.ask_name_correction(other_learner.pk, credential_uuid=issued.uuid, new_name="Another")


def test_correction_over_rest_is_for_the_right_people(issued, client_of, learner, other_learner, operator) -> None:
    base = f"/api/paid_certificate/v1/credentials/{issued.uuid}/corrections/"
    body = {"new_name": NEW_NAME}
    assert client_of(other_learner).post(base, body, content_type="application/json").status_code == 404
    wish = client_of(learner).post(base, body, content_type="application/json").json()
    answer = f"/api/paid_certificate/v1/corrections/{wish['uuid']}/answer/"
    yes = {"approve": True}
    assert client_of(learner).post(answer, yes, content_type="application/json").status_code == 403
    assert client_of(operator).post(answer, yes, content_type="application/json").json()["state"] == "approved"
    replace = f"/api/paid_certificate/v1/credentials/{issued.uuid}/replacement/"
    assert client_of(learner).post(replace, {"reason": "reissued"}, content_type="application/json").status_code == 403


def test_retirement_scrubs_the_wish_and_the_new_name(issued, supersede, learner) -> None:
    api.ask_name_correction(learner.pk, credential_uuid=issued.uuid, new_name=NEW_NAME, why="I married")
    supersede(issued)
    get_backend().retire(learner.pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT new_name, why FROM paid_certificate_namecorrection")
        assert cursor.fetchall() == [("", "")]
    assert not Credential.objects.exclude(holder_name="").exists()
