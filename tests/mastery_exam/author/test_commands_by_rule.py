"""The operator's commands on each delivery rule: simulate, replay, report, and why nothing is calibrated yet."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from rule_drafts import LINEAR, TEST, Stage, build_wide_bank, sit

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

RULES: dict[str, dict[str, Any]] = {"fixed": {}, "linear_on_the_fly": LINEAR, "classification": TEST}
SHOWN = (
    "Decided rightly", "Wrong passes", "Exposure", "Test information", "Corrected point-biserial", "Distractors",
    "People and items", "Standard setting", "Modified Angoff", "Rounds of panel 1", "Not calibrated",
)  # fmt: skip
RELIABILITY = {"fixed": "Reliability of each form"}


@pytest.fixture(params=RULES)
def stage(request, exam_author, tmp_path) -> Stage:
    bank = build_wide_bank(tmp_path, exam_author.pk)
    return Stage.of(bank, exam_author.pk, "rules", **RULES[request.param])


def told_by(*command: str) -> str:
    out = StringIO()
    call_command(*command, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_commands_work_for_the_rule(stage, exam_author, learner, other_learner, tmp_path: Path):
    by = ("--by", exam_author.username)
    simulated = told_by("simulate_exam", stage.key, *by, "--candidates", "60", "--seed", "2")
    assert "Wrong passes per 100" in simulated and "Questions: mean" in simulated

    version = stage.publish()
    attempts = [sit(learner, stage.key, 0.5), sit(other_learner, stage.key, 0.65)]

    for attempt in attempts:
        assert told_by("replay_attempt", str(attempt.uuid)) == "Items: the same\nDecision: the same\n"
    told_by("exam_report", stage.key, "--out", str(tmp_path / "report.html"))
    report = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert [words for words in SHOWN if words not in report] == []
    assert RELIABILITY.get(version.delivery_rule, "Alpha does not apply") in report and "2 decided sittings" in report
    assert not any(user.username in report for user in (learner, other_learner))
    with pytest.raises(CommandError, match="No item has enough answers yet"):
        told_by("calibrate_exam", stage.key, *by)
