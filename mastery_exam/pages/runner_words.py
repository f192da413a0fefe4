"""Every sentence that the runner's script may have to say, translated by the server."""

from __future__ import annotations

from django.utils.translation import gettext as _


def runner_words(*, can_go_back: bool = True) -> dict[str, str]:
    """Return the sentences by their names in the script; `{...}` are filled in there."""
    return _common_words() | ({} if can_go_back else _one_way_words())


def _one_way_words() -> dict[str, str]:
    """What an exam without going back says besides, or otherwise: there is one open question, and so one answer."""
    return {
        "questionAtMost": _("Question {n}, at most {most}"),
        "offlineOne": _(
            "You are offline. Your answer is kept on this device. The next question comes when you are back. "
            "The clock is still running."
        ),
        "askBlank": _("You have not answered. You cannot come back to this question. Go on without an answer?"),
        "askPart": _("You have left a part blank. You cannot come back to this question. Go on all the same?"),
        "askMalformed": _(
            "We cannot read your answer; the question says why. You cannot come back to this question. "
            "Go on all the same?"
        ),
        "savedNext": _("Saved. {question}."),
        "answeredElsewhere": _("This question was answered in another window. Look at the answer, then press Next."),
        "cameLate": _(
            "An answer to question {n} that was kept on this device does not count: the question had been left already."
        ),
    }


def _common_words() -> dict[str, str]:
    return {
        "question": _("Question {n} of {total}"),
        "timeLeft": _("{time} left"),
        "timeHidden": _("Time hidden"),
        "hideTime": _("Hide the time"),
        "showTime": _("Show the time"),
        "minutesLeft": _("{n} minutes left."),
        "oneMinuteLeft": _("1 minute left."),
        "saving": _("Saving..."),
        "saved": _("Saved {time}"),
        "nothingToSave": _("Nothing to save yet"),
        "savedBefore": _("Your answers so far are saved"),
        "notSaved": _("Not saved yet. We keep trying."),
        "offline": _(
            "You are offline. Keep answering. {n} answers are kept on this device and will be sent when you are back. "
            "The clock is still running."
        ),
        "offlineOne": _(
            "You are offline. Keep answering. 1 answer is kept on this device and will be sent when you are back. "
            "The clock is still running."
        ),
        "offlineNone": _(
            "You are offline. Everything up to {time} is saved. Reconnect to go on. The clock is still running."
        ),
        "offlineNothing": _("You are offline. Reconnect to go on. The clock is still running."),
        "timeUp": _("Time is up. We submitted what you had answered."),
        "timeUpWaiting": _(
            "Time is up. {n} answers are still on this device. Reconnect by {until} or they will not count."
        ),
        "timeUpWaitingOne": _(
            "Time is up. 1 answer is still on this device. Reconnect by {until} or it will not count."
        ),
        "otherDevice": _("Open on another device. This one is read-only."),
        "takeOver": _("Go on here instead"),
        "flag": _("Flag"),
        "unflag": _("Remove the flag"),
        "answered": _("answered"),
        "unanswered": _("not answered"),
        "flagged": _("flagged"),
        "current": _("this question"),
        "loading": _("Loading the question..."),
        "notLoaded": _("The question could not be loaded. Your answers are safe. Try again."),
        "tryAgain": _("Try again"),
        "signIn": _("You are signed out. Sign in again in another tab, then come back here. Nothing is lost."),
        "next": _("Next"),
        "review": _("Review and submit"),
        "sending": _("Sending your answers. Do not close this page."),
        "notSubmitted": _("Not submitted yet. {n} answers are waiting."),
        "notSubmittedOne": _("Not submitted yet. 1 answer is waiting."),
    }
