"""From a released decision, a passed course or a completed programme to one award: who gets what, once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import attrs
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from mastery_exam import api as exams
from micromasters_pathway import api as pathways
from openedx_bridge import api as bridge
from paid_certificate.data import (
    CREDENTIAL_TRANSITIONS,
    AchievementData,
    CredentialData,
    CredentialForm,
    CredentialState,
    RouteKind,
)
from paid_certificate.errors import CredentialNotFound, CredentialStateConflict
from paid_certificate.models import AchievementVersion, Credential, Route
from paid_certificate.services.achievements import achievement_data
from paid_certificate.services.addresses import verification_url
from paid_certificate.services.award_values import completion_values, course_values, decision_values, is_standing_pass
from paid_certificate.services.fulfil import has_paid_credential
from paid_certificate.services.next_award import NewAward, form_of, renewable_from
from paid_certificate.services.render_data import frozen_for
from paid_certificate.validity import valid_until

SAID_OF_ISSUER = ("name", "legal_statement", "accreditation_status", "awarding_authority")


def award_for_decision(decision_uuid: UUID, *, sign_later: bool = True) -> CredentialData | None:
    """Award what a released pass shows, and let it be signed when nothing is owed. Safe to repeat.

    `sign_later` False leaves the signing to the caller. None where the decision is no standing pass, leads to no
    achievement, or was checked less than its route asks.
    """
    decision = exams.get_decision(decision_uuid)
    if not is_standing_pass(decision):
        return None
    exam = exams.get_exam(decision.exam_key)
    owed = exam.fee_policy == "credential" and not has_paid_credential(decision.user_id, decision_uuid=decision.uuid)
    return award_by_route(
        decision.user_id,
        kind="exam",
        reference=decision.exam_key,
        owed=owed,
        sign_later=sign_later,
        values=decision_values(decision),
    )


def award_for_completion(completion_uuid: UUID) -> CredentialData | None:
    """Award what a completed programme shows; None where it does not stand or leads to no achievement."""
    completion = pathways.get_completion(completion_uuid)
    if completion.withdrawn_at is not None:
        return None
    return award_by_route(
        completion.user_id,
        kind="programme",
        reference=completion.programme_key,
        owed=False,
        values=completion_values(completion),
    )


def award_for_course(user_id: int, *, course_key: str) -> CredentialData | None:
    """Award what a passed course shows; None where it is not passed or leads to no achievement. Safe to repeat.

    A course checks nobody's identity and watches nobody, so its route decides whether that is enough for a credential.
    """
    if not Route.objects.filter(kind=RouteKind.COURSE, reference=course_key).exists():
        return None
    course = bridge.find_course(course_key)
    grade = bridge.find_course_grade(user_id, course_key=course_key)
    if course is None or grade is None or not grade.passed or grade.passed_at is None:
        return None
    return award_by_route(
        user_id,
        kind=RouteKind.COURSE,
        reference=course_key,
        owed=False,
        values=course_values(user_id, course, grade.passed_at),
    )


def get_credential(uuid: UUID) -> CredentialData:
    """The award in any state; raises CredentialNotFound."""
    return credential_data(credential_row(uuid))


def list_credentials(user_id: int) -> list[CredentialData]:
    """All awards of a person, oldest first."""
    return [credential_data(row) for row in _rows().filter(user_id=user_id)]


def find_credential(user_id: int, *, achievement_uuid: UUID) -> CredentialData | None:
    """The person's live award of an achievement, else the one that waits for its fee, or None."""
    rows = _rows().filter(user_id=user_id, achievement__uuid=achievement_uuid)
    row = rows.filter(live=1).first() or rows.filter(due=1).first()
    return credential_data(row) if row else None


def find_credential_for_decision(decision_uuid: UUID) -> CredentialData | None:
    """The newest award that rests on a decision, or None."""
    row = _rows().filter(decision_uuid=decision_uuid).last()
    return credential_data(row) if row else None


def is_issued_for_decision(decision_uuid: UUID) -> bool:
    """Whether a signed credential rests on the decision, standing or not."""
    return Credential.objects.filter(decision_uuid=decision_uuid, issued_at__isnull=False).exists()


def credential_row(uuid: UUID) -> Credential:
    """The row of an award; raises CredentialNotFound."""
    row = _rows().filter(uuid=uuid).first()
    if row is None:
        raise CredentialNotFound(_("There is no such credential. Check the address, or ask its holder for the file."))
    return row


