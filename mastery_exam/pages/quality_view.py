"""What the measurement pages show of quality: fit by item, the map on the calibration's scale, DIF between groups."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from mastery_exam.data_quality import QualityReport
from mastery_exam.pages.measurement_view import map_rows
from mastery_exam.pages.plots import Marker, facing_plot


def quality_view(found: QualityReport) -> dict[str, Any]:
    """Return the plots and rows of a quality report."""
    shown = found.calibrated_map
    difficulties = [value for _key, value in shown.difficulties] if shown else []
    return {
        "quality": found,
        "fit": {row.key: row for row in found.fit},
        "calibrated_plot": facing_plot(
            shown.abilities,
            difficulties,
            title=_("People and items on the calibrated scale"),
            x_label=_("logits from the pass mark"),
            upper_name=_("people (estimated ability)"),
            lower_name=_("items (difficulty)"),
            markers=[Marker(_("pass mark"), 0.0)],
        )
        if shown
        else "",
        "calibrated_rows": map_rows(shown.abilities, difficulties) if shown else [],
        "hardest_first": sorted(shown.difficulties, key=lambda pair: -pair[1]) if shown else [],
    }
