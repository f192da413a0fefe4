"""Every sentence that the runner's script may have to say, translated by the server."""

from __future__ import annotations

from django.utils.translation import gettext as _


def runner_words() -> dict[str, str]:
    """Return the sentences by their names in runner.js; `{...}` are filled in there."""
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
