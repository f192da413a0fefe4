"""The tree of a course, read once: chapters, the units in them, the blocks of a unit."""

from __future__ import annotations

from collections import defaultdict

import attrs

from sandbox.models import Block, Course

CONTAINERS = ("course", "chapter", "sequential", "vertical")


@attrs.frozen
class Chapter:
    """A chapter with its units in order; `sections` are its sequentials, for authors who add units."""

    block: Block
    sections: tuple[Block, ...]
    units: tuple[Block, ...]


def outline_of(course: Course, *, with_hidden: bool = True) -> list[Chapter]:
    """The course's chapters; without those blocks that only staff may see unless `with_hidden`."""
    children: dict[int | None, list[Block]] = defaultdict(list)
    for block in course.blocks.all():
        if with_hidden or not is_hidden(block):
            children[block.parent_id].append(block)
    roots = [block for block in children[None] if block.block_type == "course"]
    chapters = [chapter for root in roots for chapter in children[root.id]]
    return [_chapter(chapter, children) for chapter in chapters]


def _chapter(block: Block, children: dict[int | None, list[Block]]) -> Chapter:
    sections = [child for child in children[block.id] if child.block_type == "sequential"]
    loose = [child for child in children[block.id] if child.block_type != "sequential"]
    units = [unit for section in sections for unit in children[section.id]]
    return Chapter(block, tuple(sections), tuple(units + loose))


def is_hidden(block: Block) -> bool:
    """Whether only staff may see the block."""
    return str(block.fields.get("visible_to_staff_only", "")).lower() == "true"


def unit_blocks(unit: Block) -> list[Block]:
    """The blocks of a unit; a block that stands in a section without a unit is a unit of its own."""
    if unit.block_type not in CONTAINERS:
        return [unit]
    return list(unit.children.all())
