"""What a course team does to the tree: add, duplicate, delete, rerun. The platform's events go out after the commit."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from opaque_keys.edx.keys import CourseKey
from openedx_events.content_authoring.data import CourseData, DuplicatedXBlockData, XBlockData
from openedx_events.content_authoring.signals import (
    COURSE_RERUN_COMPLETED,
    XBLOCK_CREATED,
    XBLOCK_DELETED,
    XBLOCK_DUPLICATED,
)

from openedx_bridge.errors import ConflictError
from openedx_bridge.olx import OlxError
from sandbox.models import Block, Course, CourseTeamMember
from sandbox.outline import CONTAINERS
from sandbox.runtime.host import SandboxRuntime
from sandbox.runtime.ids import new_usage_key
from sandbox.studio.files import copy_files, course_folder

if TYPE_CHECKING:
    from django.contrib.auth.models import User

ADVANCED_BLOCKS = ("mastery-exam", "paid-certificate", "micromasters-pathway", "credit-transfer")


def add_unit(section: Block, *, title: str) -> Block:
    """A new, empty unit at the end of a section."""
    return _add(section, "vertical", {"display_name": title})


def add_block(unit: Block, block_type: str) -> Block:
    """A new block of the advanced menu at the end of a unit; raises OlxError for a type that is not in the menu."""
    if block_type not in ADVANCED_BLOCKS:
        raise OlxError(f"“{block_type}” is not in the advanced menu.")
    return _add(unit, block_type, {})


def _add(parent: Block, block_type: str, fields: dict) -> Block:
    last = parent.children.aggregate(last=Max("position"))["last"]
    key = new_usage_key(parent.course.key, block_type)
    position = 0 if last is None else last + 1
    row = Block.objects.create(course=parent.course, parent=parent, usage_key=key, position=position, fields=fields)
    data = XBlockData(usage_key=key, block_type=block_type)
    transaction.on_commit(lambda: XBLOCK_CREATED.send_event(time=datetime.now(UTC), xblock_info=data))
    return row


@transaction.atomic
def duplicate_block(row: Block, user: User) -> Block:
    """A copy with all fields right after the block; the block's own `studio_post_duplicate` then has its say."""
    later = row.course.blocks.filter(parent=row.parent, position__gt=row.position)
    for sibling in later:
        sibling.position += 1
        sibling.save(update_fields=["position"])
    key = new_usage_key(row.course.key, row.block_type)
    copy = Block.objects.create(
        course=row.course, parent=row.parent, usage_key=key, position=row.position + 1, fields=dict(row.fields)
    )
    runtime = SandboxRuntime(user, row.course.key, mode="studio")
    block = runtime.get_block(key)
    if hasattr(block, "studio_post_duplicate"):
        block.studio_post_duplicate(None, runtime.get_block(row.usage_key))
        block.save()
    data = DuplicatedXBlockData(usage_key=key, block_type=row.block_type, source_usage_key=row.usage_key)
    transaction.on_commit(lambda: XBLOCK_DUPLICATED.send_event(time=datetime.now(UTC), xblock_info=data))
    return copy


@transaction.atomic
def delete_block(row: Block) -> None:
    """Remove a block with everything in it; what learners did stays in its own rows."""
    data = XBlockData(usage_key=row.usage_key, block_type=row.block_type)
    row.delete()
    transaction.on_commit(lambda: XBLOCK_DELETED.send_event(time=datetime.now(UTC), xblock_info=data))


@transaction.atomic
def rerun_course(course: Course, run: str) -> Course:
    """A new run with copies of all blocks, files and the team; raises ConflictError when there is one of that name."""
    key = CourseKey.from_string(f"course-v1:{course.key.org}+{course.key.course}+{run}")
    if Course.objects.filter(key=key).exists():
        raise ConflictError(f"There is a run “{run}” already. Choose another name.")
    new = Course.objects.create(key=key, title=course.title, is_public=course.is_public)
    for member in course.team.all():
        CourseTeamMember.objects.create(course=new, user_id=member.user_id)
    _copy_tree(course, new)
    shutil.rmtree(course_folder(key), ignore_errors=True)
    copy_files(course.key, course_folder(key))
    data = CourseData(course_key=key)
    transaction.on_commit(lambda: COURSE_RERUN_COMPLETED.send_event(time=datetime.now(UTC), course=data))
    return new


def _copy_tree(source: Course, target: Course) -> None:
    copies: dict[int, Block] = {}
    waiting = list(source.blocks.filter(parent=None))
    while waiting:
        row = waiting.pop()
        copies[row.pk] = Block.objects.create(
            course=target,
            parent=copies[row.parent_id] if row.parent_id else None,
            usage_key=row.usage_key.map_into_course(target.key),
            position=row.position,
            fields=dict(row.fields),
        )
        if row.block_type in CONTAINERS:
            waiting += list(row.children.all())
