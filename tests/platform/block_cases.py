"""The four blocks as an author sets them up, and what a learner then sees."""

from __future__ import annotations

from typing import Any

import attrs
from platform_exam import EXAM, PROGRAMME
from xblock.core import XBlock


@attrs.frozen
class BlockCase:
    """A block's tag, its key field with the key an author chooses, and words that a learner then sees."""

    tag: str
    field: str
    value: str
    shown: str

    @property
    def block_class(self) -> Any:
        """The class behind the tag."""
        return XBlock.load_class(self.tag)

    @property
    def handlers(self) -> list[str]:
        """The names of everything that a browser can call on the block."""
        members = ((name, getattr(self.block_class, name, None)) for name in dir(self.block_class))
        return [name for name, member in members if getattr(member, "_is_xblock_handler", False)]


CASES = (
    BlockCase("mastery-exam", "exam_key", EXAM, "Platform exam"),
    BlockCase("paid-certificate", "exam_key", EXAM, "Platform achievement"),
    BlockCase("micromasters-pathway", "programme_key", PROGRAMME, "Platform programme"),
    BlockCase("credit-transfer", "exam_key", EXAM, "Where does it count?"),
)
