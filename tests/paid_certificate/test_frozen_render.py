"""What a document says of issuer and credit is what held at the award, however late it is signed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from paid_certificate import api, panels
from paid_certificate.data import CredentialState, CreditInfo
from paid_certificate.models import Credential

pytestmark = pytest.mark.django_db
NEW_FACE = {
    "legal_statement": "Something else entirely",
    "street": "2 Other Street",
    "quality_assurance": "None any more",
    "accreditation_status": "accredited by nobody",
    "website": "https://elsewhere.example.org",
}


class Credit:
    """A recommendation of six ECTS that can end."""

    ends: datetime | None = None

    def __call__(self, achievement_uuid: Any, at: datetime) -> list[CreditInfo]:
        began = datetime(2026, 1, 1, tzinfo=UTC)
        credit = CreditInfo("6", "ECTS", (), "The Example Council", "https://council.example.org/6", began, self.ends)
        return [credit] if self.ends is None or at < self.ends else []


@pytest.fixture
def credit() -> Iterator[Credit]:
    """Credit that is recommended for every achievement until the test ends it."""
    provider = Credit()
    panels.register_credit_provider(provider)
    yield provider
    panels._credit_providers.remove(provider)


def signed(credential_uuid: Any) -> dict[str, Any]:
    return json.loads(api.get_document(credential_uuid))


def credit_of(document: dict[str, Any]) -> Any:
    return document["credentialSubject"]["achievement"].get("creditsAvailable")


def change_everything(credit: Credit, operator: User) -> None:
    """The body shows another face, and the credit ends."""
    api.update_body("institute", actor_id=operator.pk, **NEW_FACE)
    credit.ends = timezone.now() - timedelta(days=1)


def test_late_signature_says_what_held_at_the_award(credit, exam, learner, operator, pass_exam) -> None:
    award = api.award_for_decision(pass_exam(learner, exam).uuid, sign_later=False)
    before = Credential.objects.get().render
    change_everything(credit, operator)
    api.issue_credential(award.uuid)
    document = signed(award.uuid)
    text = json.dumps(document)
    assert credit_of(document) == 6
    assert "recommended by The Example Council" in text
    assert "not a degree of any university" in text
    assert "Internal review each year" in text
    assert not [value for value in NEW_FACE.values() if value in text]
    assert Credential.objects.get().render == before


def test_award_that_waited_for_its_fee_says_what_held_at_the_award(
    credit, credential_exam, learner, operator, pass_exam, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        decision = pass_exam(learner, credential_exam)
    change_everything(credit, operator)
    order = api.place_order(learner.pk, decision_uuid=decision.uuid, gateway="invoice", idempotency_key="k")
    with django_capture_on_commit_callbacks(execute=True):
        api.mark_invoice_paid(order.uuid, actor_id=operator.pk, reference="BANK-9")
    (credential,) = api.list_credentials(learner.pk)
    assert credential.state is CredentialState.ISSUED
    assert credit_of(signed(credential.uuid)) == 6
    assert signed(credential.uuid)["issuer"]["address"]["streetAddress"] == "1 Example Street"


def test_reissue_for_a_name_says_what_held_at_the_award(
    credit, issued, operator, django_capture_on_commit_callbacks
) -> None:
    old = signed(issued.uuid)
    change_everything(credit, operator)
    with django_capture_on_commit_callbacks(execute=True):
        new = api.supersede_credential(
            issued.uuid, actor_id=operator.pk, reason="name_changed", holder_name="Ana Nováková"
        )
    document = signed(new.uuid)
    assert document["issuer"] == old["issuer"]
    assert document["credentialSubject"]["achievement"] == old["credentialSubject"]["achievement"]
    assert credit_of(document) == 6


def test_next_award_says_what_holds_then(credit, exam, learner, other_learner, operator, pass_exam) -> None:
    api.award_for_decision(pass_exam(learner, exam).uuid)
    change_everything(credit, operator)
    award = api.award_for_decision(pass_exam(other_learner, exam).uuid, sign_later=False)
    api.issue_credential(award.uuid)
    assert credit_of(signed(award.uuid)) is None
    assert NEW_FACE["legal_statement"] in json.dumps(signed(award.uuid))


@pytest.mark.parametrize("why", ["demonstration", "local address"])
def test_demonstration_carries_no_credit_in_its_data(credit, exam, learner, pass_exam, settings, why: str) -> None:
    from paid_certificate.services.award_data import award_data

    award = api.award_for_decision(pass_exam(learner, exam).uuid, sign_later=False)
    row = Credential.objects.get(uuid=award.uuid)
    assert award_data(row, ()).achievement.credit is not None
    if why == "demonstration":
        row.is_demonstration = True
    else:
        settings.PAID_CERTIFICATE_PUBLIC_BASE_URL = "http://127.0.0.1:8000"
    assert award_data(row, ()).achievement.credit is None


def test_local_address_freezes_no_credit(credit, exam, learner, pass_exam, settings) -> None:
    settings.PAID_CERTIFICATE_PUBLIC_BASE_URL = "http://localhost:8000"
    api.award_for_decision(pass_exam(learner, exam).uuid, sign_later=False)
    assert Credential.objects.get().render["credit"] is None


def test_award_from_before_the_freeze_is_still_signed(credit, exam, learner, pass_exam) -> None:
    award = api.award_for_decision(pass_exam(learner, exam).uuid, sign_later=False)
    Credential.objects.update(render={})
    api.issue_credential(award.uuid)
    assert credit_of(signed(award.uuid)) == 6
