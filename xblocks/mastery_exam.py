"""`mastery-exam`: a launcher and a status in a course. The sitting itself runs on the suite's own page."""

from __future__ import annotations

import math
from typing import Any

from xblock.fields import Float, Scope, String
from xblock.validation import ValidationMessage

from xblocks.base import LauncherXBlock, _, exam_choices


class MasteryExamXBlock(LauncherXBlock):
    """Leads a learner to a mastery exam and shows how it stands. Scored: the decision reaches the gradebook."""

    key_field = "exam_key"
    template = "mastery_exam.html"
    editable_fields = ("display_name", "exam_key", "weight")
    has_score = True
    icon_class = "problem"

    exam_key = String(
        display_name=_("Exam"),
        help=_("The published exam that learners of this unit can sit. It belongs to no course."),
        default="",
        scope=Scope.content,
        values_provider=exam_choices,
    )
    weight = Float(
        display_name=_("Weight"),
        help=_("How much the exam counts among the scored blocks of its subsection."),
        default=1.0,
        values={"min": 0, "step": 0.1},
        scope=Scope.settings,
    )

    def is_out_of_range(self, name: str, value: Any) -> bool:
        """A weight is a finite number from 0 up."""
        if name == "weight":
            return value is None or not math.isfinite(value) or value < 0
        return super().is_out_of_range(name, value)

    def max_score(self) -> float:
        """The end of the exam's reporting scale."""
        return 100.0

    def refuse(self, key: str) -> str | None:
        """An exam must be chosen, and be there."""
        from mastery_exam import api

        if not key:
            return self.ugettext("No exam is chosen. Edit the block and choose one.")
        exam = api.find_exam(key)
        if exam is None:
            return self.ugettext("There is no published exam “{key}” on this site. Choose another.").format(key=key)
        if exam.status == "withdrawn":
            return self.ugettext("The exam “{title}” is withdrawn. Choose its successor.").format(title=exam.title)
        return None

    def validate(self) -> Any:
        """A copied or imported block refers to the exam, but its scores wait until an author has saved it here."""
        validation = super().validate()
        if not validation.messages and not self.is_linked():
            text = self.ugettext(
                "This block was copied or imported. Learners can open the exam, but no score reaches this course's "
                "gradebook until you edit the block and save it."
            )
            validation.add(ValidationMessage(ValidationMessage.WARNING, text))
        return validation

    def is_linked(self) -> bool:
        """Whether an author has said that this very block stands for its exam."""
        from mastery_exam import api

        placement = api.find_placement(str(self.scope_ids.usage_id))
        return placement is not None and placement.exam_key == self.exam_key

    def after_save(self) -> None:
        """Link the gradebook's place of this block to the exam that the author chose."""
        from mastery_exam import api

        api.link_placement(str(self.scope_ids.usage_id), exam_key=self.exam_key)

    def learner_context(self, user_id: int | None) -> dict[str, Any]:
        """The exam's facts and the learner's next step."""
        from mastery_exam import api

        exam = api.find_exam(self.exam_key) if self.exam_key else None
        if exam is None:
            return {"title": self.display_name or self.ugettext("Mastery exam"), "exam": None}
        status = api.learner_status(user_id, exam_key=exam.key)
        return {
            "title": self.display_name or exam.title,
            "exam": exam,
            "status": status,
            "state_text": self._state_text(status.state),
            "deadline": self._deadline(status, user_id),
            "url": exam.url,
        }

    def _state_text(self, state: str) -> str:
        texts = {
            "not_registered": _("You can take this exam whenever you are ready, also without this course."),
            "registered": _("You are registered."),
            "waiting_payment": _("You are registered. The payment is still awaited."),
            "ready": _("You are registered and can start."),
            "in_progress": _("Your sitting is running. The clock is on."),
            "waiting_result": _("You have sat the exam. The result is not released yet."),
            "passed": _("You passed."),
            "not_passed": _("You have not passed yet."),
            "withdrawn": _("Your last sitting or its result no longer counts. See what happened."),
        }
        return self.ugettext(texts.get(state, ""))

    def _deadline(self, status: Any, user_id: int | None) -> str:
        """What the moment of this state means, in the learner's time zone; empty where the state has none."""
        from openedx_bridge import dates

        texts = {
            "in_progress": _("The clock stops on {moment}."),
            "waiting_result": _("Your result will be here by {moment}."),
            "ready": _("You can start from {moment}."),
            "not_passed": _("You can try again from {moment}."),
        }
        if status.deadline is None or status.state not in texts:
            return ""
        return self.ugettext(texts[status.state]).format(moment=dates.moment(status.deadline, dates.zone_of(user_id)))

    @staticmethod
    def workbench_scenarios() -> list[tuple[str, str]]:
        """One example."""
        return [("Mastery exam", '<mastery-exam exam_key="intro-statistics"/>')]
