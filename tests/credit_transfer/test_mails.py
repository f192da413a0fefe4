"""Mails to offices: one per request, retried, bounced and sent elsewhere, reminded, reconciled."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.utils import timezone
from freezegun import freeze_time

from credit_transfer import api
from credit_transfer.data import DeliveryKind, DeliveryState, RequestState
from credit_transfer.errors import DeliveryStateConflict, LinkEnded, LinkInvalid
from credit_transfer.models import Delivery, DeskLink, TransferRequest
from credit_transfer.services.deliver import deliver
from openedx_bridge import api as bridge
from tests.credit_transfer import factories
from tests.credit_transfer.conftest import OFFICE, SECOND, token_in

pytestmark = pytest.mark.django_db


def test_send_request_sends_one_mail_to_the_office_about_the_holder(asked, mailoutbox) -> None:
    (message,) = mailoutbox
    assert message.to == [OFFICE]
    assert factories.HOLDER in message.body
    assert "learner" not in message.body
    assert factories.HOLDER not in message.subject
    assert asked.delivery.state is DeliveryState.SENT
    assert token_in(message) not in DeskLink.objects.get().token_sha256


def test_mail_is_plain_text_and_a_name_smuggles_nothing(
    learner, author, achievement, exam, institution, ask, mailoutbox
):
    name = "<b>Eve</b>\r\nBcc: all@example.org\r\n\r\nhttps://evil.example"
    credential = factories.make_credential(learner, exam, name=name)
    ask(credential, institution)
    (message,) = mailoutbox
    assert message.content_subtype == "plain"
    assert getattr(message, "alternatives", []) == []
    assert "\nBcc:" not in message.body
    assert "\nhttps://evil.example" not in message.body
    assert message.recipients() == [OFFICE]


def test_deliver_again_sends_nothing(asked, mailoutbox) -> None:
    deliver(asked.delivery.uuid)
    assert len(mailoutbox) == 1


def test_deliver_after_withdrawal_sends_nothing(credential, institution, ask, mailoutbox, learner, monkeypatch) -> None:
    monkeypatch.setattr("credit_transfer.tasks.deliver_mail.delay", lambda uuid: None)
    sent = ask(credential, institution)
    api.withdraw_request(learner.pk, request_uuid=sent.uuid)
    deliver(sent.delivery.uuid)
    assert mailoutbox == []


@pytest.fixture
def broken_mail(monkeypatch):
    """A mail server that refuses, with somebody's address in its words."""

    def refuse(*_args, **_kwargs):
        raise OSError("550 no such user registry@north.example.org")

    monkeypatch.setattr(bridge, "send_message", refuse)


def test_deliver_failure_is_recorded_without_the_servers_words_and_its_link_is_dead(
    broken_mail, ask, credential, institution
) -> None:
    sent = ask(credential, institution)
    assert (sent.delivery.state, sent.delivery.error) == (DeliveryState.FAILED, "OSError")
    assert not DeskLink.objects.filter(revoked_at__isnull=True).exists()
    assert sent.state is RequestState.SENT


def test_reconcile_sends_what_was_not_sent(broken_mail, ask, credential, institution, monkeypatch, mailoutbox) -> None:
    sent = ask(credential, institution)
    monkeypatch.undo()
    with freeze_time(timezone.now() + timedelta(minutes=6)):
        (found,) = api.reconcile()
        assert (found.finding.kind, found.repaired) == ("mail_not_sent", False)
        assert mailoutbox == []
        (done,) = api.reconcile(dry_run=False)
        assert done.repaired
        assert api.reconcile() == []
    assert len(mailoutbox) == 1
    assert api.get_request(credential.user_id, request_uuid=sent.uuid).delivery.state is DeliveryState.SENT


def test_record_bounce_tries_the_next_address_and_ends_the_old_link(
    asked, token, institution, operator: User, learner: User, committed, mailoutbox
) -> None:
    api.add_mailbox(institution.uuid, email=SECOND, actor_id=operator.pk)
    with committed():
        again = api.record_bounce(asked.delivery.uuid, actor_id=operator.pk)
    assert again.email == SECOND
    assert mailoutbox[-1].to == [SECOND]
    with pytest.raises(LinkEnded):
        api.open_desk(token)
    assert api.open_desk(token_in(mailoutbox[-1])).request.uuid == asked.uuid
    with pytest.raises(DeliveryStateConflict):
        api.record_bounce(asked.delivery.uuid, actor_id=operator.pk)


