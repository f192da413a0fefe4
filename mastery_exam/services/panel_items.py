"""The items that a panel rates, and showing one of them to a judge: the question as candidates meet it, no answer."""

from __future__ import annotations

from collections.abc import Callable

import attrs
import numpy as np
from django.utils.translation import gettext as _

from mastery_exam.errors import ItemNotFound
from mastery_exam.models import BankCalibration, ItemVersion, PanelJudge, RatingPanel, StoredFile
from mastery_exam.psychometrics import ItemParameters, response_locations
from mastery_exam.services.authoring import latest_versions
from mastery_exam.services.publish_exam import files_of
from openedx_bridge.capa import RenderedItem, render_item
from openedx_bridge.mathml import render_math

SEED = 1


@attrs.frozen
class PanelItem:
    """An item in its place on the panel, from 1; `location` in logits where the panel places bookmarks."""

    position: int
    version: ItemVersion
    location: float | None = None

    @property
    def key(self) -> str:
        """The item's key."""
        return self.version.item.key

    @property
    def area_key(self) -> str:
        """The key of its area, empty where it has none."""
        return self.version.item.competency.key if self.version.item.competency else ""


def panel_items(panel: RatingPanel) -> list[PanelItem]:
    """Return the scored items that a judge rates, by area and key; for bookmarks by location, the easiest first.

    Pilot and practice items, retired ones and those that cannot be delivered are left out; for bookmarks also items
    that the panel's calibration lacks.
    """
    versions = [version for version in latest_versions(panel.bank).values() if _is_rated(version)]
    if panel.method == RatingPanel.Method.BOOKMARK and panel.calibration is not None:
        return _by_location(versions, panel.calibration)
    versions.sort(key=lambda version: (_area_order(version), version.item.key))
    return [PanelItem(position, version) for position, version in enumerate(versions, start=1)]


def calibrated(calibration: BankCalibration) -> dict[int, tuple[float, float, float]]:
    """Return a calibration's parameters (a, b, c) by item; of an item's versions the newest one counts."""
    rows = calibration.items.select_related("item_version").order_by("item_version__num")
    return {row.item_version.item_id: (row.a, row.b, row.c) for row in rows}


def parameters(values: list[tuple[float, float, float]]) -> ItemParameters:
    """Return (a, b, c) of some items as the core takes them."""
    table = np.array(values, dtype=float).reshape(len(values), 3)
    return ItemParameters(table[:, 0], table[:, 1], table[:, 2])


def render_for_judge(judge: PanelJudge, item: PanelItem, *, files_url: Callable[[str, str], str]) -> RenderedItem:
    """Show the item as candidates meet it, unanswered, in one fixed variant; `files_url` takes a hash and a name."""
    version = item.version
    rendered = render_item(
        version.olx,
        seed=SEED,
        answers={},
        files_url=lambda name: files_url(version.files.get(name, "missing"), name),
        item_key=f"panel-{judge.uuid}-{item.position}",
        files=files_of(version),
    )
    return RenderedItem(html=render_math(rendered.html), inputs=rendered.inputs)


def find_judges_file(panel: RatingPanel, *, sha256: str, name: str) -> StoredFile:
    """Return a file that one of the panel's items shows; raises ItemNotFound for any other."""
    found = None
    if any(item.version.files.get(name) == sha256 for item in panel_items(panel)):
        found = StoredFile.objects.filter(sha256=sha256).first()
    if found is None:
        raise ItemNotFound(_("No question of this panel has such a file."))
    return found


def _is_rated(version: ItemVersion) -> bool:
    item = version.item
    return not (item.is_practice or item.is_pilot or item.retired or version.refusals)


def _area_order(version: ItemVersion) -> int:
    return version.item.competency.num if version.item.competency else 2**31


def _by_location(versions: list[ItemVersion], calibration: BankCalibration) -> list[PanelItem]:
    known = calibrated(calibration)
    held = [version for version in versions if version.item_id in known]
    if not held:
        return []
    places = response_locations(parameters([known[version.item_id] for version in held]))
    order = sorted(range(len(held)), key=lambda n: (places[n], held[n].item.key))
    return [PanelItem(num, held[n], float(places[n])) for num, n in enumerate(order, start=1)]
