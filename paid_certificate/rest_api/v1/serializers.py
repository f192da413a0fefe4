"""Shapes of the REST API, version 1. Money is `{amount_minor, currency}`: whole minor units and an ISO 4217 code."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from paid_certificate.data import MAX_VALID_MONTHS, REPLACED_BY_HAND, CredentialForm, RevocationReason, RouteKind
from paid_certificate.money import Money

REVOCATION_REASONS = [reason.value for reason in RevocationReason]
REPLACEMENT_REASONS = [reason.value for reason in REPLACED_BY_HAND]
ROUTE_KINDS = [kind.value for kind in RouteKind]
FORMS = [form.value for form in CredentialForm]


class MoneySerializer(serializers.Serializer):
    """An amount of money."""

    amount_minor = serializers.IntegerField(min_value=0)
    currency = serializers.RegexField(r"^[A-Z]{3}$")

    def to_internal_value(self, data: Any) -> Money:
        """Read an amount."""
        return Money(**super().to_internal_value(data))


class QuoteLineSerializer(serializers.Serializer):
    """One line of a quote."""

    text = serializers.CharField()
    amount = MoneySerializer()


class QuoteSerializer(serializers.Serializer):
    """What somebody would pay, when, on which terms."""

    exam_key = serializers.CharField()
    purpose = serializers.CharField()
    when = serializers.CharField()
    lines = QuoteLineSerializer(many=True)
    total = MoneySerializer()
    retake_total = MoneySerializer()
    refund_rule = serializers.CharField()
    hold_days = serializers.IntegerField()


class FeeSerializer(serializers.Serializer):
    """The fee of an exam."""

    amount = MoneySerializer()
    retake_amount = MoneySerializer(required=False, allow_null=True)
    hold_days = serializers.IntegerField(min_value=1, max_value=365, required=False)
    refund_rule = serializers.CharField(allow_blank=True, required=False, default="")


class PlaceOrderSerializer(serializers.Serializer):
    """What is ordered: a registration's sitting or a decision's credential. The key makes a retry harmless."""

    registration_uuid = serializers.UUIDField(required=False)
    decision_uuid = serializers.UUIDField(required=False)
    gateway = serializers.CharField(max_length=32)
    idempotency_key = serializers.CharField(max_length=64)


class OrderSerializer(serializers.Serializer):
    """An order."""

    uuid = serializers.UUIDField()
    number = serializers.CharField()
    exam_key = serializers.CharField()
    exam_title = serializers.CharField()
    purpose = serializers.CharField()
    registration_uuid = serializers.UUIDField(allow_null=True)
    decision_uuid = serializers.UUIDField(allow_null=True)
    state = serializers.CharField()
    gateway = serializers.CharField()
    total = MoneySerializer()
    policy = serializers.DictField()
    held_until = serializers.DateTimeField()
    paid_at = serializers.DateTimeField(allow_null=True)
    created = serializers.DateTimeField()
    url = serializers.CharField()


class PaymentSerializer(serializers.Serializer):
    """The bank's reference of a transfer."""

    reference = serializers.CharField(max_length=128)


class RefundSerializer(serializers.Serializer):
    """Why money is given back."""

    reason = serializers.CharField()
    our_fault = serializers.BooleanField(default=False)


class EntitlementSerializer(serializers.Serializer):
    """A right that was bought."""

    uuid = serializers.UUIDField()
    exam_key = serializers.CharField()
    purpose = serializers.CharField()
    order_uuid = serializers.UUIDField()
    policy = serializers.DictField()
    created = serializers.DateTimeField()
    delivered_at = serializers.DateTimeField(allow_null=True)
    reversed_at = serializers.DateTimeField(allow_null=True)


class BodySerializer(serializers.Serializer):
    """An issuing body with its legal face."""

    slug = serializers.SlugField(max_length=64)
    name = serializers.CharField(max_length=255)
    legal_name = serializers.CharField(required=False, allow_blank=True)
    legal_statement = serializers.CharField(required=False, allow_blank=True)
    registration_number = serializers.CharField(required=False, allow_blank=True)
    street = serializers.CharField(required=False, allow_blank=True, write_only=True)
    postal_code = serializers.CharField(required=False, allow_blank=True, write_only=True)
    locality = serializers.CharField(required=False, allow_blank=True, write_only=True)
    address = serializers.CharField(read_only=True)
    country_code = serializers.CharField(required=False, allow_blank=True, max_length=2)
    country = serializers.CharField(required=False, allow_blank=True)
    website = serializers.URLField(required=False, allow_blank=True)
    email = serializers.EmailField(required=False, allow_blank=True)
    complaints_contact = serializers.CharField(required=False, allow_blank=True)
    privacy_contact = serializers.CharField(required=False, allow_blank=True)
    refund_terms = serializers.CharField(required=False, allow_blank=True)
    accreditation_status = serializers.CharField(required=False, allow_blank=True)
    quality_assurance = serializers.CharField(required=False, allow_blank=True)
    awarding_authority = serializers.CharField(required=False, allow_blank=True)
    did = serializers.CharField(read_only=True)
    url = serializers.CharField(read_only=True)
    is_published = serializers.BooleanField(read_only=True)
    missing = serializers.ListField(child=serializers.CharField(), read_only=True)


