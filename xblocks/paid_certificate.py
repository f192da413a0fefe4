"""`paid-certificate`: what is still missing for the credential, what it costs, and the credential itself."""

from __future__ import annotations

from typing import Any

from xblock.completable import XBlockCompletionMode
from xblock.fields import Scope, String

from xblocks.base import LauncherXBlock, _, choices


def _exam_choices(_block: Any) -> list[dict[str, str]]:
    from mastery_exam import api

    return choices([(exam.key, exam.title) for exam in api.list_exams()], _("Choose an exam"))


class PaidCertificateXBlock(LauncherXBlock):
    """Shows a learner the way to the credential that an exam leads to."""

    key_field = "exam_key"
    template = "paid_certificate.html"
    editable_fields = ("display_name", "exam_key")
    completion_mode = XBlockCompletionMode.EXCLUDED
    icon_class = "other"

    exam_key = String(
        display_name=_("Exam"),
        help=_("The exam whose credential is shown."),
        default="",
        scope=Scope.content,
        values_provider=_exam_choices,
    )

    def refuse(self, key: str) -> str | None:
        """The exam must be there and lead to an achievement."""
        from mastery_exam import api as exams
        from paid_certificate import api

        if not key:
            return self.ugettext("No exam is chosen. Edit the block and choose one.")
        if exams.find_exam(key) is None:
            return self.ugettext("There is no published exam “{key}” on this site. Choose another.").format(key=key)
        if api.find_achievement(exam_key=key) is None:
            text = self.ugettext("Nobody issues a credential for the exam “{key}” yet. Ask the site's staff.")
            return text.format(key=key)
        return None

    def learner_context(self, user_id: int | None) -> dict[str, Any]:
        """The achievement, its price, and where the learner stands."""
        from mastery_exam import api as exams
        from paid_certificate import api

        exam = exams.find_exam(self.exam_key) if self.exam_key else None
        achievement = api.find_achievement(exam_key=self.exam_key) if exam else None
        if exam is None or achievement is None:
            return {"title": self.display_name or self.ugettext("Credential"), "achievement": None}
        status = exams.learner_status(user_id, exam_key=exam.key)
        credential = api.find_credential(user_id, achievement_uuid=achievement.uuid) if user_id else None
        return {
            "title": self.display_name or achievement.title,
            "exam": exam,
            "achievement": achievement,
            "quote": api.find_quote(user_id, exam),
            "credential": credential,
            "status": status,
            "url": credential.url if credential else achievement.url,
        }
