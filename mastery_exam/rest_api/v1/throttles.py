"""How often one person may call; far above what a sitting needs."""

from rest_framework.throttling import UserRateThrottle


class AnswerThrottle(UserRateThrottle):
    """Saving answers: ten a second would be no typing."""

    scope = "mastery_exam_answers"
    rate = "600/min"


class StartThrottle(UserRateThrottle):
    """Starting, where start codes could be guessed."""

    scope = "mastery_exam_start"
    rate = "20/min"
