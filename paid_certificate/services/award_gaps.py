"""Awards that a lost message left unmade, unsigned or unmarked, each with its repair."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from mastery_exam import api as exams
from openedx_bridge import api as bridge
from paid_certificate.data import CredentialState, Finding, RouteKind, SupersedeReason
from paid_certificate.models import Credential, Route
from paid_certificate.services.awards import award_for_course, award_for_decision
from paid_certificate.services.expire import expire_credential
from paid_certificate.services.issue import issue_credential
from paid_certificate.services.next_award import NewAward, form_of, next_step
from paid_certificate.services.reconcile import Repair
from paid_certificate.services.supersede import supersede_credential

Gap = tuple[Finding, Repair | None]
HEAVY = ("document", "statement", "render", "signatories")


def find_award_gaps() -> list[Gap]:
    """What is missing between passes, courses and credentials, each with its repair."""
    return [
        *_decided_without_credential(),
        *_course_without_credential(),
        *_not_signed(),
        *_past_its_time(),
        *_signed_by_a_stolen_key(),
    ]


def _decided_without_credential() -> Iterator[Gap]:
    """Released passes, of exams that lead to an achievement, for which nothing was awarded."""
    known = set(Credential.objects.filter(decision_uuid__isnull=False).values_list("decision_uuid", flat=True))
    routes = published_routes(RouteKind.EXAM)
    for decision in exams.iter_released_passes():
        route = routes.get(decision.exam_key)
        if route is None or decision.uuid in known:
            continue
        values = {
            "decision_uuid": decision.uuid,
            "identity": decision.identity,
            "supervision": decision.supervision,
            "awarded_at": decision.released_at or decision.decided_at,
        }
        if is_missing(_held(decision.user_id, route), route, values):
            text = _("The pass in “{title}” has no credential.").format(title=decision.exam_title)
            finding = Finding("decided_without_credential", decision.uuid, decision.user_id, text, _("Award it."))
            yield finding, partial(award_for_decision, decision.uuid)


def _course_without_credential() -> Iterator[Gap]:
    """Passed courses that lead to an achievement, for which nothing was awarded."""
    for key, route in published_routes(RouteKind.COURSE).items():
        course = bridge.find_course(key)
        if course is None:
            continue
        by_course = Credential.objects.filter(achievement=route.achievement, route_kind=RouteKind.COURSE)
        known = set(by_course.filter(evidence__key=key).values_list("user_id", flat=True))
        for learner in bridge.iter_passing_grades(course_key=key):
            if learner.user_id in known or learner.grade.passed_at is None:
                continue
            values = {
                "identity": "none",
                "supervision": "none",
                "awarded_at": learner.grade.passed_at,
                "evidence": {"key": key},
            }
            if is_missing(_held(learner.user_id, route), route, values):
                text = _("The passed course “{title}” has no credential.").format(title=course.title)
                uuid = route.achievement.uuid
                finding = Finding("course_without_credential", uuid, learner.user_id, text, _("Award it."))
                yield finding, partial(award_for_course, learner.user_id, course_key=key)


def is_missing(held: Sequence[Credential], route: Route, values: dict[str, Any]) -> bool:
    """Whether awarding `values` now would make something that is not there; `held`: all that the person has of it."""
    form = form_of(route, values["identity"], values["supervision"])
    if form is None:
        return False
    waits = any(row.state == CredentialState.AWAITING_PAYMENT for row in held)
    return not waits and next_step(held, NewAward(route, form, False, values), timezone.now()).keep is None


def _held(user_id: int, route: Route) -> list[Credential]:
    return list(Credential.objects.filter(user_id=user_id, achievement=route.achievement).defer(*HEAVY))


def _not_signed() -> Iterable[Gap]:
    states = [CredentialState.READY, CredentialState.SIGNING, CredentialState.FAILED]
    stale = timezone.now() - timedelta(minutes=5)
    return [
        (
            Finding(
                "not_signed",
                row.uuid,
                row.user_id,
                _("A credential was not signed. {why}").format(why=row.failure),
                _("Sign it again."),
            ),
            partial(issue_credential, row.uuid),
        )
        for row in Credential.objects.filter(state__in=states, modified__lt=stale)
    ]


def _past_its_time() -> Iterable[Gap]:
    """Issued awards whose time has run out: strangers read that already, and another may take their place."""
    rows = Credential.objects.filter(state=CredentialState.ISSUED, valid_until__lte=timezone.now())
    text, repair = _("The time of a credential has run out."), _("Mark it as expired.")
    return [
        (Finding("past_its_time", row.uuid, row.user_id, text, repair), partial(expire_credential, row.uuid))
        for row in rows.only("uuid", "user_id")
    ]


def _signed_by_a_stolen_key() -> Iterable[Gap]:
    """Issued awards that a key signed since it was stolen: one on hold at the time, or signed at that very moment."""
    rows = Credential.objects.filter(state=CredentialState.ISSUED, erased_at__isnull=True)
    by_proof = Q(issued_at__gte=F("signing_key__compromised_at"))
    by_token = Q(token__signed_at__gte=F("token__signing_key__compromised_at"))
    reissue = partial(supersede_credential, actor_id=None, reason=SupersedeReason.REISSUED.value, links_successor=True)
    text, repair = _("A credential is signed by a key that was stolen."), _("Replace it by one that can be checked.")
    return [
        (Finding("signed_by_stolen_key", row.uuid, row.user_id, text, repair), partial(reissue, row.uuid))
        for row in rows.filter(by_proof | by_token).only("uuid", "user_id")
    ]


def published_routes(kind: RouteKind) -> dict[str, Route]:
    """The routes of this kind to achievements of published bodies, by reference."""
    routes = Route.objects.select_related("achievement__body").filter(kind=kind)
    return {route.reference: route for route in routes.filter(achievement__body__published_at__isnull=False)}
