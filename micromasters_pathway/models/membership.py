"""Who follows a programme, what they have met, and completion. Facts are added and marked, never removed."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from micromasters_pathway.models.programme import Programme, ProgrammeVersion
from openedx_bridge.live import live_when


class Membership(models.Model):
    """A learner in a programme, under the version in force when they joined.

    .. pii: Links a user to a programme.
    .. pii_types: id
    .. pii_retirement: retained
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="memberships")
    version = models.ForeignKey(ProgrammeVersion, on_delete=models.PROTECT, related_name="memberships")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "programme"], name="micromasters_pathway_membership_one")
        ]

    def __str__(self) -> str:
        return f"{self.programme} {self.uuid}"


class RequirementMet(models.Model):
    """A slot filled by one exam or course: an achieved fact, with its own copy of what it rested on.

    .. no_pii:
    """

    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="requirements_met")
    slot_key = models.CharField(max_length=255)
    route_kind = models.CharField(max_length=16)
    reference = models.CharField(max_length=255)
    evidence = models.JSONField()
    met_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["met_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "slot_key", "reference"], name="micromasters_pathway_requirementmet_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.slot_key} by {self.route_kind} {self.reference}"


class Completion(models.Model):
    """A completed programme; `snapshot` is what it rested on. Withdrawn ones stay, and a later one is a new row.

    .. no_pii:
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="completions")
    completed_at = models.DateTimeField()
    snapshot = models.JSONField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    standing = live_when(withdrawn_at__isnull=True)

    class Meta:
        ordering = ["completed_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "standing"], name="micromasters_pathway_completion_one_standing"
            )
        ]

    def __str__(self) -> str:
        return f"{self.membership} completed {self.completed_at:%Y-%m-%d}"
