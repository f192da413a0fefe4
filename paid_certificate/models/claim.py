"""A person's claim to an achievement by evidence: its pieces, what was said about it, and who may assess it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from openedx_bridge.live import live_when
from paid_certificate.claim_data import OPEN_STATES, ClaimState, ForeignOutcome, PieceKind, Supplier, TurnKind
from paid_certificate.models.achievement import AchievementVersion
from paid_certificate.models.body import IssuingBody


class EvidenceClaim(models.Model):
    """What a person claims to be able to do, in the words of one version of an achievement, and the decision on it.

    `covered` holds the numbers, from 1, of the outcomes that the assessor found shown.

    .. pii: The name as it is to be printed, why it was refused, and how identity was checked.
    .. pii_types: name, other
    .. pii_retirement: local_api
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    achievement = models.ForeignKey("paid_certificate.Achievement", on_delete=models.PROTECT, related_name="claims")
    achievement_version = models.ForeignKey(AchievementVersion, on_delete=models.PROTECT, related_name="claims")
    state = models.CharField(max_length=16, choices=[(s.value, s.value) for s in ClaimState])
    holder_name = models.CharField(max_length=255, blank=True)
    consent_version = models.CharField(max_length=16, blank=True)
    submitted_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    covered = models.JSONField(default=list)
    identity = models.CharField(max_length=16, default="none")
    identity_how = models.CharField(max_length=255, blank=True)
    supervision = models.CharField(max_length=16, default="none")
    reason = models.TextField(blank=True)
    appeal = models.CharField(max_length=255, blank=True)
    # How many days its files are kept after the decision, as the person was told when consenting.
    keep_days = models.PositiveIntegerField(default=0)
    files_deleted_at = models.DateTimeField(null=True)
    credential = models.ForeignKey(
        "paid_certificate.Credential", null=True, on_delete=models.PROTECT, related_name="claims"
    )
    erased_at = models.DateTimeField(null=True)
    created = models.DateTimeField(auto_now_add=True)
    modified = models.DateTimeField(auto_now=True)
    live = live_when(state__in=[state.value for state in OPEN_STATES])

    class Meta:
        ordering = ["created", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "achievement", "live"], name="paid_certificate_evidenceclaim_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"claim {self.uuid}"


class EvidencePiece(models.Model):
    """One piece of evidence. What was found and the SHA-256 stay when the file itself is deleted.

    `outcomes` are numbers from 1; `checks` are rows of {name, outcome, reason, detail}.

    .. pii: What a person wrote or handed in about what they have learnt, and what a credential says about them.
    .. pii_types: name, other
    .. pii_retirement: local_api
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    claim = models.ForeignKey(EvidenceClaim, on_delete=models.PROTECT, related_name="pieces")
    kind = models.CharField(max_length=16, choices=[(k.value, k.value) for k in PieceKind])
    title = models.CharField(max_length=255)
    text = models.TextField(blank=True)
    outcomes = models.JSONField(default=list)
    file_name = models.CharField(max_length=100, blank=True)
    media_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    outcome = models.CharField(max_length=24, blank=True, choices=[(o.value, o.value) for o in ForeignOutcome])
    summary = models.JSONField(default=dict)
    checks = models.JSONField(default=list)
    supplier = models.CharField(
        max_length=16, choices=[(s.value, s.value) for s in Supplier], default=Supplier.NOBODY.value
    )
    checked_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created", "id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.uuid}"


class EvidenceFile(models.Model):
    """The bytes of a piece, or of a document with which it was checked; deleted a stated time after the decision.

    .. pii: Whatever a person handed in.
    .. pii_types: name, other
    .. pii_retirement: local_api
    """

    ORIGINAL, ISSUER_DOCUMENT, STATUS_LIST = "original", "issuer_document", "status_list"

    piece = models.ForeignKey(EvidencePiece, on_delete=models.CASCADE, related_name="files")
    role = models.CharField(max_length=16, choices=[(r, r) for r in (ORIGINAL, ISSUER_DOCUMENT, STATUS_LIST)])
    content = models.BinaryField()
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.role} of {self.piece_id}"


class ClaimTurn(models.Model):
    """A question, an answer or a refusal; nothing said about a claim is ever rewritten.

    .. pii: What a person and an assessor wrote to each other.
    .. pii_types: other
    .. pii_retirement: local_api
    """

    claim = models.ForeignKey(EvidenceClaim, on_delete=models.PROTECT, related_name="turns")
    kind = models.CharField(max_length=16, choices=[(k.value, k.value) for k in TurnKind])
    text = models.TextField(blank=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created", "id"]

    def __str__(self) -> str:
        return f"{self.kind} on {self.claim_id}"


class EvidenceAssessor(models.Model):
    """Somebody who assesses evidence for one body, and nothing else of it.

    .. no_pii:
    """

    body = models.ForeignKey(IssuingBody, on_delete=models.CASCADE, related_name="assessors")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["body", "user"], name="paid_certificate_evidenceassessor_once")]

    def __str__(self) -> str:
        return f"{self.body_id}: {self.user_id}"
