"""The quality of a published version's decisions and items, from people's responses; nobody is named in it."""

from __future__ import annotations

from mastery_exam.data_quality import QualityReport
from mastery_exam.services.calibrated_measures import item_fit, newest_calibration, person_item_map
from mastery_exam.services.form_quality import LEAST_RESULTS, forms_quality
from mastery_exam.services.group_dif import group_dif
from mastery_exam.services.item_evidence import responses_of
from mastery_exam.services.measure_exam import find_version


def measure_quality(key: str, *, version_num: int | None = None, groups: dict[str, str] | None = None) -> QualityReport:
    """Return decision accuracy and consistency, fit, the calibrated map, and DIF between `groups`, username -> group.

    Raises ExamNotFound, WrongState before anything is published.
    """
    version = find_version(key, version_num=version_num)
    responses = responses_of(version)
    calibration = newest_calibration(version)
    return QualityReport(
        least_results=LEAST_RESULTS,
        forms_quality=forms_quality(version, responses),
        fit=item_fit(calibration, responses) if calibration else (),
        calibrated_map=person_item_map(version, calibration, responses) if calibration else None,
        group_dif=group_dif(version, groups) if groups else (),
    )
