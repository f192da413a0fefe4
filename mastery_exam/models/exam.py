"""The exam, its frozen versions, and their parallel forms."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from mastery_exam import data


def _choices(enum: type) -> list[tuple[str, str]]:
    return [(member.value, member.value) for member in enum]  # type: ignore[attr-defined]


class Exam(models.Model):
    """An exam that belongs to itself; a course may refer to it by its key.

    `draft` holds the settings of the next version as `services.exam_settings` describes them.

    .. no_pii:
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    key = models.SlugField(max_length=100, help_text="Stands in its address and in courses that refer to it.")
    title = models.CharField(max_length=255)
    subject = models.CharField(max_length=100, blank=True)
    language = models.CharField(max_length=35, default="en", help_text="BCP 47 tag.")
    summary = models.TextField(blank=True)
    owner_org = models.CharField(max_length=255, blank=True)
    course_key = models.CharField(max_length=255, null=True, blank=True)
    bank = models.ForeignKey("mastery_exam.Bank", on_delete=models.PROTECT, related_name="exams")
    status = models.CharField(max_length=16, choices=_choices(data.ExamStatus), default=data.ExamStatus.DRAFT.value)
    successor = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_reason = models.TextField(blank=True)
    is_demonstration = models.BooleanField(default=False)
    registration_opens_at = models.DateTimeField(null=True, blank=True)
    draft = models.JSONField(default=dict, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    authors: models.ManyToManyField = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="ExamAuthor", related_name="+"
    )
    created = models.DateTimeField(auto_now_add=True)
    modified = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["title", "id"]
        constraints = [models.UniqueConstraint(fields=["key"], name="mastery_exam_exam_key")]

    def __str__(self) -> str:
        return self.key


class ExamAuthor(models.Model):
    """Somebody who may change and publish an exam.

    .. no_pii:
    """

    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="author_rows")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["exam", "user"], name="mastery_exam_examauthor_once")]

    def __str__(self) -> str:
        return f"{self.exam_id}: {self.user_id}"


