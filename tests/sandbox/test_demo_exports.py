"""The demo's two exports are read as any of Studio's: from a folder and from an archive, with nothing left out."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest
from demo_items import COURSE, LIBRARY, demo_items

from openedx_bridge.olx import read_export


@pytest.mark.parametrize("folder", [COURSE, LIBRARY], ids=["course", "library"])
@pytest.mark.parametrize("packed", [False, True], ids=["folder", "archive"])
def test_demo_export_is_read_whole_with_its_files(folder: Path, packed: bool, tmp_path: Path):
    source = folder
    if packed:
        source = tmp_path / "demo.tar.gz"
        with tarfile.open(source, "w:gz") as archive:
            archive.add(folder, arcname=folder.name)
    planned = {name: item for name, item in demo_items().items() if item.folder == folder}
    with read_export(source) as export:
        assert export.left_out == ()
        assert {problem.key for problem in export.problems} == set(planned)
        for problem in export.problems:
            files, missing = export.files_for(problem)
            assert (files, missing) == (planned[problem.key].files, ())
            assert problem.seen_before is (folder is COURSE)
            assert not problem.has_script
