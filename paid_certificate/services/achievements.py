"""Achievements, their frozen versions and the routes to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from openedx_bridge import api as bridge
from openedx_bridge.errors import SuiteError
from paid_certificate.data import AchievementData, CredentialForm, RouteData, RouteKind
from paid_certificate.errors import AchievementNotFound, AchievementRefused, BodyNotFound
from paid_certificate.models import Achievement, AchievementVersion, IssuingBody, Route
from paid_certificate.models.audit import record
from paid_certificate.services.addresses import achievement_url
from paid_certificate.services.bodies import body_data


def create_achievement(
    *, key: str, body_slug: str, title: str, actor_id: int, routes: Sequence[dict[str, Any]] = (), **version: Any
) -> AchievementData:
    """Create an achievement with its first version and `routes`, each as `add_route` takes them; all or nothing.

    `version` holds the fields of AchievementVersion.
    """
    body = IssuingBody.objects.filter(slug=body_slug).first()
    if body is None:
        raise BodyNotFound(_("There is no issuing body “{slug}”.").format(slug=body_slug))
    try:
        with transaction.atomic():
            achievement = Achievement.objects.create(key=key, body=body)
            AchievementVersion.objects.create(achievement=achievement, num=1, title=title, **version)
            record("create_achievement", actor_id=actor_id, object_type="achievement", object_uuid=achievement.uuid)
            for route in routes:
                add_route(achievement.uuid, actor_id=actor_id, **route)
    except IntegrityError as error:
        message = _("There is already an achievement “{key}”. Add a version to it, or choose another key.")
        raise AchievementRefused(message.format(key=key)) from error
    return get_achievement(achievement.uuid)


def add_achievement_version(achievement_uuid: UUID, *, actor_id: int, title: str, **version: Any) -> AchievementData:
    """Freeze a new version; what was awarded before keeps the old one."""
    with transaction.atomic():
        achievement = Achievement.objects.select_for_update().filter(uuid=achievement_uuid).first()
        if achievement is None:
            raise AchievementNotFound(_("There is no such achievement."))
        num = achievement.versions.count() + 1
        AchievementVersion.objects.create(achievement=achievement, num=num, title=title, **version)
        record("add_version", actor_id=actor_id, object_type="achievement", object_uuid=achievement.uuid, num=num)
    return get_achievement(achievement_uuid)


def add_route(
    achievement_uuid: UUID,
    *,
    kind: str,
    reference: str,
    actor_id: int,
    least_identity: str = "none",
    least_supervision: str = "none",
    form: str = "",
    below_gives_statement: bool = False,
) -> AchievementData:
    """Let an exam, a course or a programme (each by key) lead to the achievement; each leads to one.

    `form` is what it leads to. Left out, a course leads to a statement of accomplishment, since nobody checks there who
    learns, and all else to a full credential. `below_gives_statement` gives whoever was checked less than asked a
    statement of accomplishment, and not nothing.
    """
    achievement = Achievement.objects.filter(uuid=achievement_uuid).first()
    if achievement is None:
        raise AchievementNotFound(_("There is no such achievement."))
    if kind == RouteKind.COURSE:
        _require_course(reference)
    try:
        with transaction.atomic():
            Route.objects.create(
                achievement=achievement,
                kind=kind,
                reference=reference,
                least_identity=least_identity,
                least_supervision=least_supervision,
                form=form or default_form(kind),
                below_gives_statement=below_gives_statement,
            )
            record(
                "add_route", actor_id=actor_id, object_type="achievement", object_uuid=achievement.uuid, to=reference
            )
    except IntegrityError as error:
        message = _("“{reference}” leads to an achievement already. One exam, course or programme leads to one.")
        raise AchievementRefused(message.format(reference=reference)) from error
    return get_achievement(achievement_uuid)


def default_form(kind: str) -> CredentialForm:
    """The form to which a route of this kind leads where its author does not say."""
    return CredentialForm.STATEMENT if kind == RouteKind.COURSE else CredentialForm.CREDENTIAL


def get_achievement(achievement_uuid: UUID) -> AchievementData:
    """The newest version; raises AchievementNotFound."""
    version = _versions().filter(achievement__uuid=achievement_uuid).order_by("-num").first()
    if version is None:
        raise AchievementNotFound(_("There is no such achievement."))
    return achievement_data(version)


def get_achievement_version(version_uuid: UUID) -> AchievementData:
    """One version, however old; raises AchievementNotFound."""
    version = _versions().filter(uuid=version_uuid).first()
    if version is None:
        raise AchievementNotFound(_("There is no such achievement."))
    return achievement_data(version)


def find_achievement(*, exam_key: str | None = None, programme_key: str | None = None) -> AchievementData | None:
    """The achievement that an exam or a programme leads to, or None."""
    kind, reference = ("exam", exam_key) if exam_key is not None else ("programme", programme_key)
    route = Route.objects.select_related("achievement").filter(kind=kind, reference=reference).first()
    return get_achievement(route.achievement.uuid) if route else None


def list_achievements() -> list[AchievementData]:
    """The newest version of every achievement of a published body."""
    return [achievement_data(version) for version in newest_versions()]


def newest_versions() -> QuerySet[AchievementVersion]:
    """The newest version of each achievement of a body that issues, by key, with all that is told of it loaded."""
    newest = AchievementVersion.objects.filter(achievement=OuterRef("achievement")).order_by("-num").values("num")[:1]
    return (
        _versions()
        .annotate(newest_num=Subquery(newest))
        .filter(num=F("newest_num"), achievement__body__published_at__isnull=False)
        .order_by("achievement__key")
    )


def achievement_data(version: AchievementVersion) -> AchievementData:
    """The record of `version`."""
    achievement = version.achievement
    return AchievementData(
        uuid=achievement.uuid,
        version_uuid=version.uuid,
        version_num=version.num,
        key=achievement.key,
        title=version.title,
        description=version.description,
        criteria=version.criteria,
        body=body_data(achievement.body),
        outcomes=tuple(outcome["name"] for outcome in version.outcomes),
        levels=tuple((level["scheme"], level["value"]) for level in version.levels),
        workload=version.workload,
        field_of_study=version.field_of_study,
        routes=tuple((route.kind, route.reference) for route in achievement.routes.all()),
        url=achievement_url(version.uuid),
        ways=tuple(route_data(route) for route in achievement.routes.all()),
        valid_months=version.valid_months,
    )


def route_data(route: Route) -> RouteData:
    """The record of `route`."""
    return RouteData(
        kind=RouteKind(route.kind),
        reference=route.reference,
        form=CredentialForm(route.form),
        least_identity=route.least_identity,
        least_supervision=route.least_supervision,
        below_gives_statement=route.below_gives_statement,
    )


def _require_course(course_key: str) -> None:
    try:
        found = bridge.find_course(course_key)
    except SuiteError:
        found = None
    if found is None:
        message = _("There is no course “{key}”. Copy its key from its address, as in course-v1:Org+Number+Run.")
        message = message.format(key=course_key)
        raise AchievementRefused(message, fields={"reference": message})


def _versions() -> QuerySet[AchievementVersion]:
    return AchievementVersion.objects.select_related("achievement__body").prefetch_related("achievement__routes")