def test_record_bounce_without_another_address_waits_for_a_person(
    asked, institution, operator: User, client_of, learner: User, committed, mailoutbox
) -> None:
    assert api.record_bounce(asked.delivery.uuid, actor_id=operator.pk) is None
    page = client_of(learner).get(asked.url).content.decode()
    assert "The mail came back. We are trying another address." in page
    (found,) = api.reconcile(dry_run=False)
    assert (found.finding.kind, found.repaired) == ("mail_bounced", False)
    api.add_mailbox(institution.uuid, email=SECOND, actor_id=operator.pk)
    with committed():
        (done,) = api.reconcile(dry_run=False)
    assert done.repaired
    assert mailoutbox[-1].to == [SECOND]


def test_add_mailbox_again_trusts_a_bounced_address_anew(asked, institution, operator: User, committed) -> None:
    api.record_bounce(asked.delivery.uuid, actor_id=operator.pk)
    api.add_mailbox(institution.uuid, email=OFFICE, actor_id=operator.pk)
    with committed():
        assert api.resend(asked.delivery.uuid, actor_id=operator.pk).email == OFFICE


def test_remind_offices_one_mail_per_office_when_due_and_then_rests(
    ask, asked, institution, learner, author, make_achievement, other_learner, committed, mailoutbox
) -> None:
    second = factories.make_exam(author, "latin")
    make_achievement(second)
    ask(factories.make_credential(other_learner, second), institution)
    assert api.remind_offices(dry_run=False) == []
    with freeze_time(asked.answer_by - timedelta(days=7)):
        assert len(api.remind_offices()) == 1
        assert len(mailoutbox) == 2
        with committed():
            call_command("remind_offices")
        assert len(mailoutbox) == 3
        assert "Reminder" in mailoutbox[-1].subject
        assert api.remind_offices(dry_run=False) == []
    with freeze_time(asked.answer_by + timedelta(days=1)):
        with committed():
            assert len(api.remind_offices(dry_run=False)) == 1


def test_remind_offices_answered_and_withdrawn_are_left_alone(asked, token, answer, mailoutbox) -> None:
    answer(token, asked)
    with freeze_time(asked.answer_by):
        assert api.remind_offices() == []


def test_reconcile_closes_what_nobody_answered_in_time(asked, learner: User, token) -> None:
    with freeze_time(asked.consent_until):
        kinds = [outcome.finding.kind for outcome in api.reconcile(dry_run=False)]
        assert kinds == ["consent_over"]
        assert api.get_request(learner.pk, request_uuid=asked.uuid).state is RequestState.LAPSED
        assert api.reconcile() == []


def test_reconcile_transfers_command_only_tells_unless_asked(asked, capsys) -> None:
    with freeze_time(asked.consent_until):
        call_command("reconcile_transfers")
        assert "consent_over" in capsys.readouterr().out
        assert TransferRequest.objects.get().state == RequestState.SENT
        call_command("reconcile_transfers", repair=True)
        assert "Repaired: 1." in capsys.readouterr().out


def test_send_new_link_goes_to_the_registered_address_only_and_not_often(asked, token, committed, mailoutbox) -> None:
    with freeze_time(timezone.now() + timedelta(days=31)):
        with pytest.raises(LinkEnded):
            api.open_desk(token)
        for _try in range(3):
            with committed():
                api.send_new_link(token)
        assert mailoutbox[-1].to == [OFFICE]
        assert api.open_desk(token_in(mailoutbox[-1])).request.uuid == asked.uuid
        from credit_transfer.errors import TooManyTries

        with pytest.raises(TooManyTries):
            api.send_new_link(token)
    assert Delivery.objects.filter(kind=DeliveryKind.LINK).count() == 3


def test_send_new_link_for_a_token_that_we_did_not_sign_is_refused(institution) -> None:
    with pytest.raises(LinkInvalid):
        api.send_new_link("made-up")
