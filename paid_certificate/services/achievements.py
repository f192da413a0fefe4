"""Achievements, their frozen versions and the routes to them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from paid_certificate.data import AchievementData
from paid_certificate.errors import AchievementNotFound, AchievementRefused, BodyNotFound
from paid_certificate.models import Achievement, AchievementVersion, IssuingBody, Route
from paid_certificate.models.audit import record
from paid_certificate.services.addresses import achievement_url
from paid_certificate.services.bodies import body_data


def create_achievement(*, key: str, body_slug: str, title: str, actor_id: int, **version: Any) -> AchievementData:
    """Create an achievement with its first version; `version` holds the fields of AchievementVersion."""
    body = IssuingBody.objects.filter(slug=body_slug).first()
    if body is None:
        raise BodyNotFound(_("There is no issuing body “{slug}”.").format(slug=body_slug))
    try:
        with transaction.atomic():
            achievement = Achievement.objects.create(key=key, body=body)
            AchievementVersion.objects.create(achievement=achievement, num=1, title=title, **version)
            record("create_achievement", actor_id=actor_id, object_type="achievement", object_uuid=achievement.uuid)
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
) -> AchievementData:
    """Let an exam (by key) or a programme (by key) lead to the achievement; each leads to one."""
    achievement = Achievement.objects.filter(uuid=achievement_uuid).first()
    if achievement is None:
        raise AchievementNotFound(_("There is no such achievement."))
    try:
        with transaction.atomic():
            Route.objects.create(
                achievement=achievement,
                kind=kind,
                reference=reference,
                least_identity=least_identity,
                least_supervision=least_supervision,
            )
            record(
                "add_route", actor_id=actor_id, object_type="achievement", object_uuid=achievement.uuid, to=reference
            )
    except IntegrityError as error:
        message = _("“{reference}” leads to an achievement already. One exam or programme leads to one achievement.")
        raise AchievementRefused(message.format(reference=reference)) from error
    return get_achievement(achievement_uuid)


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
    published = Achievement.objects.filter(body__published_at__isnull=False)
    return [get_achievement(achievement.uuid) for achievement in published]


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
    )


def _versions():  # type: ignore[no-untyped-def]
    return AchievementVersion.objects.select_related("achievement__body").prefetch_related("achievement__routes")
