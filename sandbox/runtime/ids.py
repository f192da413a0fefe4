"""Identities of blocks: a usage key is also the key of its definition, as in the platform's split store."""

from __future__ import annotations

from secrets import token_hex

from opaque_keys.edx.keys import CourseKey, UsageKey
from xblock.runtime import MemoryIdManager


class UsageKeyIds(MemoryIdManager):
    """Reads ids off usage keys; makes new keys of random names in one course."""

    def __init__(self, course_key: CourseKey) -> None:
        super().__init__()
        self.course_key = course_key

    def get_definition_id(self, usage_id: UsageKey) -> UsageKey:
        return usage_id

    def get_block_type(self, def_id: UsageKey) -> str:
        return def_id.block_type

    def create_definition(self, block_type: str, slug: str | None = None) -> UsageKey:
        return new_usage_key(self.course_key, block_type, slug)

    def create_usage(self, def_id: UsageKey) -> UsageKey:
        return def_id


def new_usage_key(course_key: CourseKey, block_type: str, name: str | None = None) -> UsageKey:
    """A usage key in the course, of a random name unless one is given."""
    return course_key.make_usage_key(block_type, name or token_hex(16))
