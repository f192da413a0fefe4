"""The institution answers with a code from its own mailbox, amends in time, and the learner reads its words."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from freezegun import freeze_time

from credit_transfer import api
from credit_transfer.data import AnswerKind, RequestState
from credit_transfer.errors import (
    AnswerInvalid,
    CodeInvalid,
    LinkEnded,
    RequestNotFound,
    RequestStateConflict,
    TooManyTries,
)
from credit_transfer.models import Answer, AnswerCode, AuditEntry, TransferRequest
from tests.credit_transfer import factories
from tests.credit_transfer.conftest import code_in

pytestmark = pytest.mark.django_db

WHO = {"by_name": "Registrar A", "by_role": "Registrar"}
FULL = WHO | {"kind": "full", "course": "STAT 101", "credits": Decimal(6), "unit": "ECTS"}


def test_answer_request_reaches_the_learner_in_their_words(
    asked, token, answer, client_of, learner: User, mailoutbox
) -> None:
    answer(token, asked, **FULL | {"kind": "partial", "reason": "Only the first half.\nSee § 3", "conditions": "B2"})
    held = api.get_request(learner.pk, request_uuid=asked.uuid)
    assert held.state is RequestState.ANSWERED
    assert (held.answer.kind, held.answer.credits, held.answer.num) == (AnswerKind.PARTIAL, Decimal(6), 1)
    html = client_of(learner).get(asked.url).content.decode()
    for text in ["North University answered on", "Part of the credit", "6 ECTS", "Only the first half.<br>See § 3"]:
        assert text in html, text
    assert "Appeals board, appeals@north.example.org" in html
    assert mailoutbox[-1].to == [learner.email]
    assert "Only the first half" not in mailoutbox[-1].body
    entry = AuditEntry.objects.get(action="answer_request")
    assert (entry.actor_id, entry.detail["kind"]) == (None, "partial")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "perhaps"}, "kind"),
        ({"kind": "none", "course": "", "credits": None}, "reason"),
        ({"kind": "partial"}, "reason"),
        ({"by_name": " "}, "by_name"),
        ({"by_role": ""}, "by_role"),
        ({"course": "", "credits": None}, "course"),
        ({"unit": ""}, "unit"),
        ({"credits": Decimal("-6")}, "credits"),
    ],
)
def test_answer_request_bad_answer_names_the_field_and_uses_no_code(asked, token, code_for, change, field) -> None:
    code = code_for(token, asked)
    with pytest.raises(AnswerInvalid) as refused:
        api.answer_request(token, request_uuid=asked.uuid, code=code, **FULL | change)
    assert list(refused.value.fields) == [field]
    assert not Answer.objects.exists()
    api.answer_request(token, request_uuid=asked.uuid, code=code, **FULL)


def test_answer_request_code_is_good_once(asked, token, code_for) -> None:
    code = code_for(token, asked)
    api.answer_request(token, request_uuid=asked.uuid, code=f" {code[:3]} {code[3:]} ", **FULL)
    with pytest.raises(CodeInvalid):
        api.answer_request(token, request_uuid=asked.uuid, code=code, **FULL)
    assert Answer.objects.count() == 1


def test_answer_request_without_a_code_or_with_a_wrong_one_is_refused(asked, token, code_for) -> None:
    with pytest.raises(CodeInvalid):
        api.answer_request(token, request_uuid=asked.uuid, code="000000", **FULL)
    code = code_for(token, asked)
    wrong = f"{(int(code) + 1) % 10**6:06}"
    for _try in range(5):
        with pytest.raises(CodeInvalid):
            api.answer_request(token, request_uuid=asked.uuid, code=wrong, **FULL)
    with pytest.raises(CodeInvalid):
        api.answer_request(token, request_uuid=asked.uuid, code=code, **FULL)
    assert TransferRequest.objects.get().state != RequestState.ANSWERED


def test_answer_request_old_code_and_code_that_is_over_are_refused(asked, token, code_for) -> None:
    old = code_for(token, asked)
    new = code_for(token, asked)
    if old != new:
        with pytest.raises(CodeInvalid):
            api.answer_request(token, request_uuid=asked.uuid, code=old, **FULL)
    with freeze_time(timezone.now() + timedelta(minutes=30)):
        with pytest.raises(CodeInvalid):
            api.answer_request(token, request_uuid=asked.uuid, code=new, **FULL)


def test_answer_request_code_of_another_request_is_refused(
    asked, token, code_for, ask, institution, other_learner, exam
) -> None:
    second = ask(factories.make_credential(other_learner, exam), institution)
    code = code_for(token, asked)
    with pytest.raises(CodeInvalid):
        api.answer_request(token, request_uuid=second.uuid, code=code, **FULL)


def test_request_code_goes_to_the_offices_mailbox_and_is_stored_hashed(asked, token, code_for, mailoutbox) -> None:
    code = code_for(token, asked)
    assert mailoutbox[-1].to == ["registry@north.example.org"]
    assert code not in str(AnswerCode.objects.values().get())


def test_request_code_is_limited_per_office(asked, token, settings) -> None:
    settings.CREDIT_TRANSFER_CODES_PER_HOUR = 2
    for _code in range(2):
        api.request_code(token, request_uuid=asked.uuid)
    with pytest.raises(TooManyTries):
        api.request_code(token, request_uuid=asked.uuid)
    with freeze_time(timezone.now() + timedelta(hours=1, seconds=1)):
        api.request_code(token, request_uuid=asked.uuid)


def test_answer_request_amended_until_its_time_is_over(asked, token, answer, learner: User, code_for) -> None:
    answer(token, asked, **FULL)
    answer(token, asked, **WHO | {"kind": "none", "course": "", "reason": "The course has closed."})
    held = api.get_request(learner.pk, request_uuid=asked.uuid)
    assert [entry.num for entry in held.answers] == [1, 2]
    assert held.answer.kind is AnswerKind.NONE
    assert held.amend_until - held.answers[0].created < timedelta(days=30, seconds=1)
    TransferRequest.objects.update(amend_until=timezone.now())
    code = code_for(token, asked)
    with pytest.raises(RequestStateConflict):
        api.answer_request(token, request_uuid=asked.uuid, code=code, **FULL)


def test_answer_request_after_withdrawal_or_with_an_ended_link_is_refused(asked, token, code_for, learner) -> None:
    code = code_for(token, asked)
    with freeze_time(timezone.now() + timedelta(days=31)):
        with pytest.raises(LinkEnded):
            api.answer_request(token, request_uuid=asked.uuid, code=code, **FULL)
    api.withdraw_request(learner.pk, request_uuid=asked.uuid)
    with pytest.raises(RequestNotFound):
        api.answer_request(token, request_uuid=asked.uuid, code=code, **FULL)


def test_desk_form_saves_the_draft_sends_the_code_and_answers(
    asked, token, client: Client, committed, mailoutbox, learner: User
) -> None:
    url = f"/transfer/desk/{token}/"
    typed = {
        "kind": "partial",
        "course": "STAT 101",
        "reason": "Half",
        "by_name": "Registrar A",
        "by_role": "Registrar",
    }
    with committed():
        page = client.post(url, typed | {"send_code": "1"}, follow=True)
    html = page.content.decode()
    assert "Draft saved. A code is on its way to r…@north.example.org." in html
    assert "Half</textarea>" in html
    assert 'value="Registrar A"' in html
    wrong = client.post(url, typed | {"code": "1", "answer": "1"})
    assert wrong.status_code == 400
    assert "Half</textarea>" in wrong.content.decode()
    with committed():
        done = client.post(url, typed | {"code": code_in(mailoutbox[-1]), "answer": "1"}, follow=True)
    html = done.content.decode()
    assert "You answered on" in html
    assert "You may amend until" in html
    receipt = client.get(f"/transfer/desk/{token}/{asked.uuid}/receipt.pdf")
    assert receipt.content.startswith(b"%PDF-")
    assert TransferRequest.objects.get().draft == {}
    assert api.get_request(learner.pk, request_uuid=asked.uuid).answer.kind is AnswerKind.PARTIAL


def test_desk_receipt_before_an_answer_is_not_found(asked, token, client: Client) -> None:
    assert client.get(f"/transfer/desk/{token}/{asked.uuid}/receipt.pdf").status_code == 404


def test_desk_form_begins_with_what_the_agreement_gives(
    agreement, ask, credential, institution, mailoutbox, client: Client
) -> None:
    from tests.credit_transfer.conftest import token_in

    ask(credential, institution)
    html = client.get(f"/transfer/desk/{token_in(mailoutbox[-1])}/").content.decode()
    assert 'value="STAT 101"' in html
    assert 'value="ECTS"' in html


def test_answer_words_of_the_institution_are_text_and_never_html(asked, token, answer, client_of, learner) -> None:
    answer(token, asked, **FULL | {"kind": "partial", "reason": "<script>x</script>", "by_name": "<b>A</b>"})
    html = client_of(learner).get(asked.url).content.decode()
    assert "<script>x" not in html
    assert "&lt;b&gt;A&lt;/b&gt;" in html
