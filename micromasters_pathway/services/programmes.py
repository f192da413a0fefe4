"""Create, publish and read programmes."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mastery_exam import api as exams
from micromasters_pathway.data import ProgrammeData, ProgrammeStatus
from micromasters_pathway.errors import ProgrammeKeyTaken, ProgrammeNotFound, ProgrammeNotYours, ProgrammeRulesInvalid
from micromasters_pathway.models import Programme, ProgrammeVersion
from micromasters_pathway.models.audit import record
from micromasters_pathway.requirements import ExamRoute, RulesInvalid, Slot, iter_slots, parse_rules, to_json
from micromasters_pathway.rules import can_edit_programme
from openedx_bridge import api as bridge
from openedx_bridge.errors import SuiteError

TEXT_FIELDS = ("title", "summary", "organisation", "completion_gives")


def create_programme(
    *, key: str, title: str, actor_id: int, summary: str = "", organisation: str = "", completion_gives: str = ""
) -> ProgrammeData:
    """Create a draft programme; raises ProgrammeKeyTaken."""
    try:
        with transaction.atomic():
            programme = Programme.objects.create(
                key=key,
                title=title,
                summary=summary,
                organisation=organisation,
                completion_gives=completion_gives,
                owner_id=actor_id,
            )
            record("create_programme", actor_id=actor_id, object_type="programme", object_uuid=programme.uuid)
    except IntegrityError as error:
        message = _("There is already a programme with the key “{key}”. Choose another.").format(key=key)
        raise ProgrammeKeyTaken(message, fields={"key": message}) from error
    return programme_data(programme)


def update_programme(key: str, *, actor_id: int, **texts: str) -> ProgrammeData:
    """Change what people read about a programme; its rules change only by publishing a version."""
    with transaction.atomic():
        programme = _editable(key, actor_id)
        for name in TEXT_FIELDS:
            if name in texts:
                setattr(programme, name, texts[name])
        programme.save()
        uuid = programme.uuid
        record("update_programme", actor_id=actor_id, object_type="programme", object_uuid=uuid, fields=sorted(texts))
    return programme_data(programme)


def publish_programme(key: str, *, rules: dict[str, Any], actor_id: int) -> ProgrammeData:
    """Freeze `rules` as the next version; members keep theirs. Raises ProgrammeRulesInvalid naming the slot."""
    try:
        tree = parse_rules(rules)
    except RulesInvalid as error:
        raise ProgrammeRulesInvalid(f"{error.path}: {error.message}", fields={error.path: error.message}) from error
    for slot in iter_slots(tree):
        _check_references(slot)
    with transaction.atomic():
        programme = _editable(key, actor_id)
        newest = programme.versions.order_by("-num").first()
        num = newest.num + 1 if newest else 1
        ProgrammeVersion.objects.create(
            programme=programme, num=num, rules=to_json(tree), published_by_id=actor_id, published_at=timezone.now()
        )
        programme.status = ProgrammeStatus.PUBLISHED
        programme.save()
        record("publish_programme", actor_id=actor_id, object_type="programme", object_uuid=programme.uuid, num=num)
    return programme_data(programme)


def close_programme(key: str, *, actor_id: int) -> ProgrammeData:
    """Take nobody new in; members finish under their rules."""
    with transaction.atomic():
        programme = _editable(key, actor_id)
        programme.status = ProgrammeStatus.CLOSED
        programme.save()
        record("close_programme", actor_id=actor_id, object_type="programme", object_uuid=programme.uuid)
    return programme_data(programme)


def get_programme(key: str) -> ProgrammeData:
    """The public programme; raises ProgrammeNotFound, for drafts too."""
    programme = Programme.objects.filter(key=key).exclude(status=ProgrammeStatus.DRAFT).first()
    if programme is None:
        raise ProgrammeNotFound(_("There is no programme “{key}”. Look in the list of programmes.").format(key=key))
    return programme_data(programme)


def find_programme(key: str) -> ProgrammeData | None:
    """The programme in any state, for its authors; or None."""
    programme = Programme.objects.filter(key=key).first()
    return programme_data(programme) if programme else None


def list_programmes() -> list[ProgrammeData]:
    """All public programmes by title."""
    published = Programme.objects.filter(status=ProgrammeStatus.PUBLISHED).prefetch_related("versions")
    return [programme_data(programme) for programme in published]


def list_editable_programmes(user: Any) -> list[ProgrammeData]:
    """The programmes that `user` may change, drafts included."""
    return [programme_data(p) for p in Programme.objects.prefetch_related("versions") if can_edit_programme(user, p)]


def programmes_of_exam(exam_key: str) -> list[ProgrammeData]:
    """The public programmes whose newest rules have a slot that this exam fills."""
    found = []
    for programme in list_programmes():
        slots = iter_slots(parse_rules(programme.rules))
        routes = [route for slot in slots for route in slot.routes]
        if any(isinstance(route, ExamRoute) and route.exam_key == exam_key for route in routes):
            found.append(programme)
    return found


def programme_data(programme: Programme) -> ProgrammeData:
    """The record of `programme`."""
    versions = sorted(programme.versions.all(), key=lambda version: version.num)
    newest = versions[-1] if versions else None
    return ProgrammeData(
        uuid=programme.uuid,
        key=programme.key,
        title=programme.title,
        summary=programme.summary,
        organisation=programme.organisation,
        completion_gives=programme.completion_gives,
        status=ProgrammeStatus(programme.status),
        version_num=newest.num if newest else None,
        rules=newest.rules if newest else None,
        url=reverse("micromasters_pathway:programme", args=[programme.key]),
    )


def _editable(key: str, actor_id: int) -> Programme:
    programme = Programme.objects.select_for_update().filter(key=key).first()
    if programme is None:
        raise ProgrammeNotFound(_("There is no programme “{key}”.").format(key=key))
    if not can_edit_programme(get_user_model().objects.get(pk=actor_id), programme):
        raise ProgrammeNotYours(_("Only the owner of this programme and site staff may change it."))
    return programme


def _check_references(slot: Slot) -> None:
    """Refuse a slot that names an exam or a course which is not there."""
    for route in slot.routes:
        try:
            if isinstance(route, ExamRoute):
                exams.get_exam(route.exam_key)
            else:
                bridge.get_course(route.course_key)
        except SuiteError as error:
            key = getattr(route, "exam_key", None) or getattr(route, "course_key", "")
            message = _("The slot “{slot}” names “{key}”, which is not there. {why}").format(
                slot=slot.title, key=key, why=error.user_message
            )
            raise ProgrammeRulesInvalid(message, fields={slot.key: message}) from error
