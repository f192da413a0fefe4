"""One of everything that has an address under /api/, all of it learner A's or made by the operator."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import attrs
from django.contrib.auth.models import User
from django.utils import timezone
from formless_exams import classification, make_formless
from mastery_sittings import decided, registered, started

from credit_transfer import api as transfers
from credit_transfer.models import Delivery
from credit_transfer.services.consent import VERSION
from mastery_exam import api as exams
from mastery_exam.models import (
    BankAuthor,
    Exam,
    ExamAuthor,
    Invigilator,
    Item,
    PanelJudge,
    PanelRound,
    RatingPanel,
    SimulationRun,
)
from micromasters_pathway import api as pathways
from openedx_bridge.backend import get_backend
from openedx_bridge.data import LibraryProblem
from paid_certificate import api as certificates
from paid_certificate.data import AchievementData, Money
from paid_certificate.models import BulkRun

NAME = "Ana Ćosić"
LIBRARY = "Mastery:STAT"


@attrs.frozen
class World:
    """The people, and what stands for each word in a URL, by the URL's name or else by the word."""

    owner: User
    other: User
    wrong_staff: User
    operator: User
    exam_author: User
    things: dict[str, Any]

    def kwargs(self, name: str, words: list[str]) -> dict[str, Any]:
        """The keyword arguments of a URL; raises KeyError for a word that nothing stands for."""
        return {word: self._thing(name, word) for word in words}

    def _thing(self, name: str, word: str) -> Any:
        for key in (f"{name} {word}", f"{name.split(':')[0]} {word}", word):
            if key in self.things:
                return self.things[key]
        raise KeyError(f"Say in rest_world.py what “{word}” stands for in {name}.")


def build_world(
    people: dict[str, User],
    make_exam: Callable[..., Exam],
    make_achievement: Callable[..., AchievementData],
    mails: Callable[[], Any],
    mailbox: list[Any],
) -> World:
    """Build it all through the apps' own doors; `mails` is a context in which commits happen."""
    owner, operator = people["owner"], people["operator"]
    exam = make_exam()
    achievement = make_achievement(exam)
    things: dict[str, Any] = {"slug": exam.key, "exam_key": exam.key, "position": 1}
    things |= _sittings(people, exam, make_exam)
    things |= _credentials(people, achievement, things)
    things |= _claims(people, achievement.body.slug)
    things |= _programme(people, exam)
    things |= _transfer(people, achievement, things["credential"], mails, mailbox)
    _rival(people["wrong_staff"], make_exam)
    things["owner_id"], things["operator_id"] = owner.pk, operator.pk
    return World(owner, people["other"], people["wrong_staff"], operator, people["exam_author"], things)


def _sittings(people: dict[str, User], exam: Exam, make_exam: Callable[..., Exam]) -> dict[str, Any]:
    owner = people["owner"]
    decision = decided(owner, exam, right=4, legal_name=NAME)
    review = exams.request_review(owner.pk, decision_uuid=decision.uuid, text="Please look again.")
    attempt = started(owner, make_exam("running"), legal_name=NAME)
    one_way = make_formless(people["exam_author"], key="one-way", n_items=12, **classification())
    settling = started(owner, one_way.exam, legal_name=NAME)
    registration = registered(owner, make_exam("ready"), legal_name=NAME)
    checked = make_exam("checked", identity_policy="in_person", required_grants=["identity"])
    bank = exam.bank
    olx = "<problem><numericalresponse answer='1'><label>One?</label><textline/></numericalresponse></problem>"
    problem = LibraryProblem(usage_key=f"lb:{LIBRARY}:problem:one", display_name="One", olx=olx, files={})
    get_backend().add_library(f"lib:{LIBRARY}", title="Library", problems=[problem])
    get_backend().allow_library(people["exam_author"].pk, f"lib:{LIBRARY}", edit=False)
    assumed = {"mean": 0.0, "sd": 1.0, "judges_error": 0.4, "max_attempts": 2}
    run = SimulationRun.objects.create(
        exam=exam, seed=1, n_candidates=1, assumptions=assumed, started_by=people["exam_author"]
    )
    # The exams of these tests are written row by row; an import would have counted the versions.
    Item.objects.update(latest_num=1)
    things = _judging(people, exam)
    return {
        "decision_uuid": decision.uuid,
        "review_uuid": review.uuid,
        "attempt_uuid": attempt.uuid,
        "mastery_exam:api-settle attempt_uuid": settling.uuid,
        "registration_uuid": registration.uuid,
        "mastery_exam:api-start-code registration_uuid": registered(owner, checked, legal_name=NAME).uuid,
        "run_uuid": run.uuid,
        "num": 1,
        "bank_uuid": bank.uuid,
        "item_uuid": bank.items.first().uuid,
        **things,
    }


