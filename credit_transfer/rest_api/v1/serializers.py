"""Shapes of the REST API, version 1."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers


class LevelField(serializers.ListField):
    """A level as [scheme, value]."""

    child = serializers.CharField(max_length=64)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_length=2, max_length=2, **kwargs)


class LevelsField(serializers.ListField):
    """Levels, since no one scheme serves everybody."""

    child = LevelField()


class PublicInstitutionSerializer(serializers.Serializer):
    """An institution as everybody may see it; no address of its office."""

    uuid = serializers.UUIDField()
    name = serializers.CharField()
    country_code = serializers.CharField()
    website = serializers.CharField()
    needs_student_id = serializers.BooleanField()
    needs_birth_date = serializers.BooleanField()
    answers_within_days = serializers.IntegerField()


class MailboxSerializer(serializers.Serializer):
    """An address of an office."""

    uuid = serializers.UUIDField(read_only=True)
    email = serializers.EmailField()
    rank = serializers.IntegerField(read_only=True)
    bounced_at = serializers.DateTimeField(read_only=True, allow_null=True)


class InstitutionSerializer(serializers.Serializer):
    """An institution as the operator sees and enters it."""

    uuid = serializers.UUIDField(read_only=True)
    name = serializers.CharField(max_length=255)
    country_code = serializers.CharField(min_length=2, max_length=2)
    website = serializers.URLField(required=False, allow_blank=True)
    office_name = serializers.CharField(max_length=255)
    appeals_contact = serializers.CharField()
    needs_student_id = serializers.BooleanField(required=False)
    needs_birth_date = serializers.BooleanField(required=False)
    answers_within_days = serializers.IntegerField(required=False, min_value=1, max_value=365)
    state = serializers.CharField(read_only=True)
    verified_at = serializers.DateTimeField(read_only=True, allow_null=True)
    mailboxes = MailboxSerializer(many=True, read_only=True)


class NewInstitutionSerializer(InstitutionSerializer):
    """An institution with the first address of its office."""

    office_email = serializers.EmailField(write_only=True)


class HowSerializer(serializers.Serializer):
    """How an institution was verified."""

    how = serializers.CharField()


class CreditValueSerializer(serializers.Serializer):
    """A recommendation of credit."""

    uuid = serializers.UUIDField(read_only=True)
    achievement_uuid = serializers.UUIDField()
    amount = serializers.DecimalField(max_digits=7, decimal_places=2)
    unit = serializers.CharField(max_length=64)
    levels = LevelsField(required=False)
    isced_f = serializers.CharField(max_length=4, required=False, allow_blank=True)
    hours = serializers.IntegerField(required=False, allow_null=True, min_value=1)
    recommender = serializers.CharField(max_length=255)
    evidence = serializers.CharField()
    evidence_url = serializers.URLField(required=False, allow_blank=True)
    valid_from = serializers.DateTimeField()
    valid_to = serializers.DateTimeField(required=False, allow_null=True)


class TermsSerializer(serializers.Serializer):
    """The terms of an agreement."""

    achievement_version_uuids = serializers.ListField(child=serializers.UUIDField(), required=False, allow_empty=False)
    equivalent_course = serializers.CharField(max_length=255, required=False, allow_blank=True)
    credits = serializers.DecimalField(max_digits=7, decimal_places=2, required=False, allow_null=True)
    unit = serializers.CharField(max_length=64, required=False, allow_blank=True)
    levels = LevelsField(required=False)
    least_identity = serializers.CharField(required=False)
    least_supervision = serializers.CharField(required=False)
    least_score = serializers.IntegerField(required=False, allow_null=True)
    cap = serializers.CharField(max_length=255, required=False, allow_blank=True)
    residency = serializers.CharField(required=False, allow_blank=True)
    conditions = serializers.CharField(required=False, allow_blank=True)
    valid_from = serializers.DateTimeField(required=False)
    valid_to = serializers.DateTimeField(required=False, allow_null=True)
    teach_out_until = serializers.DateTimeField(required=False, allow_null=True)


class NewAgreementSerializer(TermsSerializer):
    """A new agreement with its two sides."""

    institution_uuid = serializers.UUIDField()
    achievement_uuid = serializers.UUIDField()


class AgreementSerializer(TermsSerializer):
    """An agreement as the operator sees it."""

    uuid = serializers.UUIDField()
    series_uuid = serializers.UUIDField()
    num = serializers.IntegerField()
    institution = PublicInstitutionSerializer()
    achievement_uuid = serializers.UUIDField()
    achievement_title = serializers.CharField()
    body_name = serializers.CharField()
    gives = serializers.CharField()
    state = serializers.CharField()
    reason = serializers.CharField()
    body_signed_by = serializers.CharField()
    body_signed_at = serializers.DateTimeField(allow_null=True)
    institution_signed_by = serializers.CharField()
    institution_signed_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)


class SignatureSerializer(serializers.Serializer):
    """A signature as it stands on paper."""

    side = serializers.ChoiceField(choices=["body", "institution"])
    name = serializers.CharField(max_length=120)
    role = serializers.CharField(max_length=120)
    signed_at = serializers.DateTimeField()
    reference = serializers.CharField(max_length=255)


class AgreementStateSerializer(serializers.Serializer):
    """Where an agreement is to go; resuming needs no reason."""

    state = serializers.ChoiceField(choices=["suspended", "signed", "ended"])
    reason = serializers.CharField(required=False, allow_blank=True, default="")
    teach_out_until = serializers.DateTimeField(required=False, allow_null=True, default=None)


class OfferSerializer(serializers.Serializer):
    """An admission offer."""

    uuid = serializers.UUIDField()
    institution = PublicInstitutionSerializer()
    programme_key = serializers.CharField()
    programme_title = serializers.CharField()
    degree = serializers.CharField()
    standard_months = serializers.IntegerField()
    reduced_months = serializers.IntegerField()
    credits_waived = serializers.DecimalField(max_digits=7, decimal_places=2)
    unit = serializers.CharField()
    intake = serializers.CharField()
    deadline = serializers.DateTimeField()
    time_zone = serializers.CharField()
    fee = serializers.CharField()
    conditions = serializers.CharField()
    state = serializers.CharField()


class NewOfferSerializer(serializers.Serializer):
    """A new admission offer; `deadline` is an instant, the fee in minor units."""

    institution_uuid = serializers.UUIDField()
    programme_key = serializers.CharField()
    degree = serializers.CharField(max_length=255)
    standard_months = serializers.IntegerField(min_value=1, max_value=120)
    reduced_months = serializers.IntegerField(min_value=1, max_value=120)
    credits_waived = serializers.DecimalField(max_digits=7, decimal_places=2)
    unit = serializers.CharField(max_length=64)
    intake = serializers.CharField(max_length=255)
    deadline = serializers.DateTimeField()
    time_zone = serializers.CharField(max_length=64)
    fee_minor = serializers.IntegerField(required=False, min_value=0, max_value=10**9, default=0)
    fee_currency = serializers.RegexField("^[A-Z]{3}$", required=False, default="EUR")
    conditions = serializers.CharField(required=False, allow_blank=True, default="")


class OfferStateSerializer(serializers.Serializer):
    """Where an offer is to go."""

    state = serializers.ChoiceField(choices=["open", "closed"])


class ConditionSerializer(serializers.Serializer):
    """A condition: met, unmet or unknown."""

    code = serializers.CharField()
    text = serializers.CharField()
    state = serializers.CharField()


class RecognitionSerializer(serializers.Serializer):
    """What an institution has agreed to give."""

    institution = PublicInstitutionSerializer()
    gives = serializers.CharField()
    conditions = ConditionSerializer(many=True)
    valid_until = serializers.DateTimeField(allow_null=True)
    agreement_uuid = serializers.UUIDField()
    is_teach_out = serializers.BooleanField()


class CreditInfoSerializer(serializers.Serializer):
    """Credit as recommended today."""

    amount = serializers.CharField()
    unit = serializers.CharField()
    levels = LevelsField()
    recommender = serializers.CharField()
    evidence_url = serializers.CharField()
    valid_from = serializers.DateTimeField()
    valid_to = serializers.DateTimeField(allow_null=True)


class RecognitionsSerializer(serializers.Serializer):
    """Where an achievement counts."""

    achievement_uuid = serializers.UUIDField(allow_null=True)
    title = serializers.CharField()
    agreed = RecognitionSerializer(many=True)
    recommended = CreditInfoSerializer(many=True)
    offers = OfferSerializer(many=True)


@extend_schema_serializer(component_name="TransferAnswer")
class AnswerSerializer(serializers.Serializer):
    """An institution's answer."""

    uuid = serializers.UUIDField()
    num = serializers.IntegerField()
    kind = serializers.CharField()
    course = serializers.CharField()
    credits = serializers.DecimalField(max_digits=7, decimal_places=2, allow_null=True)
    unit = serializers.CharField()
    conditions = serializers.CharField()
    reason = serializers.CharField()
    by_name = serializers.CharField()
    by_role = serializers.CharField()
    created = serializers.DateTimeField()


