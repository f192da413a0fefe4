"""The demo with one of everything to look at: a sitting under way, a result, a credential, a request."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

import attrs
from demo_person import right_answers
from django.contrib.auth import get_user_model
from django.core import mail
from evidence_stage import stage_evidence
from expired_stage import stage_expired
from one_way_stage import OneWay, stage_one_way

from credit_transfer import api as transfers
from credit_transfer.services.consent import VERSION
from mastery_exam import api as exams
from mastery_exam.models import Bank, Exam
from openedx_bridge.backend import get_backend
from openedx_bridge.capa import InputKind
from paid_certificate import api as certificates
from sandbox.loading.plan import ADAPTIVE_EXAM, BODY, CREDENTIAL_EXAM, PROGRAMME, SITTING_EXAM, course_key
from sandbox.models import Block

DEVICE = "the-device-of-the-stage"
LEGAL_NAME = "Łucja Αλεξίου-李"


@attrs.frozen
class Screen:
    """A page and who looks at it; None is somebody who is not signed in. `press` is what is clicked there first."""

    name: str
    who: str | None
    path: str
    press: str = ""


def screens() -> list[Screen]:
    """Make what the pages show and list every screen for everybody who reaches it."""
    people = {user.username: user.pk for user in get_user_model().objects.all()}
    sitting = _sit(people, SITTING_EXAM, "learner", with_code=True)
    passed = _pass(people, "student")
    waiting = exams.register(people["student"], exam_key=SITTING_EXAM, **_terms(SITTING_EXAM))
    ready = exams.register(people["invigilator"], exam_key=CREDENTIAL_EXAM, **_terms(CREDENTIAL_EXAM))
    order = certificates.place_order(
        people["student"], registration_uuid=waiting.uuid, gateway="invoice", idempotency_key="waiting"
    )
    credential = _credential(people, passed)
    request, token = _request(people, credential)
    return [
        *_public(credential),
        *_learner(sitting, passed, waiting.uuid, ready.uuid, order.uuid, credential, request.uuid),
        *_staff(),
        *_judging(people),
        *_course(),
        *_forms(people),
        *_one_way(stage_one_way(people, LEGAL_NAME)),
        *(Screen(name, who, path) for name, who, path in stage_evidence(people)),
        Screen("registrar's desk", None, f"/transfer/desk/{token}/"),
    ]


def _terms(exam_key: str) -> dict[str, str]:
    return {"legal_name": LEGAL_NAME, "terms_version": exams.get_exam(exam_key).terms_version}


def _sit(people: dict[str, int], exam_key: str, who: str, *, with_code: bool = False) -> UUID:
    """Register, pay, be let in and start; returns the attempt."""
    user_id, code = people[who], None
    registration = exams.register(user_id, exam_key=exam_key, **_terms(exam_key))
    if registration.missing_grants and "payment" in registration.missing_grants:
        order = certificates.place_order(
            user_id, registration_uuid=registration.uuid, gateway="invoice", idempotency_key=who
        )
        certificates.mark_invoice_paid(order.uuid, actor_id=people["operator"], reference=f"BANK-{who}")
    if with_code:
        code = exams.issue_start_code(registration.uuid, actor_id=people["invigilator"], seat="7")
    attempt = exams.start_attempt(user_id, registration_uuid=registration.uuid, start_code=code, device_token=DEVICE)
    return attempt.uuid


def _answer_everything(user_id: int, attempt_uuid: UUID) -> None:
    for position, answers in enumerate(right_answers(attempt_uuid), start=1):
        sent = {name: values if kind is InputKind.CHOICES else values[0] for name, kind, values in answers}
        exams.save_answer(
            user_id, attempt_uuid=attempt_uuid, position=position, client_seq=1, answers=sent, device_token=DEVICE
        )


def _credential(people: dict[str, int], attempt_uuid: UUID) -> Any:
    decision = exams.find_decision(attempt_uuid=attempt_uuid)
    order = certificates.place_order(
        people["student"], decision_uuid=decision.uuid, gateway="invoice", idempotency_key="credential"
    )
    certificates.mark_invoice_paid(order.uuid, actor_id=people["operator"], reference="BANK-credential")
    awarded = certificates.award_for_decision(decision.uuid)
    return certificates.get_credential(awarded.uuid)


def _request(people: dict[str, int], credential: Any) -> tuple[Any, str]:
    chosen = transfers.list_institutions()[0]
    sent = transfers.send_request(
        people["student"],
        credential_uuid=credential.uuid,
        institution_uuid=chosen.uuid,
        consent=True,
        consent_version=VERSION,
        student_id_there="S-1",
        birth_date="2000-01-01",
    )
    letters = [str(message.body) for message in mail.outbox]
    return sent, re.findall(r"/transfer/desk/([^/\s]+)/", " ".join(letters))[-1]


def _public(credential: Any) -> list[Screen]:
    achievement = credential.achievement
    paths = {
        "catalogue": "/mastery/exams/",
        "empty catalogue": "/mastery/exams/?query=nothing-like-this",
        "exam": f"/mastery/exams/{SITTING_EXAM}/",
        "practice": f"/mastery/exams/{SITTING_EXAM}/practice/",
        "help": "/mastery/help/",
        "programmes": "/pathways/",
        "programme": f"/pathways/{PROGRAMME}/",
        "body": f"/credentials/bodies/{BODY}/",
        "achievement": f"/credentials/achievements/{achievement.version_uuid}/",
        "verify": "/credentials/verify/",
        "verification": f"/credentials/verify/{credential.uuid}/",
        "where does it count": f"/transfer/where/{achievement.uuid}/",
        "desk without a link": "/transfer/desk/nothing/",
        "no such exam": "/mastery/exams/no-such-exam/",
    }
    return [Screen(name, None, path) for name, path in paths.items()]


def _learner(
    sitting: UUID, passed: UUID, waiting: UUID, ready: UUID, order: UUID, credential: Any, request: UUID
) -> list[Screen]:
    return [
        Screen("register", "operator", f"/mastery/exams/{SITTING_EXAM}/register/"),
        Screen("no exams yet", "operator", "/mastery/my/"),
        Screen("my exams", "student", "/mastery/my/"),
        Screen("checkout", "student", f"/credentials/checkout/{waiting}/"),
        Screen("order", "student", f"/credentials/orders/{order}/"),
        Screen("check-in", "invigilator", f"/mastery/registrations/{ready}/check-in/"),
        Screen("runner", "learner", f"/mastery/attempts/{sitting}/"),
        Screen("review", "learner", f"/mastery/attempts/{sitting}/review/"),
        Screen("result", "student", f"/mastery/attempts/{passed}/result/"),
        Screen("credential", "student", f"/credentials/{credential.uuid}/"),
        Screen("progress", "student", f"/pathways/{PROGRAMME}/"),
        Screen("where it counts for me", "student", f"/transfer/where/{credential.achievement.uuid}/"),
        Screen("ask a university", "student", f"/transfer/request/{credential.uuid}/"),
        Screen("requests", "student", "/transfer/requests/"),
        Screen("request", "student", f"/transfer/requests/{request}/"),
    ]


def _staff() -> list[Screen]:
    bank = Bank.objects.get(pk=Exam.objects.get(key=SITTING_EXAM).bank_id)
    agreement, place = transfers.list_agreements()[0], transfers.list_institutions()[0]
    paths = {
        "author": {
            "author home": "/mastery/author/",
            "bank": f"/mastery/author/banks/{bank.uuid}/",
            "exam editor": f"/mastery/author/exams/{SITTING_EXAM}/",
            "simulation report": f"/mastery/author/exams/{SITTING_EXAM}/simulation/?version=1",
            "measurement": f"/mastery/author/exams/{SITTING_EXAM}/measurement/",
            "editor of a test": f"/mastery/author/exams/{ADAPTIVE_EXAM}/",
            "simulation report of a test": f"/mastery/author/exams/{ADAPTIVE_EXAM}/simulation/?version=1",
            "measurement of a test": f"/mastery/author/exams/{ADAPTIVE_EXAM}/measurement/",
            "results desk": f"/mastery/author/exams/{SITTING_EXAM}/results/",
            "programme authors": "/pathways/author/",
        },
        "invigilator": {"invigilator's desk": f"/mastery/invigilate/{SITTING_EXAM}/"},
        "operator": {
            "programme author": f"/pathways/author/{PROGRAMME}/",
            "desk": "/credentials/desk/",
            "credentials at work": "/credentials/desk/credentials/",
            "fee": f"/credentials/author/fees/{SITTING_EXAM}/",
            "bodies": "/credentials/author/bodies/",
            "edit body": f"/credentials/author/bodies/{BODY}/",
            "achievements": "/credentials/author/achievements/",
            "office": "/transfer/office/",
            "new institution": "/transfer/office/institutions/new/",
            "institution": f"/transfer/office/institutions/{place.uuid}/",
            "new agreement": "/transfer/office/agreements/new/",
            "agreement": f"/transfer/office/agreements/{agreement.uuid}/",
            "offers": "/transfer/office/offers/",
            "credit": "/transfer/office/credit/",
            "mails": "/transfer/office/mails/",
        },
    }
    return [Screen(name, who, path) for who, named in paths.items() for name, path in named.items()]


def _judging(people: dict[str, int]) -> list[Screen]:
    """A panel in its second round: the facilitator's workbench and a judge's pages."""
    bank, by = Bank.objects.get(pk=Exam.objects.get(key=CREDENTIAL_EXAM).bank_id), {"actor_id": people["author"]}
    panel = exams.open_panel(bank.uuid, **by)
    for name in ("operator", *(f"judge{num}" for num in (2, 3, 4))):
        judge, _new = get_user_model().objects.get_or_create(username=name)
        exams.invite_judge(bank.uuid, username=name, role="University lecturer", **by)
        people[name] = judge.pk
    exams.open_round(bank.uuid, **by)
    for shift, name in enumerate(("operator", "judge2", "judge3", "judge4")):
        for item in exams.list_judge_items(people[name], panel_uuid=panel.uuid):
            percent = str(40 + 9 * shift + item.position * 7 % 20)
            exams.rate_item(people[name], panel_uuid=panel.uuid, item_uuid=item.uuid, percent=percent)
    exams.close_round(bank.uuid, **by)
    exams.open_round(bank.uuid, **by)
    home = f"/mastery/author/banks/{bank.uuid}/panels/"
    return [
        Screen("panels", "author", home),
        Screen("panel", "author", f"{home}{panel.num}/"),
        Screen("released panel", "author", f"{home}{panel.num - 1}/"),
        Screen("judge's panels", "operator", "/mastery/judging/"),
        Screen("judge's panel", "operator", f"/mastery/judging/{panel.uuid}/"),
        Screen("judge's question", "operator", f"/mastery/judging/{panel.uuid}/questions/1/"),
    ]


def _one_way(found: OneWay) -> list[Screen]:
    """The exam without going back, before, during and after a sitting."""
    page, attempts = f"/mastery/exams/{ADAPTIVE_EXAM}/", "/mastery/attempts"
    return [
        Screen("exam without going back", None, page),
        Screen("register without going back", "operator", f"{page}register/"),
        Screen("check-in without going back", "invigilator", f"/mastery/registrations/{found.ready}/check-in/"),
        Screen("runner without going back", "learner", f"{attempts}/{found.running}/"),
        Screen("no answer", "learner", f"{attempts}/{found.running}/", press="#mx-next"),
        Screen("end now", "learner", f"{attempts}/{found.running}/end/"),
        Screen("passed without a score", "student", f"{attempts}/{found.passed}/result/"),
        Screen("not passed without a score", "invigilator", f"{attempts}/{found.not_passed}/result/"),
        Screen("given up", "author", f"{attempts}/{found.given_up}/result/"),
    ]


def _course() -> list[Screen]:
    """The four blocks for a learner and for the team, and the edit form of one."""
    found = []
    for tag in ("mastery-exam", "paid-certificate", "micromasters-pathway", "credit-transfer"):
        row = Block.objects.filter(usage_key__contains=f"type@{tag}").select_related("parent").first()
        unit = f"{course_key()}/units/{row.parent.usage_key}/"
        found += [
            Screen(f"{tag} in a course", "student", f"/courses/{unit}"),
            Screen(f"{tag} in Studio", "author", f"/studio/{unit}"),
        ]
    return [*found, Screen("edit form", "author", f"/studio/{unit}?edit={quote(str(row.usage_key))}")]


def _forms(people: dict[str, int]) -> list[Screen]:
    """A statement of accomplishment by the course, and an award whose time has run out, with the ways to renew it."""
    get_backend().grade(people["learner"], course_key(), percent=Decimal(80), passed=True)
    statement = certificates.award_for_course(people["learner"], course_key=course_key())
    expired = stage_expired(people, CREDENTIAL_EXAM, lambda: _pass(people, "author"))
    return [
        Screen("statement", "learner", f"/credentials/{statement.uuid}/"),
        Screen("statement checked", None, f"/credentials/verify/{statement.uuid}/"),
        Screen("expired credential", "author", f"/credentials/{expired.uuid}/"),
        Screen("expired credential checked", None, f"/credentials/verify/{expired.uuid}/"),
        Screen("exam that renews", "author", f"/mastery/exams/{CREDENTIAL_EXAM}/"),
        Screen("my exams with a renewal", "author", "/mastery/my/"),
    ]


def _pass(people: dict[str, int], who: str) -> UUID:
    """Sit the exam whose credential is paid later, with every answer right, and see the result; returns the attempt."""
    attempt = _sit(people, CREDENTIAL_EXAM, who)
    _answer_everything(people[who], attempt)
    exams.submit_attempt(people[who], attempt_uuid=attempt)
    exams.release_decisions(CREDENTIAL_EXAM, actor_id=people["author"])
    return attempt


AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
