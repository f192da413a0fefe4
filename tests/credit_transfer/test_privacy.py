"""Events, and forgetting a person."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from openedx_events.event_bus.avro.serializer import serialize_event_data_to_bytes

from credit_transfer import api, models
from credit_transfer.data import RequestState, TransferAnswerEventData, TransferEventData
from credit_transfer.signals.signals import TRANSFER_ANSWERED, TRANSFER_REQUESTED, TRANSFER_WITHDRAWN
from openedx_bridge.backend import get_backend
from tests.credit_transfer import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard():
    """What was sent, in order."""
    events: list[tuple[str, object]] = []
    signals = [TRANSFER_REQUESTED, TRANSFER_ANSWERED, TRANSFER_WITHDRAWN]

    def listen(signal, transfer, **_kwargs):
        events.append((signal.event_type.split(".")[-2], transfer))

    for signal in signals:
        signal.connect(listen, weak=False, dispatch_uid="test.heard")
    yield events
    for signal in signals:
        signal.disconnect(dispatch_uid="test.heard")


def test_events_follow_a_request(heard, asked, token, answer, learner: User, institution, committed) -> None:
    answer(token, asked)
    with committed():
        api.withdraw_request(learner.pk, request_uuid=asked.uuid)
    plain = TransferEventData(asked.uuid, institution.uuid, learner.pk)
    answered = TransferAnswerEventData(asked.uuid, institution.uuid, learner.pk, "full", 1)
    assert heard == [("requested", plain), ("answered", answered), ("withdrawn", plain)]


def test_events_can_go_over_the_bus(asked, institution, learner: User) -> None:
    plain = TransferEventData(asked.uuid, institution.uuid, learner.pk)
    answered = TransferAnswerEventData(asked.uuid, institution.uuid, learner.pk, "full", 1)
    assert serialize_event_data_to_bytes({"transfer": plain}, TRANSFER_REQUESTED)
    assert serialize_event_data_to_bytes({"transfer": answered}, TRANSFER_ANSWERED)


def test_retirement_ends_requests_and_scrubs_names_documents_and_words(
    ask, learner, exam, achievement, make_institution, answer, mailoutbox, client
) -> None:
    from tests.credit_transfer.conftest import token_in

    credential = factories.make_credential(learner, exam, name="Zoë Unforgettable")
    strict = make_institution("Strict", needs_student_id=True)
    answered = ask(credential, strict, student_id_there="S-4711", programme_there="Zoology", include_statement=True)
    token = token_in(mailoutbox[-1])
    answer(token, answered, kind="partial", reason="Zoë knows half")
    ask(credential, make_institution("South", email="r@south.example.org"))
    other = token_in(mailoutbox[-1])
    for _step in range(2):
        get_backend().retire(learner.pk)
    tables = (models.TransferRequest, models.Answer, models.AuditEntry, models.Delivery)
    kept = "".join(str(list(table.objects.values())) for table in tables)
    for gone in ("Zoë", "Unforgettable", "S-4711", "Zoology", "eddsa"):
        assert gone not in kept, gone
    assert set(models.TransferRequest.objects.values_list("state", "package")) == {(RequestState.WITHDRAWN, "")}
    for text in (token, other):
        assert "No open requests." in client.get(f"/transfer/desk/{text}/").content.decode()


def test_learner_pages_after_withdrawal_still_render(asked, learner: User, client_of) -> None:
    api.withdraw_request(learner.pk, request_uuid=asked.uuid)
    page = client_of(learner).get(asked.url)
    assert page.status_code == 200
    assert "Withdrawn on" in page.content.decode()