class NewRequestSerializer(serializers.Serializer):
    """What a learner sends to ask an institution."""

    credential_uuid = serializers.UUIDField()
    institution_uuid = serializers.UUIDField()
    consent = serializers.BooleanField()
    consent_version = serializers.CharField()
    programme_there = serializers.CharField(required=False, allow_blank=True, max_length=255)
    student_id_there = serializers.CharField(required=False, allow_blank=True, max_length=64)
    birth_date = serializers.DateField(required=False, allow_null=True)
    include_statement = serializers.BooleanField(required=False)


class PreviewQuerySerializer(serializers.Serializer):
    """What a preview is asked for."""

    credential_uuid = serializers.UUIDField()
    institution_uuid = serializers.UUIDField()
    include_statement = serializers.BooleanField(required=False, default=False)


class PreviewSerializer(serializers.Serializer):
    """What a request would send, and the text of the consent."""

    credential_uuid = serializers.UUIDField()
    institution = PublicInstitutionSerializer()
    package = serializers.JSONField()
    consent_text = serializers.CharField()
    consent_version = serializers.CharField()
    consent_until = serializers.DateTimeField()
    answer_by = serializers.DateTimeField()
    overlaps = serializers.ListField(child=serializers.CharField())


class RequestSerializer(serializers.Serializer):
    """A learner's own request."""

    uuid = serializers.UUIDField()
    credential_uuid = serializers.UUIDField()
    achievement_title = serializers.CharField()
    institution = PublicInstitutionSerializer()
    programme_there = serializers.CharField()
    include_statement = serializers.BooleanField()
    consent_text = serializers.CharField()
    consent_version = serializers.CharField()
    consented_at = serializers.DateTimeField()
    consent_until = serializers.DateTimeField()
    answer_by = serializers.DateTimeField()
    state = serializers.CharField()
    delivery_state = serializers.CharField(source="delivery.state", default=None, allow_null=True)
    created = serializers.DateTimeField()
    opened_at = serializers.DateTimeField(allow_null=True)
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    amend_until = serializers.DateTimeField(allow_null=True)
    answers = AnswerSerializer(many=True)
    package_sha256 = serializers.CharField()
    url = serializers.CharField()


