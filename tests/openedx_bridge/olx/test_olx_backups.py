"""A backup of a library of the newer kind gives its published problems, each with files of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from olx_samples import CHOICE

from openedx_bridge.olx import ExportKind, OlxError, read_export

PROBLEMS = "entities/xblock.v1/problem"
PUBLISHED = "[entity]\ncan_stand_alone = true\n[entity.draft]\nversion_num = 3\n[entity.published]\nversion_num = 2\n"
PICTURED = CHOICE.replace("<multiple", '<img src="/static/a.png" alt="a"/><multiple')
BACKUP = {
    "package.toml": '[meta]\nformat_version = 1\n[learning_package]\ntitle = "Items"\nkey = "lib:Org:L2"\n',
    "collections/c.toml": '[collection]\ntitle = "Sums"\nentities = ["xblock.v1:problem:one"]\n',
    f"{PROBLEMS}/one.toml": PUBLISHED,
    f"{PROBLEMS}/one/component_versions/v2/block.xml": PICTURED,
    f"{PROBLEMS}/one/component_versions/v2/static/a.png": b"one",
    f"{PROBLEMS}/one/component_versions/v3/block.xml": "<problem>not yet</problem>",
    f"{PROBLEMS}/two.toml": PUBLISHED,
    f"{PROBLEMS}/two/component_versions/v2/block.xml": PICTURED,
    f"{PROBLEMS}/two/component_versions/v2/static/a.png": b"two",
    "entities/xblock.v1/html/h.toml": PUBLISHED,
}


def test_backup_gives_published_versions_with_their_own_files(folder: Callable, zip_of: Callable):
    for source in (folder(BACKUP, {}), zip_of(BACKUP)):
        with read_export(source) as export:
            assert (export.kind, export.identity.key, export.identity.title) == (
                ExportKind.LIBRARY,
                "lib:Org:L2",
                "Items",
            )
            assert [(problem.key, problem.seen_before) for problem in export.problems] == [
                ("one", False),
                ("two", False),
            ]
            assert [dict(problem.tags) for problem in export.problems] == [{"collection": ("Sums",)}, {}]
            files = [export.files_for(problem) for problem in export.problems]
            assert files == [({"a.png": b"one"}, ()), ({"a.png": b"two"}, ())]
            assert export.left_out == () and export.block_counts == {"html": 1, "problem": 2}


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({f"{PROBLEMS}/two.toml": "[entity]\n[entity.draft]\nversion_num = 1\n"}, "draft that was never published"),
        ({f"{PROBLEMS}/two.toml": "not = = toml"}, "It cannot be read"),
        ({f"{PROBLEMS}/two/component_versions/v2/block.xml": ""}, "Its version 2 is missing"),
        ({f"{PROBLEMS}/two/component_versions/v2/block.xml": "<problem>"}, "It cannot be read"),
        ({f"{PROBLEMS}/two/component_versions/v2/block.xml": "x" * 5_000_000}, "It is larger than 4096 kB"),
    ],
)
def test_component_that_cannot_be_read_is_left_out_with_its_reason(folder: Callable, changed: dict, reason: str):
    export = read_export(folder(changed, BACKUP))
    assert [problem.key for problem in export.problems] == ["one"]
    assert reason in {entry.where: entry.reason for entry in export.left_out}[f"{PROBLEMS}/two.toml"]


@pytest.mark.parametrize("package", ["", "broken = = ", '[learning_package]\nkey = "xyz"\n', "learning_package = 3\n"])
def test_package_of_something_else_is_refused(folder: Callable, package: str):
    with pytest.raises(OlxError):
        read_export(folder({"package.toml": package}, BACKUP))