class ExamVersion(models.Model):
    """An exam as it was published: everything an attempt and its decision need, never changed afterwards.

    `competencies`: list of {key, title, outcome, case_url, study_links} in order. `blueprint`: area key -> items per
    form. `floors`: area key -> least whole marks, the same for every form (no entry: no floor).
    `pass_mark_record`: the fields of `data.PassMarkRecord`. `required_grants`: list of `data.GrantKind`.

    .. no_pii:
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="versions")
    num = models.PositiveIntegerField()
    title = models.CharField(max_length=255)
    what_passing_shows = models.TextField()
    competencies = models.JSONField()
    blueprint = models.JSONField()
    floor_rules = models.JSONField()
    floors = models.JSONField()
    pass_mark_record = models.JSONField()
    # Empty where no number of marks decides, but how sure the answers make a decision.
    marks_needed = models.PositiveIntegerField(null=True)
    form_length = models.PositiveIntegerField(help_text="Scored questions of a sitting, the most where it varies.")
    pilot_items = models.PositiveIntegerField(default=0, help_text="Unscored questions of a sitting.")
    minutes = models.PositiveIntegerField()
    adjustments = models.JSONField(default=list, help_text="Adjustments offered, in plain words.")
    max_attempts = models.PositiveIntegerField()
    wait_days = models.PositiveIntegerField()
    release_policy = models.CharField(max_length=16, choices=_choices(data.ReleasePolicy))
    release_hours = models.PositiveIntegerField(help_text="Hours after submission by which a result is promised.")
    fee_policy = models.CharField(max_length=16, choices=_choices(data.FeePolicy))
    required_grants = models.JSONField(default=list)
    identity_policy = models.CharField(max_length=16, choices=_choices(data.IdentityPolicy))
    supervision = models.CharField(max_length=16, choices=_choices(data.Supervision))
    delivery_rule = models.CharField(max_length=32, choices=_choices(data.DeliveryRule))
    # What the rule needs beside forms: {"target"} for a form drawn on the fly; {"plan", "exposure_cap", "calibration"}
    # for a classification test, with the plan as `psychometrics.plan_to_dict` writes it.
    delivery_plan = models.JSONField(default=dict)
    can_go_back = models.BooleanField(default=True)
    rules = models.TextField(blank=True)
    appeals = models.TextField(blank=True)
    terms_text = models.TextField()
    terms_version = models.CharField(max_length=64)
    is_demonstration = models.BooleanField(default=False)
    seed = models.BigIntegerField(help_text="The seed with which the forms were drawn.")
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["num"]
        constraints = [
            models.UniqueConstraint(fields=["exam", "num"], name="mastery_exam_examversion_num"),
            models.CheckConstraint(
                condition=models.Q(marks_needed__gte=1) & models.Q(marks_needed__lte=models.F("form_length")),
                name="mastery_exam_examversion_marks",
            ),
            models.CheckConstraint(condition=models.Q(minutes__gte=1), name="mastery_exam_examversion_minutes"),
            models.CheckConstraint(condition=models.Q(max_attempts__gte=1), name="mastery_exam_examversion_tries"),
        ]

    def __str__(self) -> str:
        return f"{self.exam_id} v{self.num}"


class VersionItem(models.Model):
    """An item version as an exam version froze it; `rating` is the judges' mean, null where none is needed.

    `a`, `b` and `c` are its parameters, D = 1, on the scale on which the plan's cut lies; null where no rule needs
    them.
    The rows in the order of their ids are the bank of a classification test.

    .. no_pii:
    """

    exam_version = models.ForeignKey(ExamVersion, on_delete=models.PROTECT, related_name="items")
    item_version = models.ForeignKey("mastery_exam.ItemVersion", on_delete=models.PROTECT, related_name="+")
    competency_key = models.SlugField(max_length=100, blank=True)
    rating = models.DecimalField(max_digits=9, decimal_places=8, null=True, blank=True)
    use = models.CharField(max_length=16, choices=_choices(data.ItemUse))
    a = models.FloatField(null=True)
    b = models.FloatField(null=True)
    c = models.FloatField(null=True)
    parameter_state = models.CharField(max_length=16, blank=True, choices=_choices(data.ParameterState))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["exam_version", "item_version"], name="mastery_exam_versionitem_once"),
        ]

    def __str__(self) -> str:
        return f"{self.exam_version_id}: {self.item_version_id}"


class ItemExposure(models.Model):
    """In how many attempts a frozen item was eligible, and in how many it was given; only ever counted up.

    .. no_pii:
    """

    version_item = models.OneToOneField(VersionItem, on_delete=models.PROTECT, related_name="exposure")
    times_eligible = models.PositiveIntegerField(default=0)
    times_given = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.version_item_id}: {self.times_given} of {self.times_eligible}"


class Form(models.Model):
    """One of the parallel forms of a version.

    .. no_pii:
    """

    exam_version = models.ForeignKey(ExamVersion, on_delete=models.PROTECT, related_name="forms")
    num = models.PositiveIntegerField()
    marks_needed = models.PositiveIntegerField()
    sum_of_ratings = models.DecimalField(max_digits=12, decimal_places=8, null=True, blank=True)

    class Meta:
        ordering = ["num"]
        constraints = [models.UniqueConstraint(fields=["exam_version", "num"], name="mastery_exam_form_num")]

    def __str__(self) -> str:
        return f"{self.exam_version_id}: form {self.num}"


class FormItem(models.Model):
    """An item's place in a form, from 1.

    .. no_pii:
    """

    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="items")
    version_item = models.ForeignKey(VersionItem, on_delete=models.PROTECT, related_name="form_items")
    position = models.PositiveIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["form", "position"], name="mastery_exam_formitem_position"),
            models.UniqueConstraint(fields=["form", "version_item"], name="mastery_exam_formitem_once"),
            models.CheckConstraint(condition=models.Q(position__gte=1), name="mastery_exam_formitem_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.form_id}: {self.position}"
