"""Shapes of the REST API for claims by evidence, version 1."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from paid_certificate.claim_data import PieceKind

KINDS = [kind.value for kind in PieceKind]
IDENTITIES = ["none", "checked"]
SUPERVISIONS = ["none", "online", "onsite"]
MAX_TEXT = 10_000


class NewClaimSerializer(serializers.Serializer):
    """The achievement that is claimed."""

    achievement_uuid = serializers.UUIDField()


class ForeignSummarySerializer(serializers.Serializer):
    """What a credential says about itself; whoever made it chose these words."""

    issuer_id = serializers.CharField()
    issuer_name = serializers.CharField()
    title = serializers.CharField()
    holders = serializers.ListField(child=serializers.CharField())
    valid_from = serializers.CharField()
    valid_until = serializers.CharField()
    key_url = serializers.CharField()
    is_about_email = serializers.BooleanField(allow_null=True)


class PieceCheckSerializer(serializers.Serializer):
    """One check of a credential."""

    name = serializers.CharField()
    outcome = serializers.CharField()
    reason = serializers.CharField()
    detail = serializers.CharField()


class PieceSerializer(serializers.Serializer):
    """A piece of evidence with what was checked."""

    uuid = serializers.UUIDField()
    claim_uuid = serializers.UUIDField()
    kind = serializers.CharField()
    title = serializers.CharField()
    text = serializers.CharField()
    outcomes = serializers.ListField(child=serializers.IntegerField())
    file_name = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    outcome = serializers.CharField(allow_null=True)
    summary = ForeignSummarySerializer(allow_null=True)
    checks = PieceCheckSerializer(many=True)
    supplier = serializers.CharField()
    checked_at = serializers.DateTimeField(allow_null=True)
    is_submitted = serializers.BooleanField()
    has_original = serializers.BooleanField()
    created = serializers.DateTimeField()


class ClaimOutcomeSerializer(serializers.Serializer):
    """A learning outcome by its number, and how many pieces are to show it."""

    num = serializers.IntegerField()
    name = serializers.CharField()
    pieces = serializers.IntegerField()
    is_covered = serializers.BooleanField()


class TurnSerializer(serializers.Serializer):
    """A question, an answer or a refusal."""

    kind = serializers.CharField()
    text = serializers.CharField()
    created = serializers.DateTimeField()


class ClaimSerializer(serializers.Serializer):
    """A claim by evidence."""

    uuid = serializers.UUIDField()
    achievement_uuid = serializers.UUIDField(source="achievement.uuid")
    achievement = serializers.CharField(source="achievement.title")
    holder_name = serializers.CharField()
    state = serializers.CharField()
    outcomes = ClaimOutcomeSerializer(many=True)
    pieces = PieceSerializer(many=True)
    turns = TurnSerializer(many=True)
    identity = serializers.CharField()
    supervision = serializers.CharField()
    least_identity = serializers.CharField()
    least_supervision = serializers.CharField()
    reason = serializers.CharField()
    appeal = serializers.CharField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    keep_until = serializers.DateTimeField(allow_null=True)
    files_deleted_at = serializers.DateTimeField(allow_null=True)
    credential_uuid = serializers.UUIDField(allow_null=True)
    url = serializers.CharField()


class NewPieceSerializer(serializers.Serializer):
    """A piece to add: `credential` and `support` for a credential, `file`, `url` or `text` for the rest.

    A credential is its JSON, its token, or with `file` a badge. `support` are the issuer's DID document and status
    lists as JSON texts: nothing is ever fetched.
    """

    kind = serializers.ChoiceField(choices=KINDS)
    title = serializers.CharField(max_length=255, required=False, allow_blank=True, default="")
    outcomes = serializers.ListField(child=serializers.IntegerField(), default=list)
    credential = serializers.CharField(required=False, trim_whitespace=False)
    support = serializers.ListField(child=serializers.CharField(), required=False, default=list)
    file = serializers.FileField(required=False)
    url = serializers.CharField(required=False, max_length=2_000)
    text = serializers.CharField(required=False, max_length=MAX_TEXT)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Each kind has what it needs."""
        needed = {"credential": ("credential", "file"), "file": ("file",), "link": ("url",), "note": ("text",)}
        names = needed[attrs["kind"]]
        if not any(attrs.get(name) for name in names):
            raise serializers.ValidationError({names[0]: [f"A {attrs['kind']} needs {' or '.join(names)}."]})
        return attrs


class SubmissionSerializer(serializers.Serializer):
    """Sending a claim: the name to be printed, consent to who sees it, and an answer to what was asked."""

    holder_name = serializers.CharField(max_length=255)
    consent = serializers.BooleanField()
    answer = serializers.CharField(max_length=MAX_TEXT, required=False, allow_blank=True, default="")


class QuestionSerializer(serializers.Serializer):
    """A question to the person."""

    question = serializers.CharField(max_length=MAX_TEXT)


class ClaimApprovalSerializer(serializers.Serializer):
    """The outcomes shown, by number, and how identity and work were checked."""

    covered = serializers.ListField(child=serializers.IntegerField())
    identity = serializers.ChoiceField(choices=IDENTITIES)
    identity_how = serializers.CharField(max_length=255, required=False, allow_blank=True, default="")
    supervision = serializers.ChoiceField(choices=SUPERVISIONS, default="none")


class ClaimRefusalSerializer(serializers.Serializer):
    """Why, and how to appeal; without `appeal`, the body's contact for complaints."""

    reason = serializers.CharField(max_length=MAX_TEXT)
    appeal = serializers.CharField(max_length=255, required=False, allow_blank=True, default="")


class RecheckSerializer(serializers.Serializer):
    """The issuer's DID document and status lists as the assessor fetched them, as JSON texts."""

    support = serializers.ListField(child=serializers.CharField(), min_length=1)


class AssessorSerializer(serializers.Serializer):
    """Somebody who assesses for a body."""

    body_slug = serializers.CharField(read_only=True)
    username = serializers.CharField(max_length=150)
    created = serializers.DateTimeField(read_only=True)