def move_credential(row: Credential, target: CredentialState, **values: Any) -> bool:
    """Compare and set the state; False when somebody else was faster. Raises for a step that is never allowed."""
    state = CredentialState(row.state)
    if target not in CREDENTIAL_TRANSITIONS[state]:
        message = _("The credential is {state} and cannot become {target}. Reload the page to see where it stands.")
        raise CredentialStateConflict(message.format(state=state.value, target=target.value))
    moved = Credential.objects.filter(pk=row.pk, state=state).update(state=target, **values)
    row.refresh_from_db()
    return bool(moved)


def credential_data(row: Credential) -> CredentialData:
    """The record of `row`."""
    return CredentialData(
        uuid=row.uuid,
        user_id=row.user_id,
        holder_name=row.holder_name,
        achievement=_as_awarded(row),
        state=CredentialState(row.state),
        route_kind=row.route_kind,
        decision_uuid=row.decision_uuid,
        completion_uuid=row.completion_uuid,
        identity=row.identity,
        supervision=row.supervision,
        is_demonstration=row.is_demonstration,
        awarded_at=row.awarded_at,
        issued_at=row.issued_at,
        valid_until=row.valid_until,
        ended_at=row.ended_at,
        ended_reason=row.ended_reason,
        failure=row.failure,
        url=reverse("paid_certificate:credential", args=[row.uuid]),
        verify_url=verification_url(row.uuid),
        erased_at=row.erased_at,
        successor_uuid=row.successor.uuid if row.successor else None,
        links_successor=row.links_successor,
        shares_statement=row.shares_statement,
        signatories=tuple((entry["name"], entry["title"]) for entry in row.signatories),
        form=CredentialForm(row.form),
        renewable_from=renewable_from(row.valid_until) if row.valid_until else None,
    )


def _as_awarded(row: Credential) -> AchievementData:
    """The achievement, by the issuer as it stood at the award."""
    found = achievement_data(row.achievement_version)
    if not row.render:
        return found
    said = {name: row.render["issuer"][name] for name in SAID_OF_ISSUER}
    body = attrs.evolve(found.body, quality_assurance=row.render["quality_assurance"], **said)
    return attrs.evolve(found, body=body)


def award_by_route(
    user_id: int, *, kind: str, reference: str, owed: bool, values: dict[str, Any], sign_later: bool = True
) -> CredentialData | None:
    """Award by the route that this exam, course, programme or claim is; None where it leads to nothing.

    `values` are fields of Credential: what was shown, by whom, and how it was checked.
    """
    from paid_certificate.services.settle import settle_award
    from paid_certificate.tasks import sign_credential

    route = Route.objects.select_related("achievement__body").filter(kind=kind, reference=reference).first()
    if route is None or route.achievement.body.published_at is None:
        return None
    form = form_of(route, values["identity"], values["supervision"])
    if form is None:
        return None
    # The fee is for the credential: a statement of accomplishment costs nothing.
    is_owed = owed and form is CredentialForm.CREDENTIAL
    row = credential_row(settle_award(user_id, NewAward(route, form, is_owed, values)).uuid)
    if row.state == CredentialState.READY and sign_later:
        transaction.on_commit(lambda: sign_credential.delay(str(row.uuid)))
    return credential_data(row)


def unsaved_award(
    user_id: int,
    route: Route,
    state: CredentialState,
    values: dict[str, Any],
    *,
    version: AchievementVersion,
    frozen: dict[str, Any],
) -> Credential:
    """A new award as a row, not stored yet: by one person's release and in bulk it says the same.

    `frozen` is what `freeze` gives for the version on the day of the award.
    """
    form = form_of(route, values["identity"], values["supervision"])
    assert form is not None, "an award is made only where its route leads to one"
    return Credential(
        user_id=user_id,
        achievement=route.achievement,
        achievement_version=version,
        route_kind=route.kind,
        state=state,
        form=form.value,
        valid_until=valid_until(values["awarded_at"], version.valid_months),
        **frozen_for(frozen, form, is_demonstration=values["is_demonstration"]),
        **values,
    )


def _rows():  # type: ignore[no-untyped-def]
    return Credential.objects.select_related(
        "achievement_version__achievement__body", "achievement", "successor"
    ).prefetch_related("achievement__routes")
