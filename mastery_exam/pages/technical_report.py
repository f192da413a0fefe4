"""The technical report of an exam version: one HTML file with everything that an accreditor asks for."""

from __future__ import annotations

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from mastery_exam.data_panels import PanelReport
from mastery_exam.models import ExamVersion, RatingPanel
from mastery_exam.pages.delivery_view import plan_facts, rule_name
from mastery_exam.pages.measurement_view import measurement_view, simulation_view
from mastery_exam.pages.quality_view import quality_view
from mastery_exam.services.calibrating import find_calibration
from mastery_exam.services.draw_forms import read_record
from mastery_exam.services.exam_words import length_text
from mastery_exam.services.measure_exam import find_version, measure_exam
from mastery_exam.services.measure_quality import measure_quality
from mastery_exam.services.panel_report import get_panel_report
from mastery_exam.services.simulating import find_simulation

STYLES = ("openedx_bridge/suite.css", "mastery_exam/measurement.css")


def technical_report(key: str, *, version_num: int | None = None, groups: dict[str, str] | None = None) -> str:
    """Return the report of a version, the newest by default, as HTML that needs no other file.

    `groups`, username -> group, adds DIF between them and is not kept. It names no candidate and shows no item's text
    but the options of choice items. Raises ExamNotFound, WrongState.
    """
    version = find_version(key, version_num=version_num)
    record = read_record(version.pass_mark_record)
    context = {
        "version": version,
        "exam": version.exam,
        "record": record,
        "method": dict(RatingPanel.Method.choices).get(record.method, record.method),
        "panel": _panel(version),
        "run": find_simulation(key, version_num=version.num),
        "made_at": timezone.now(),
        "calibration": find_calibration(version.exam.bank.uuid),
        "style": _style(),
        "length": length_text(version),
        "rule_name": rule_name(version.delivery_rule),
        "facts": plan_facts(version),
        **measurement_view(measure_exam(key, version_num=version.num)),
        **quality_view(measure_quality(key, version_num=version.num, groups=groups)),
    }
    if context["run"]:
        context |= simulation_view(context["run"])
    return render_to_string("mastery_exam/technical_report.html", context)


def _panel(version: ExamVersion) -> PanelReport | None:
    """Return the judges' panel whose ratings the version froze; None where no panel set its pass mark."""
    num = version.pass_mark_record.get("panel")
    return get_panel_report(version.exam.bank.uuid, num=num) if num else None


def _style() -> SafeString:
    """Return our own style sheets to stand inside the file; a style sheet that cannot be found is left out."""
    paths = [finders.find(name) for name in STYLES]
    texts = []
    for path in paths:
        if path:
            with open(path, encoding="utf-8") as file:
                texts.append(file.read())
    return SafeString("\n".join(texts))