class DeliverySerializer(serializers.Serializer):
    """A mail to an office."""

    uuid = serializers.UUIDField()
    request_uuid = serializers.UUIDField(allow_null=True)
    institution_uuid = serializers.UUIDField()
    email = serializers.CharField()
    kind = serializers.CharField()
    state = serializers.CharField()
    attempts = serializers.IntegerField()
    error = serializers.CharField()
    created = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)


class DeskListSerializer(serializers.Serializer):
    """Another open request of the institution."""

    uuid = serializers.UUIDField()
    holder_name = serializers.CharField()
    achievement_title = serializers.CharField()
    state = serializers.CharField()
    answer_by = serializers.DateTimeField()


class DeskRequestSerializer(serializers.Serializer):
    """The request that a link opens, with what was sent."""

    uuid = serializers.UUIDField()
    holder_name = serializers.CharField()
    achievement_title = serializers.CharField()
    state = serializers.CharField()
    answer_by = serializers.DateTimeField()
    amend_until = serializers.DateTimeField(allow_null=True)
    package_sha256 = serializers.CharField()
    package = serializers.JSONField()
    answers = AnswerSerializer(many=True)


class DeskSerializer(serializers.Serializer):
    """What a registrar's link opens; `verdict` was asked just now."""

    institution = PublicInstitutionSerializer()
    link_ends = serializers.DateTimeField()
    request = DeskRequestSerializer(allow_null=True)
    others = DeskListSerializer(many=True)
    verdict = serializers.CharField(allow_null=True)


class NewAnswerSerializer(serializers.Serializer):
    """An institution's answer with the code from its mailbox."""

    code = serializers.CharField(max_length=12)
    kind = serializers.ChoiceField(choices=["full", "partial", "none"])
    course = serializers.CharField(required=False, allow_blank=True, max_length=255)
    credits = serializers.DecimalField(max_digits=7, decimal_places=2, required=False, allow_null=True)
    unit = serializers.CharField(required=False, allow_blank=True, max_length=64)
    conditions = serializers.CharField(required=False, allow_blank=True, max_length=5000)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=5000)
    by_name = serializers.CharField(max_length=255)
    by_role = serializers.CharField(max_length=255)


class CodeSentSerializer(serializers.Serializer):
    """Where a code was sent, mostly hidden."""

    address = serializers.CharField()