def _judging(people: dict[str, User], exam: Exam) -> dict[str, Any]:
    """A panel on the bank whose first round is open, with the exam's author in a judge's seat."""
    author = people["exam_author"]
    panel = RatingPanel.objects.create(bank=exam.bank, num=1, held_on=date(2026, 1, 1))
    PanelRound.objects.create(panel=panel, num=1, opened_by=author)
    judge = PanelJudge.objects.create(panel=panel, user=author, role="Lecturer", num=1, invited_by=author)
    return {"panel_uuid": panel.uuid, "judge_uuid": judge.uuid}


def _credentials(people: dict[str, User], achievement: AchievementData, things: dict[str, Any]) -> dict[str, Any]:
    owner, operator = people["owner"], people["operator"]
    awarded = certificates.award_for_decision(things["decision_uuid"])
    credential = certificates.issue_credential(awarded.uuid)
    orders = {}
    for name in ("open", "paid"):
        priced = people["make_paid"](f"fee-{name}")
        held = registered(owner, priced, legal_name=NAME)
        orders[name] = certificates.place_order(
            owner.pk, registration_uuid=held.uuid, gateway="invoice", idempotency_key=name
        )
    certificates.mark_invoice_paid(orders["paid"].uuid, reference="TRANSFER-1", actor_id=operator.pk)
    things["paid_certificate:api-order-refund uuid"] = orders["paid"].uuid
    unordered = registered(owner, people["make_paid"]("fee-none"), legal_name=NAME)
    named = {f"paid_certificate:api-order{end} uuid": orders["open"].uuid for end in ("", "-cancel", "-payments")}
    named |= {f"paid_certificate:api-achievement{end} uuid": achievement.uuid for end in ("", "-routes")}
    wish = certificates.ask_name_correction(owner.pk, credential_uuid=credential.uuid, new_name="Anna Ćosić")
    signatory = certificates.add_signatory(
        achievement.body.slug, name="Rector A", title="Rector", first_day=date(2026, 1, 1), actor_id=operator.pk
    )
    named["paid_certificate:api-signatory uuid"] = signatory.uuid
    bulk = BulkRun.objects.create(exam_key="statistics", state="awaiting_approval", created_by=people["exam_author"])
    named |= {f"paid_certificate:api-bulk-{end} uuid": bulk.uuid for end in ("issue", "approval", "undo")}
    ends = ("", "-revocation", "-replacement", "-sharing", "-corrections", "-tokens", "-renewal")
    named |= {f"paid_certificate:api-credential{end} uuid": credential.uuid for end in ends}
    named["paid_certificate:api-correction-answer uuid"] = wish.uuid
    return named | {
        "paid_certificate slug": achievement.body.slug,
        "achievement": achievement,
        "signing key": certificates.list_keys(achievement.body.slug)[0].name,
        "credential": credential,
        "unordered": unordered.uuid,
    }


def _claims(people: dict[str, User], body_slug: str) -> dict[str, Any]:
    """A claim that is not sent yet, one that waits for an assessor, and who assesses."""
    owner, operator = people["owner"], people["operator"]
    made = {}
    for key in ("by-evidence", "also-by-evidence"):
        achievement = certificates.create_achievement(
            key=key, body_slug=body_slug, title=key, actor_id=operator.pk, description="D.", criteria="C."
        )
        certificates.add_route(achievement.uuid, kind="evidence", reference=key, actor_id=operator.pk)
        made[key] = certificates.start_claim(owner.pk, achievement_uuid=achievement.uuid)
        note = {"text": "I did.", "title": "What I did"}
        certificates.add_note_piece(owner.pk, made[key].uuid, **note)
    draft, waiting = made["by-evidence"], made["also-by-evidence"]
    signed = certificates.get_document(certificates.list_credentials(owner.pk)[0].uuid).encode()
    piece = certificates.add_credential_piece(owner.pk, waiting.uuid, credential=signed)
    certificates.submit_claim(owner.pk, waiting.uuid, holder_name=NAME, consent=True)
    certificates.add_assessor(body_slug, username=people["exam_author"].username, actor_id=operator.pk)
    app = "paid_certificate:api-evidence"
    named = {f"{app}-{end} uuid": draft.uuid for end in ("pieces", "submission", "withdrawal")}
    named |= {f"{app}-{end} uuid": waiting.uuid for end in ("claim", "question", "approval", "refusal")}
    named |= {f"{app}-{end} uuid": piece.uuid for end in ("original", "check")}
    named[f"{app}-piece uuid"] = certificates.get_claim(draft.uuid).pieces[0].uuid
    return named | {"username": people["exam_author"].username, "claimed": draft.achievement.uuid}


