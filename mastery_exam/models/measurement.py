"""Simulations of an exam and calibrations of its bank, kept as they came out."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SimulationRun(models.Model):
    """A simulation of what the draft delivers; the one a version was published with belongs to that version.

    `fingerprint` is that of the publish plan, `forms_sha256` that of what was drawn with `seed`. `assumptions` are the
    fields of `SimulationAssumptions`; `refusals` a list of {item_key, code, message, remedy}.

    .. no_pii:
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("cancelled")
        FAILED = "failed", _("not possible")

    # The write is a compare-and-set over this table. Cancelling is a transition too: the worker notices it.
    TRANSITIONS = {
        State.QUEUED: {State.RUNNING, State.CANCELLED},
        State.RUNNING: {State.DONE, State.CANCELLED, State.FAILED},
        State.DONE: set(),
        State.CANCELLED: set(),
        State.FAILED: set(),
    }
    UNFINISHED = (State.QUEUED, State.RUNNING)

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    exam = models.ForeignKey("mastery_exam.Exam", on_delete=models.PROTECT, related_name="simulations")
    exam_version = models.OneToOneField(
        "mastery_exam.ExamVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="simulation"
    )
    state = models.CharField(max_length=16, choices=State.choices, default=State.QUEUED)
    fingerprint = models.CharField(max_length=64, blank=True)
    forms_sha256 = models.CharField(max_length=64, blank=True)
    seed = models.BigIntegerField()
    n_candidates = models.PositiveIntegerField()
    assumptions = models.JSONField(default=dict)
    done = models.PositiveIntegerField(default=0, help_text="Candidates simulated so far.")
    total = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=dict, blank=True)
    refusals = models.JSONField(default=list, blank=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(n_candidates__gte=1), name="mastery_exam_simulationrun_people"),
        ]

    def __str__(self) -> str:
        return f"{self.exam_id}: {self.state}"


class BankCalibration(models.Model):
    """One version of a bank's parameters, estimated from an exam's responses; never changed, the next one is added.

    What was published or decided before keeps what it was made of.

    .. no_pii:
    """

    class Model(models.TextChoices):
        RASCH = "rasch", _("Rasch")
        TWO_PL = "2pl", _("2PL")

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    bank = models.ForeignKey("mastery_exam.Bank", on_delete=models.PROTECT, related_name="calibrations")
    exam = models.ForeignKey("mastery_exam.Exam", on_delete=models.PROTECT, related_name="+")
    num = models.PositiveIntegerField()
    model = models.CharField(max_length=16, choices=Model.choices)
    n_persons = models.PositiveIntegerField()
    population_sd = models.FloatField(help_text="Standard deviation of the candidates on the items' scale; mean 0.")
    log_likelihood = models.FloatField()
    converged = models.BooleanField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["num"]
        constraints = [models.UniqueConstraint(fields=["bank", "num"], name="mastery_exam_bankcalibration_num")]

    def __str__(self) -> str:
        return f"{self.bank_id}: {self.num}"


class CalibratedItem(models.Model):
    """The parameters of one item version in one calibration, D = 1, with standard errors and fit.

    `use` says whether its answers counted for people (`scored`) or it was only tried out (`pilot`).

    .. no_pii:
    """

    class State(models.TextChoices):
        PROVISIONAL = "provisional", _("provisional: too few answers")
        CALIBRATED = "calibrated", _("calibrated")

    class Use(models.TextChoices):
        SCORED = "scored", _("scored")
        PILOT = "pilot", _("tried out")

    calibration = models.ForeignKey(BankCalibration, on_delete=models.PROTECT, related_name="items")
    item_version = models.ForeignKey("mastery_exam.ItemVersion", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, choices=State.choices)
    use = models.CharField(max_length=16, choices=Use.choices, default=Use.SCORED)
    n = models.PositiveIntegerField()
    a = models.FloatField()
    b = models.FloatField()
    c = models.FloatField(default=0.0)
    se_a = models.FloatField(null=True)
    se_b = models.FloatField(null=True)
    infit = models.FloatField(null=True)
    outfit = models.FloatField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["calibration", "item_version"], name="mastery_exam_calibrateditem_once"),
            models.CheckConstraint(condition=models.Q(a__gt=0), name="mastery_exam_calibrateditem_slope"),
        ]

    def __str__(self) -> str:
        return f"{self.calibration_id}: {self.item_version_id}"
