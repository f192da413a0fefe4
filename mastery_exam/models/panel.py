"""Who sits on a panel of judges, its rounds, and what a judge says besides ratings of items."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from openedx_bridge.live import live_when


class PanelRound(models.Model):
    """A round in which the invited judges rate, from its opening to its closing by the facilitator.

    `responses` is what they are shown of people's answers, as it was at the opening: item key -> [sittings, share
    right].

    .. no_pii:
    """

    panel = models.ForeignKey("mastery_exam.RatingPanel", on_delete=models.PROTECT, related_name="rounds")
    num = models.PositiveSmallIntegerField()
    opened_at = models.DateTimeField(auto_now_add=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    responses = models.JSONField(default=dict)
    live = live_when(closed_at__isnull=True)

    class Meta:
        ordering = ["num"]
        constraints = [
            models.UniqueConstraint(fields=["panel", "num"], name="mastery_exam_panelround_num"),
            models.UniqueConstraint(fields=["panel", "live"], name="mastery_exam_panelround_one_open"),
            models.CheckConstraint(condition=models.Q(num__gte=1), name="mastery_exam_panelround_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.panel_id}: round {self.num}"


class PanelJudge(models.Model):
    """A judge of a panel, told to the public by role and number alone; ratings stand under that label.

    .. pii: That this person judged under this role; the link is cut on retirement, role and ratings stay.
    .. pii_types: other
    .. pii_retirement: local_api
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    panel = models.ForeignKey("mastery_exam.RatingPanel", on_delete=models.PROTECT, related_name="invited")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=80)
    num = models.PositiveSmallIntegerField()
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["role", "num"]
        constraints = [
            models.UniqueConstraint(fields=["panel", "user"], name="mastery_exam_paneljudge_once"),
            models.UniqueConstraint(fields=["panel", "role", "num"], name="mastery_exam_paneljudge_label"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name under which the ratings stand: role and number."""
        return f"{self.role} {self.num}"


class JudgeLimits(models.Model):
    """What Hofstee asks of a judge, in percent: the least and largest acceptable pass mark and share that fails.

    .. no_pii:
    """

    judge = models.OneToOneField(PanelJudge, on_delete=models.CASCADE, related_name="limits")
    least_cut = models.DecimalField(max_digits=5, decimal_places=2)
    most_cut = models.DecimalField(max_digits=5, decimal_places=2)
    least_fail = models.DecimalField(max_digits=5, decimal_places=2)
    most_fail = models.DecimalField(max_digits=5, decimal_places=2)
    modified = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(least_cut__gte=0)
                & models.Q(least_cut__lt=models.F("most_cut"))
                & models.Q(most_cut__lte=100)
                & models.Q(least_fail__gte=0)
                & models.Q(least_fail__lt=models.F("most_fail"))
                & models.Q(most_fail__lte=100),
                name="mastery_exam_judgelimits_ranges",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.judge_id}: {self.least_cut} to {self.most_cut}"


class Bookmark(models.Model):
    """Where a judge put the bookmark in one round: so many items, the easiest first, a borderline person masters.

    .. no_pii:
    """

    judge = models.ForeignKey(PanelJudge, on_delete=models.PROTECT, related_name="bookmarks")
    panel_round = models.PositiveSmallIntegerField()
    place = models.PositiveIntegerField()
    modified = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["judge", "panel_round"], name="mastery_exam_bookmark_once"),
            models.CheckConstraint(condition=models.Q(place__gte=1), name="mastery_exam_bookmark_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.judge_id}: {self.place}"
