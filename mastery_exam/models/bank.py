"""The restricted pool of items: ordinary problems of the platform, versioned by their OLX, with judges' ratings."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class StoredFile(models.Model):
    """A file that an item needs, kept once under its SHA-256.

    .. no_pii:
    """

    sha256 = models.CharField(max_length=64, editable=False)
    content = models.BinaryField()
    size = models.PositiveIntegerField()
    media_type = models.CharField(max_length=100)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sha256"], name="mastery_exam_storedfile_sha256")]

    def __str__(self) -> str:
        return self.sha256


class Bank(models.Model):
    """A pool of items that its authors alone may read.

    .. no_pii:
    """

    class Source(models.TextChoices):
        """Where a bank's items come from."""

        OLX = "olx"
        LIBRARY = "library"

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    title = models.CharField(max_length=255)
    owner_org = models.CharField(max_length=255, blank=True)
    framework = models.ForeignKey("mastery_exam.CompetencyFramework", on_delete=models.PROTECT, related_name="banks")
    source_kind = models.CharField(max_length=16, choices=Source.choices, default=Source.OLX)
    source_key = models.CharField(max_length=255, blank=True, help_text="The library's or the course's key.")
    restricted = models.BooleanField(default=True, help_text="Its items are used in no course.")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    authors: models.ManyToManyField = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="BankAuthor", related_name="+"
    )
    created = models.DateTimeField(auto_now_add=True)
    modified = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["title", "id"]

    def __str__(self) -> str:
        return self.title


class BankAuthor(models.Model):
    """Somebody who may read and change a bank.

    .. no_pii:
    """

    bank = models.ForeignKey(Bank, on_delete=models.CASCADE, related_name="author_rows")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bank", "user"], name="mastery_exam_bankauthor_once")]

    def __str__(self) -> str:
        return f"{self.bank_id}: {self.user_id}"


class Item(models.Model):
    """A problem of a bank, whatever its version.

    .. no_pii:
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    bank = models.ForeignKey(Bank, on_delete=models.PROTECT, related_name="items")
    key = models.CharField(max_length=255)
    title = models.CharField(max_length=255, blank=True)
    competency = models.ForeignKey(
        "mastery_exam.Competency", on_delete=models.PROTECT, null=True, blank=True, related_name="items"
    )
    place = models.JSONField(default=list, blank=True, help_text="Titles of what it stood in, outermost first.")
    latest_num = models.PositiveIntegerField(default=0, help_text="The number of its newest version.")
    seen_before = models.BooleanField(default=False, help_text="It has been shown in a course.")
    is_practice = models.BooleanField(default=False, help_text="It belongs to the practice set and is never scored.")
    is_pilot = models.BooleanField(default=False, help_text="It is tried out in sittings and not scored yet.")
    retired = models.BooleanField(default=False)
    enemies = models.JSONField(default=list, blank=True, help_text="Keys of items never in one form with it.")
    created = models.DateTimeField(auto_now_add=True)
    modified = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["key", "id"]
        constraints = [models.UniqueConstraint(fields=["bank", "key"], name="mastery_exam_item_key")]

    def __str__(self) -> str:
        return self.key


class ItemVersion(models.Model):
    """An item's OLX at one time, with the files it names; never changed once written.

    `files` maps a name in the OLX to the SHA-256 of its StoredFile; `refusals` is a list of {code, message, remedy}.

    .. no_pii:
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="versions")
    num = models.PositiveIntegerField()
    olx = models.TextField()
    olx_sha256 = models.CharField(max_length=64)
    files = models.JSONField(default=dict)
    response_types = models.JSONField(default=list)
    parts = models.PositiveIntegerField(default=0)
    max_points = models.DecimalField(max_digits=12, decimal_places=4, default=0)
    refusals = models.JSONField(default=list)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["num"]
        constraints = [models.UniqueConstraint(fields=["item", "num"], name="mastery_exam_itemversion_num")]

    def __str__(self) -> str:
        return f"{self.item_id} v{self.num}"


class RatingPanel(models.Model):
    """A standard setting: judges rate how likely a borderline candidate is to be right; two people release the cut.

    `released_record` is what the people who released it saw: the cut with its errors, judges and rounds, as JSON.
    A bookmark panel works on `calibration`; its ratings are the chances that a judge's bookmark implies.

    .. no_pii:
    """

    class Method(models.TextChoices):
        """How the judges were asked."""

        MODIFIED_ANGOFF = "modified_angoff", _("Modified Angoff")
        BOOKMARK = "bookmark", _("Bookmark, RP67")

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    bank = models.ForeignKey(Bank, on_delete=models.PROTECT, related_name="panels")
    num = models.PositiveIntegerField()
    method = models.CharField(max_length=32, choices=Method.choices, default=Method.MODIFIED_ANGOFF)
    judges = models.JSONField(default=list, help_text="Roles of the judges, as they are told to the public.")
    held_on = models.DateField(null=True, blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    calibration = models.ForeignKey(
        "mastery_exam.BankCalibration", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    released_by_first = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    released_by_second = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    first_released_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    released_record = models.JSONField(default=dict, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    modified = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["num"]
        constraints = [
            models.UniqueConstraint(fields=["bank", "num"], name="mastery_exam_ratingpanel_num"),
            models.CheckConstraint(
                condition=~models.Q(released_by_first=models.F("released_by_second")),
                name="mastery_exam_ratingpanel_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bank_id}: {self.num}"


class Rating(models.Model):
    """One judge's probability, in one round, that a borderline candidate answers the item right.

    .. no_pii:
    """

    panel = models.ForeignKey(RatingPanel, on_delete=models.PROTECT, related_name="ratings")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="ratings")
    panel_round = models.PositiveSmallIntegerField(default=1)
    judge_role = models.CharField(max_length=100)
    value = models.DecimalField(max_digits=5, decimal_places=4)
    created = models.DateTimeField(auto_now_add=True)
    modified = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["panel", "item", "panel_round", "judge_role"], name="mastery_exam_rating_once"
            ),
            models.CheckConstraint(
                condition=models.Q(value__gte=0) & models.Q(value__lte=1), name="mastery_exam_rating_probability"
            ),
            models.CheckConstraint(condition=models.Q(panel_round__gte=1), name="mastery_exam_rating_round"),
        ]

    def __str__(self) -> str:
        return f"{self.judge_role}: {self.value}"