def _programme(people: dict[str, User], exam: Exam) -> dict[str, Any]:
    operator = people["operator"]
    pathways.create_programme(key="data", title="Data", actor_id=operator.pk)
    routes = [{"kind": "exam", "exam_key": exam.key}]
    rules = {"all_of": [{"slot": {"key": "a", "title": "Part A", "routes": routes}}]}
    pathways.publish_programme("data", rules=rules, actor_id=operator.pk)
    pathways.join_programme(people["owner"].pk, programme_key="data")
    pathways.refresh_progress(people["owner"].pk, programme_key="data")
    return {"key": "data", "rules": rules}


def _transfer(
    people: dict[str, User], achievement: AchievementData, credential: Any, mails: Callable[[], Any], mailbox: list[Any]
) -> dict[str, Any]:
    actor, now = people["operator"].pk, timezone.now()
    places = [_institution(name, actor) for name in ("North University", "South University")]
    terms = {"equivalent_course": "STAT 101", "credits": Decimal(6), "unit": "ECTS", "levels": [("EQF", "6")]}
    agreements = [
        transfers.create_agreement(
            institution_uuid=place.uuid,
            achievement_uuid=achievement.uuid,
            actor_id=actor,
            valid_from=now - timedelta(days=3),
            **terms,
        )
        for place in places
    ]
    signed = {"name": "Rector A", "role": "Rector", "signed_at": now, "reference": "file 12", "actor_id": actor}
    for side in ("body", "institution"):
        transfers.sign_agreement(agreements[1].uuid, side=side, **signed)
    credit = transfers.create_credit_value(
        achievement_uuid=achievement.uuid,
        amount=Decimal(6),
        unit="ECTS",
        recommender="Council A",
        evidence="Review",
        levels=[("EQF", "6")],
        valid_from=now - timedelta(days=3),
        actor_id=actor,
    )
    offer = transfers.create_offer(**offer_terms(places[0].uuid), fee=Money(0, "EUR"), actor_id=actor)
    with mails():
        request = transfers.send_request(
            credential.user_id,
            credential_uuid=credential.uuid,
            institution_uuid=places[0].uuid,
            consent=True,
            consent_version=VERSION,
        )
    token = re.search(r"/transfer/desk/([^/\s]+)/", mailbox[-1].body).group(1)
    delivery = Delivery.objects.filter(request__uuid=request.uuid).latest("created")
    app = "credit_transfer:api"
    named = {f"{app}-{end} uuid": request.uuid for end in ("request", "withdrawal")}
    named |= {f"{app}-desk-{end} uuid": request.uuid for end in ("request", "code", "answer")}
    named |= {f"{app}-{end} uuid": places[0].uuid for end in ("institution", "mailboxes")}
    named[f"{app}-verification uuid"] = _entered("West University", actor).uuid
    named |= {f"{app}-{end} uuid": agreements[0].uuid for end in ("agreement", "signatures")}
    named |= {f"{app}-{end} uuid": agreements[1].uuid for end in ("agreement-versions", "agreement-state")}
    named |= {f"{app}-{end} uuid": delivery.uuid for end in ("bounce", "resend")}
    named |= {f"{app}-credit-value uuid": credit.uuid, f"{app}-offer-state uuid": offer.uuid}
    return named | {"token": token, "institution": places[0].uuid, "second institution": places[1].uuid}


def _institution(name: str, actor: int) -> Any:
    made = _entered(name, actor)
    return transfers.verify_institution(made.uuid, how="Called the number on its website.", actor_id=actor)


def _entered(name: str, actor: int) -> Any:
    return transfers.create_institution(
        name=name,
        country_code="ES",
        office_name="Registry",
        office_email=f"registry@{name.split()[0].lower()}.example.org",
        appeals_contact="Appeals board",
        actor_id=actor,
    )


def offer_terms(institution_uuid: Any) -> dict[str, Any]:
    """An admission offer without its fee."""
    return {
        "institution_uuid": institution_uuid,
        "programme_key": "data",
        "degree": "Master of Data",
        "standard_months": 24,
        "reduced_months": 18,
        "credits_waived": Decimal(30),
        "unit": "ECTS",
        "intake": "Autumn",
        "deadline": timezone.now() + timedelta(days=90),
        "time_zone": "Europe/Madrid",
    }


def _rival(wrong_staff: User, make_exam: Callable[..., Exam]) -> None:
    """Give the wrong member of staff every right that is about other things."""
    theirs = make_exam("theirs")
    ExamAuthor.objects.create(exam=theirs, user=wrong_staff)
    BankAuthor.objects.create(bank=theirs.bank, user=wrong_staff)
    Invigilator.objects.create(exam=theirs, user=wrong_staff)
    get_backend().add_course("course-v1:Mastery+THEIRS+1", title="Theirs")
    get_backend().add_course_staff(wrong_staff.pk, "course-v1:Mastery+THEIRS+1")
    get_backend().add_course_creator(wrong_staff.pk)
