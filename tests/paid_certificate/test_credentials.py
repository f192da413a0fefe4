"""From a released pass to a signed credential that anybody can check, and to its end."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.utils import timezone

from mastery_exam import api as exams
from paid_certificate import api
from paid_certificate.data import CREDENTIAL_TRANSITIONS, CredentialState
from paid_certificate.errors import BodyRefused, CredentialStateConflict
from paid_certificate.models import BodyKey, Credential
from paid_certificate.proofs.bundle import resolver_from_files
from paid_certificate.proofs.verify import Verdict, verify_document
from paid_certificate.services.awards import move_credential
from paid_certificate.services.verify_credential import Answer

pytestmark = pytest.mark.django_db


def verdict_offline(files: dict[str, bytes]) -> Verdict:
    resolver = resolver_from_files(files)
    return verify_document(files["credential.json"], resolver, timezone.now()).verdict


def test_released_pass_issues_one_credential_that_verifies_offline(issued) -> None:
    files = api.bundle_of(issued.uuid)
    assert verdict_offline(files) is Verdict.VALID
    document = json.loads(files["credential.json"])
    assert document["id"] == f"https://mastery.example.org/credentials/{issued.uuid}.json"
    assert document["issuer"]["id"] == "did:web:mastery.example.org:credentials:bodies:institute"
    assert "Ana Ćosić" in files["credential.json"].decode()


def test_credential_shows_no_score_and_the_statement_does(issued) -> None:
    files = api.bundle_of(issued.uuid)
    credential, statement = files["credential.json"].decode(), files["result-statement.json"].decode()
    assert '"value"' not in credential
    assert '"100"' in statement
    assert json.loads(statement)["credentialSubject"]["result"]


def test_export_credential_command_writes_what_a_stranger_needs(issued, tmp_path: Path) -> None:
    call_command("export_credential", str(issued.uuid), bundle=tmp_path / "bundle")
    files = {path.name: path.read_bytes() for path in (tmp_path / "bundle").iterdir()}
    names = json.loads(files["map.json"])
    assert names["did:web:mastery.example.org:credentials:bodies:institute"] == "did.json"
    assert verdict_offline(files) is Verdict.VALID


def test_award_for_decision_again_changes_nothing(issued) -> None:
    before = api.get_document(issued.uuid)
    api.award_for_decision(issued.decision_uuid)
    api.issue_credential(issued.uuid)
    assert api.get_document(issued.uuid) == before
    assert Credential.objects.count() == 1


def test_later_change_of_the_body_does_not_touch_what_was_signed(issued, operator: User) -> None:
    before = api.get_document(issued.uuid)
    api.update_body("institute", actor_id=operator.pk, legal_statement="Something else entirely")
    api.rotate_key("institute", actor_id=operator.pk)
    assert api.get_document(issued.uuid) == before
    assert verdict_offline(api.bundle_of(issued.uuid)) is Verdict.VALID


def test_revoke_credential_is_read_by_strangers_and_by_our_page(issued, operator: User) -> None:
    api.revoke_credential(issued.uuid, actor_id=operator.pk, reason="issued_in_error")
    assert verdict_offline(api.bundle_of(issued.uuid)) is Verdict.REVOKED
    assert api.verify_issued(issued.uuid).answer is Answer.REVOKED
    assert api.verify_text(api.get_document(issued.uuid)).answer is Answer.REVOKED


def test_suspend_and_resume_credential_set_and_clear_the_bit(issued, operator: User) -> None:
    api.suspend_credential(issued.uuid, actor_id=operator.pk)
    assert verdict_offline(api.bundle_of(issued.uuid)) is Verdict.SUSPENDED
    api.resume_credential(issued.uuid, actor_id=operator.pk)
    assert verdict_offline(api.bundle_of(issued.uuid)) is Verdict.VALID


def test_revoke_credential_reason_outside_the_closed_list_is_refused(issued, operator: User) -> None:
    with pytest.raises(CredentialStateConflict):
        api.revoke_credential(issued.uuid, actor_id=operator.pk, reason="did not pay")
    assert api.get_credential(issued.uuid).state is CredentialState.ISSUED


def test_withdrawn_decision_revokes_the_credential(issued, staff: User, django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        exams.withdraw_decision(issued.decision_uuid, actor_id=staff.pk, reason="key was wrong")
    found = api.get_credential(issued.uuid)
    assert (found.state, found.ended_reason) == (CredentialState.REVOKED, "result_withdrawn")


def test_verify_text_altered_name_is_not_valid(issued) -> None:
    altered = api.get_document(issued.uuid).replace("Ana Ćosić", "Somebody Else")
    found = api.verify_text(altered)
    assert found.answer is Answer.ALTERED
    assert found.credential is None


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("", Answer.UNREADABLE),
        ("hello", Answer.UNREADABLE),
        ("{not json", Answer.UNREADABLE),
        ("[1]", Answer.UNREADABLE),
        ("{}", Answer.NOT_OURS),
        ('{"id": "https://elsewhere.example/credentials/1"}', Answer.NOT_OURS),
        ("https://elsewhere.example/credentials/6f1b0a0e-0000-4000-8000-000000000000", Answer.NOT_OURS),
        ("https://mastery.example.org/credentials/verify/6f1b0a0e-0000-4000-8000-000000000000/", Answer.NOT_OURS),
        ("{" * 200_000, Answer.UNREADABLE),
        ("x" * 1_000_001, Answer.UNREADABLE),
    ],
)
def test_verify_text_bad_input_gets_an_answer(text: str, answer: Answer) -> None:
    assert api.verify_text(text).answer is answer


def test_credential_fee_is_due_only_after_the_pass(
    credential_exam, learner: User, operator: User, pass_exam, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        decision = pass_exam(learner, credential_exam)
    (waiting,) = api.list_credentials(learner.pk)
    assert waiting.state is CredentialState.AWAITING_PAYMENT
    assert api.get_document(waiting.uuid) == ""
    order = api.place_order(learner.pk, decision_uuid=decision.uuid, gateway="invoice", idempotency_key="k")
    with django_capture_on_commit_callbacks(execute=True):
        api.mark_invoice_paid(order.uuid, actor_id=operator.pk, reference="BANK-9")
    assert api.get_credential(waiting.uuid).state is CredentialState.ISSUED


def test_award_for_decision_checked_less_than_the_route_asks_is_not_made(
    make_exam, make_achievement, learner: User, pass_exam
) -> None:
    exam = make_exam("strict")
    make_achievement(exam, least_identity="checked")
    decision = pass_exam(learner, exam)
    assert api.award_for_decision(decision.uuid) is None


def test_local_address_is_a_demonstration(settings, exam, learner: User, pass_exam) -> None:
    settings.PAID_CERTIFICATE_PUBLIC_BASE_URL = "http://127.0.0.1:8000"
    api.rotate_key("institute", actor_id=learner.pk)
    credential = api.award_for_decision(pass_exam(learner, exam).uuid)
    assert credential is not None
    api.issue_credential(credential.uuid)
    assert json.loads(api.get_document(credential.uuid))["name"].startswith("Demonstration: ")


def test_issue_credential_failure_is_kept_and_retried(settings, exam, learner: User, pass_exam) -> None:
    credential = api.award_for_decision(pass_exam(learner, exam).uuid)
    assert credential is not None
    settings.PAID_CERTIFICATE_KEY_SECRET = ""
    with pytest.raises(Exception, match="PAID_CERTIFICATE_KEY_SECRET"):
        api.issue_credential(credential.uuid)
    assert api.get_credential(credential.uuid).state is CredentialState.FAILED
    settings.PAID_CERTIFICATE_KEY_SECRET = "a secret of at least thirty-two characters"
    assert api.issue_credential(credential.uuid).state is CredentialState.ISSUED


def test_reconcile_pass_without_credential_is_found_and_repaired(
    exam, learner: User, pass_exam, operator: User
) -> None:
    pass_exam(learner, exam)
    assert [outcome.finding.kind for outcome in api.reconcile()] == ["decided_without_credential"]
    api.reconcile(dry_run=False, actor_id=operator.pk)
    assert len(api.list_credentials(learner.pk)) == 1


def test_stored_keys_are_of_no_use_without_the_secret(body) -> None:
    key = BodyKey.objects.get()
    assert len(bytes(key.wrapped_private)) > 32
    assert bytes(key.wrapped_private) not in (b"", key.public_multikey.encode())


def test_publish_body_names_what_its_legal_face_lacks(operator: User) -> None:
    api.create_body(slug="half", name="Half an institute", actor_id=operator.pk, legal_name="Half")
    with pytest.raises(BodyRefused, match="privacy contact"):
        api.publish_body("half", actor_id=operator.pk)


def test_create_body_look_alike_name_is_refused(body, operator: User) -> None:
    with pytest.raises(BodyRefused, match="looks like"):
        api.create_body(slug="other", name="EXAMPLE institute  of-Mastery", actor_id=operator.pk)


def test_move_credential_only_along_the_table(issued) -> None:
    row = Credential.objects.get()
    for state, target in product(CredentialState, CredentialState):
        Credential.objects.filter(pk=row.pk).update(state=state)
        row.refresh_from_db()
        if target in CREDENTIAL_TRANSITIONS[state]:
            assert move_credential(row, target), (state, target)
        else:
            with pytest.raises(CredentialStateConflict):
                move_credential(row, target)


NOWHERE = "00000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize(
    "path",
    [
        "/credentials/status/institute/revocation/7",
        "/credentials/status/nobody/revocation/1",
        "/credentials/bodies/nobody/",
        "/credentials/bodies/nobody/did.json",
        f"/credentials/achievements/{NOWHERE}/",
        f"/credentials/achievements/{NOWHERE}/?format=json",
        f"/credentials/{NOWHERE}.json",
        f"/credentials/{NOWHERE}.jwt",
        f"/credentials/{NOWHERE}/statement.jwt",
        "/credentials/catalogue.jsonld?page=2",
    ],
)
def test_public_address_of_nothing_answers_404_with_words(issued, client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "<h1>" in answer.content.decode()
