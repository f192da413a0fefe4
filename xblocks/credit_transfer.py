"""`credit-transfer`: where the credential of an exam counts, and what it needs there."""

from __future__ import annotations

from typing import Any

from xblock.completable import XBlockCompletionMode
from xblock.fields import Scope, String

from xblocks.base import LauncherXBlock, _, exam_choices


class CreditTransferXBlock(LauncherXBlock):
    """Finds the institutions that take the credential, agreed and recommended never mixed."""

    key_field = "exam_key"
    template = "credit_transfer.html"
    editable_fields = ("display_name", "exam_key")
    completion_mode = XBlockCompletionMode.EXCLUDED
    icon_class = "other"

    exam_key = String(
        display_name=_("Exam"),
        help=_("The exam whose recognition is shown."),
        default="",
        scope=Scope.content,
        values_provider=exam_choices,
    )

    def refuse(self, key: str) -> str | None:
        """The exam must be there."""
        from mastery_exam import api

        if not key:
            return self.ugettext("No exam is chosen. Edit the block and choose one.")
        if api.find_exam(key) is None:
            return self.ugettext("There is no published exam “{key}” on this site. Choose another.").format(key=key)
        return None

    def learner_context(self, user_id: int | None) -> dict[str, Any]:
        """Agreements and recommendations, with the conditions that this learner meets."""
        from credit_transfer import api
        from mastery_exam import api as exams
        from paid_certificate import api as certificates

        exam = exams.find_exam(self.exam_key) if self.exam_key else None
        achievement = certificates.find_achievement(exam_key=self.exam_key) if exam else None
        if exam is None or achievement is None:
            return {"title": self.display_name or self.ugettext("Where does it count?"), "found": None}
        return {
            "title": self.display_name or self.ugettext("Where does it count?"),
            "exam": exam,
            "found": api.list_recognitions(achievement_uuid=achievement.uuid, user_id=user_id),
            "url": f"/transfer/where/{achievement.uuid}/",
        }