@extend_schema_serializer(component_name="AchievementRoute")
class RouteSerializer(serializers.Serializer):
    """A way to an achievement. Without a form, a course leads to a statement and all else to a full credential."""

    kind = serializers.ChoiceField(choices=ROUTE_KINDS)
    reference = serializers.CharField(max_length=255)
    form = serializers.ChoiceField(choices=FORMS, required=False)
    least_identity = serializers.ChoiceField(choices=["none", "checked"], default="none")
    least_supervision = serializers.ChoiceField(choices=["none", "online", "onsite"], default="none")
    below_gives_statement = serializers.BooleanField(default=False)


class AchievementSerializer(serializers.Serializer):
    """One version of an achievement."""

    uuid = serializers.UUIDField()
    version_uuid = serializers.UUIDField()
    version_num = serializers.IntegerField()
    key = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField()
    criteria = serializers.CharField()
    body = BodySerializer()
    outcomes = serializers.ListField(child=serializers.CharField())
    levels = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))
    workload = serializers.CharField()
    field_of_study = serializers.CharField()
    valid_months = serializers.IntegerField(allow_null=True)
    ways = RouteSerializer(many=True)
    url = serializers.CharField()


class OutcomeSerializer(serializers.Serializer):
    """A learning outcome, with the address and code of the competency where there is one."""

    name = serializers.CharField()
    url = serializers.URLField(required=False)
    code = serializers.CharField(required=False)
    framework = serializers.CharField(required=False)


class LevelSerializer(serializers.Serializer):
    """A level in one scheme, such as EQF 5."""

    scheme = serializers.CharField()
    value = serializers.CharField()
    url = serializers.URLField(required=False)


class NewAchievementSerializer(serializers.Serializer):
    """A new achievement with its first version."""

    key = serializers.SlugField(max_length=100)
    body_slug = serializers.SlugField()
    title = serializers.CharField(max_length=255)
    description = serializers.CharField()
    criteria = serializers.CharField()
    language = serializers.CharField(required=False, max_length=16)
    field_of_study = serializers.CharField(required=False, allow_blank=True)
    workload = serializers.CharField(required=False, allow_blank=True)
    assessment_type = serializers.CharField(required=False, allow_blank=True)
    participation = serializers.CharField(required=False, allow_blank=True)
    valid_months = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=MAX_VALID_MONTHS)
    outcomes = OutcomeSerializer(many=True, required=False)
    levels = LevelSerializer(many=True, required=False)


class CredentialSerializer(serializers.Serializer):
    """An award as its holder sees it."""

    uuid = serializers.UUIDField()
    holder_name = serializers.CharField()
    achievement = AchievementSerializer()
    state = serializers.CharField()
    route_kind = serializers.CharField()
    identity = serializers.CharField()
    supervision = serializers.CharField()
    is_demonstration = serializers.BooleanField()
    form = serializers.CharField()
    awarded_at = serializers.DateTimeField()
    issued_at = serializers.DateTimeField(allow_null=True)
    valid_until = serializers.DateTimeField(allow_null=True)
    renewable_from = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    ended_reason = serializers.CharField()
    url = serializers.CharField()
    verify_url = serializers.CharField()
    successor_uuid = serializers.UUIDField(allow_null=True)
    links_successor = serializers.BooleanField()
    shares_statement = serializers.BooleanField()


class TokensSerializer(serializers.Serializer):
    """An award's signed tokens (compact JWS, RS256); empty where the award has none of the kind."""

    credential = serializers.CharField()
    statement = serializers.CharField()


class ReplacementSerializer(serializers.Serializer):
    """Why a credential is replaced, and the name on the new one where it differs."""

    reason = serializers.ChoiceField(choices=REPLACEMENT_REASONS)
    holder_name = serializers.CharField(max_length=255, required=False, allow_blank=True, default="")
    links_successor = serializers.BooleanField(default=False)


class RenewalSerializer(serializers.Serializer):
    """Where the holder registers for the exam that renews the credential."""

    register_url = serializers.CharField()


