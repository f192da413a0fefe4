"""`paid-certificate`: what is still missing for the credential, what it costs, and the credential itself."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from xblock.completable import XBlockCompletionMode
from xblock.fields import Scope, String

from xblocks.base import LauncherXBlock, _, exam_choices


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
        values_provider=exam_choices,
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
        credential = self._credential(user_id, achievement.uuid) if user_id else None
        return {
            "title": self.display_name or achievement.title,
            "exam": exam,
            "achievement": achievement,
            "quote": api.find_quote(user_id, exam),
            "credential": credential,
            "status": status,
            "state_text": self._state_text(_state_of(credential)),
            "url": credential.url if credential else achievement.url,
        }

    def _credential(self, user_id: int, achievement_uuid: UUID) -> Any:
        """The learner's live award, or else the newest that no longer stands; None where there never was one."""
        from paid_certificate import api

        live = api.find_credential(user_id, achievement_uuid=achievement_uuid)
        if live is not None:
            return live
        past = [each for each in api.list_credentials(user_id) if each.achievement.uuid == achievement_uuid]
        return past[-1] if past else None

    def _state_text(self, state: str) -> str:
        texts = {
            "missing": _("Still missing: a pass in the exam."),
            "awaiting_payment": _(
                "You passed, and your result is safe. The credential is issued when the fee is paid."
            ),
            "ready": _("Your credential is being signed. Usually under a minute."),
            "signing": _("Your credential is being signed. Usually under a minute."),
            "failed": _("Not signed yet. We have been told and will retry."),
            "issued": _("Your credential is valid."),
            "statement": _(
                "You hold a statement of accomplishment. Pass the exam, and the full credential takes its place."
            ),
            "suspended": _("Your credential is on hold. Its page says why."),
            "revoked": _("Your credential was revoked. Its page says why, and how to appeal."),
            "superseded": _("Your credential was replaced by a newer one."),
            "expired": _("Your credential has expired. Its page says how to renew it."),
            "cancelled": _("No credential is issued for this result. Its page says why."),
        }
        return self.ugettext(texts[state])


def _state_of(credential: Any) -> str:
    """Where the learner's award stands, as a key of the texts; a valid statement of accomplishment has its own."""
    if credential is None:
        return "missing"
    is_statement = credential.state == "issued" and credential.form == "statement"
    return "statement" if is_statement else str(credential.state)