class SharingSerializer(serializers.Serializer):
    """What others see beside the credential."""

    shares_statement = serializers.BooleanField()
    links_successor = serializers.BooleanField()


class CorrectionSerializer(serializers.Serializer):
    """A holder's wish to have the name corrected."""

    uuid = serializers.UUIDField(read_only=True)
    credential_uuid = serializers.UUIDField(source="credential.uuid", read_only=True)
    new_name = serializers.CharField(max_length=255)
    why = serializers.CharField(required=False, allow_blank=True, default="")
    links_successor = serializers.BooleanField(default=False)
    state = serializers.CharField(read_only=True)
    answer = serializers.CharField(read_only=True)
    created = serializers.DateTimeField(read_only=True)
    decided_at = serializers.DateTimeField(read_only=True, allow_null=True)


class CorrectionAnswerSerializer(serializers.Serializer):
    """The operator's answer to a wish; a refusal says why."""

    approve = serializers.BooleanField()
    answer = serializers.CharField(required=False, allow_blank=True, default="")


class RevocationSerializer(serializers.Serializer):
    """Why a credential is revoked; shown to everybody."""

    reason = serializers.ChoiceField(choices=REVOCATION_REASONS)


class BatchRevocationSerializer(serializers.Serializer):
    """Credentials to revoke for one public reason."""

    uuids = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=10_000)
    reason = serializers.ChoiceField(choices=REVOCATION_REASONS)


class BulkRequestSerializer(serializers.Serializer):
    """The exam for whose released passes to issue; a dry run only counts."""

    exam_key = serializers.SlugField(max_length=100)
    dry_run = serializers.BooleanField(default=True)


class BulkCountsSerializer(serializers.Serializer):
    """What a bulk issue would do."""

    due = serializers.IntegerField()
    already = serializers.IntegerField()
    not_due = serializers.IntegerField()


class BulkSerializer(serializers.Serializer):
    """A bulk issue with its progress."""

    uuid = serializers.UUIDField()
    exam_key = serializers.CharField()
    state = serializers.CharField()
    created = serializers.DateTimeField()
    total = serializers.IntegerField()
    settled = serializers.IntegerField()
    outcomes = serializers.DictField(child=serializers.IntegerField())


class BodyKeySerializer(serializers.Serializer):
    """A public key of a body and what happened to it; `name` is what stands after # in the DID document."""

    kind = serializers.CharField()
    name = serializers.CharField()
    created = serializers.DateTimeField()
    retired_at = serializers.DateTimeField(allow_null=True)
    compromised_at = serializers.DateTimeField(allow_null=True)


class SignatorySerializer(serializers.Serializer):
    """Who signs for a body, in a term of office."""

    uuid = serializers.UUIDField(read_only=True)
    name = serializers.CharField(max_length=255)
    title = serializers.CharField(max_length=255)
    first_day = serializers.DateField()
    last_day = serializers.DateField(required=False, allow_null=True, default=None)


class TermEndSerializer(serializers.Serializer):
    """The last day of a term of office."""

    last_day = serializers.DateField()


class CompromiseSerializer(serializers.Serializer):
    """A stolen key and since when."""

    name = serializers.CharField(max_length=64)
    at = serializers.DateTimeField()


class VerifyRequestSerializer(serializers.Serializer):
    """An address of ours, or a credential as text: JSON, or a signed token."""

    credential = serializers.CharField(max_length=1_000_000)


class CheckSerializer(serializers.Serializer):
    """One check and how it went."""

    name = serializers.CharField()
    outcome = serializers.CharField()
    reason = serializers.CharField()


class VerifiedSerializer(serializers.Serializer):
    """The verdict; holder and achievement only of a credential that was issued here and is unaltered."""

    answer = serializers.CharField()
    is_erased = serializers.BooleanField()
    checked_at = serializers.DateTimeField()
    holder_name = serializers.CharField(allow_null=True)
    achievement = serializers.CharField(allow_null=True)
    issuer = serializers.CharField(allow_null=True)
    form = serializers.CharField(allow_null=True)
    valid_until = serializers.DateTimeField(allow_null=True)
    checks = CheckSerializer(many=True)


class FindingSerializer(serializers.Serializer):
    """What reconciliation found, and what became of it."""

    kind = serializers.CharField(source="finding.kind")
    object_uuid = serializers.UUIDField(source="finding.object_uuid")
    what = serializers.CharField(source="finding.what")
    repair = serializers.CharField(source="finding.repair")
    repaired = serializers.BooleanField()
    why_not = serializers.CharField()
