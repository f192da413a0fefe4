"""What the public catalogue and the authors' endpoints take and give."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class CompetencyInfoSerializer(serializers.Serializer[Any]):
    """An area of a published exam."""

    key = serializers.CharField()
    title = serializers.CharField()
    outcome = serializers.CharField()
    weight = serializers.DecimalField(max_digits=5, decimal_places=4, rounding="ROUND_HALF_UP")
    num_items = serializers.IntegerField()
    least_marks = serializers.IntegerField()
    case_url = serializers.CharField()


class ExamSummarySerializer(serializers.Serializer[Any]):
    """An exam in one card."""

    uuid = serializers.UUIDField()
    key = serializers.CharField()
    title = serializers.CharField()
    subject = serializers.CharField()
    language = serializers.CharField()
    summary = serializers.CharField()
    body_org = serializers.CharField()
    minutes = serializers.IntegerField()
    questions = serializers.IntegerField()
    least_questions = serializers.IntegerField()
    pilot_questions = serializers.IntegerField()
    marks_needed = serializers.IntegerField(allow_null=True)
    delivery = serializers.CharField()
    delivery_rule = serializers.CharField()
    is_demonstration = serializers.BooleanField()
    is_provisional = serializers.BooleanField()
    version_num = serializers.IntegerField()
    fee_policy = serializers.CharField()
    identity_policy = serializers.CharField()
    supervision = serializers.CharField()
    max_attempts = serializers.IntegerField()
    wait_days = serializers.IntegerField()
    status = serializers.CharField()
    published_at = serializers.DateTimeField()
    registration_opens_at = serializers.DateTimeField(allow_null=True)
    successor_key = serializers.CharField(allow_null=True)
    url = serializers.CharField()
    competencies = CompetencyInfoSerializer(many=True)


class PassMarkSerializer(serializers.Serializer[Any]):
    """How the pass mark was set."""

    method = serializers.CharField()
    judges = serializers.ListField(child=serializers.CharField())
    rounds = serializers.IntegerField()
    held_on = serializers.CharField()
    released_on = serializers.CharField()
    provisional = serializers.BooleanField()
    share_percent = serializers.IntegerField(allow_null=True)


class ExamDetailSerializer(ExamSummarySerializer):
    """Everything that is told before registering."""

    what_passing_shows = serializers.CharField()
    can_go_back = serializers.BooleanField()
    pass_mark = PassMarkSerializer()
    adjustments = serializers.ListField(child=serializers.CharField())
    rules = serializers.CharField()
    appeals = serializers.CharField()
    terms_text = serializers.CharField()
    terms_version = serializers.CharField()
    release_policy = serializers.CharField()
    release_hours = serializers.IntegerField()
    num_practice = serializers.IntegerField()


class BankSerializer(serializers.Serializer[Any]):
    """A bank as its authors see it."""

    uuid = serializers.UUIDField(read_only=True)
    title = serializers.CharField(max_length=255)
    owner_org = serializers.CharField(max_length=255, required=False, allow_blank=True, default="")
    source_kind = serializers.CharField(read_only=True)
    source_key = serializers.CharField(read_only=True)
    framework_key = serializers.CharField(read_only=True)
    num_items = serializers.IntegerField(read_only=True)
    num_undeliverable = serializers.IntegerField(read_only=True)


class RefusalSerializer(serializers.Serializer[Any]):
    """One thing in the way, and its remedy."""

    item_key = serializers.CharField(allow_null=True)
    code = serializers.CharField()
    message = serializers.CharField()
    remedy = serializers.CharField()


class ItemSerializer(serializers.Serializer[Any]):
    """An item of a bank; its text is not given."""

    uuid = serializers.UUIDField()
    key = serializers.CharField()
    title = serializers.CharField()
    competency_key = serializers.CharField(allow_null=True)
    is_practice = serializers.BooleanField()
    is_pilot = serializers.BooleanField()
    seen_before = serializers.BooleanField()
    retired = serializers.BooleanField()
    version_num = serializers.IntegerField()
    response_types = serializers.ListField(child=serializers.CharField())
    parts = serializers.IntegerField()
    refusals = RefusalSerializer(many=True)
    rating = serializers.DecimalField(max_digits=5, decimal_places=4, rounding="ROUND_HALF_UP", allow_null=True)
    judges = serializers.IntegerField()


class ItemChangeSerializer(serializers.Serializer[Any]):
    """What may be changed of an item; what is absent stays."""

    competency_key = serializers.CharField(required=False, allow_blank=True, max_length=100)
    is_practice = serializers.BooleanField(required=False)
    is_pilot = serializers.BooleanField(required=False)
    seen_before = serializers.BooleanField(required=False)
    retired = serializers.BooleanField(required=False)
    enemies = serializers.ListField(child=serializers.CharField(max_length=255), required=False, max_length=1000)


class ImportProblemSerializer(serializers.Serializer[Any]):
    """One thing that was left out, and why."""

    line = serializers.IntegerField()
    name = serializers.CharField()
    message = serializers.CharField()


class ImportReportSerializer(serializers.Serializer[Any]):
    """What an import did, by key."""

    added = serializers.ListField(child=serializers.CharField())
    updated = serializers.ListField(child=serializers.CharField())
    unchanged = serializers.ListField(child=serializers.CharField())
    undeliverable = serializers.ListField(child=serializers.CharField())
    left_out = ImportProblemSerializer(many=True)


class ImportSourceSerializer(serializers.Serializer[Any]):
    """Either an export as `file`, or a content library by its key."""

    file = serializers.FileField(required=False)
    library_key = serializers.CharField(required=False, max_length=255)
    collection = serializers.CharField(required=False, allow_blank=True, max_length=255)


class TableSerializer(serializers.Serializer[Any]):
    """A table as an uploaded `file` or as `text`: CSV, or for competencies a CASE package in JSON."""

    file = serializers.FileField(required=False)
    text = serializers.CharField(required=False, trim_whitespace=False)


class CompetencySerializer(serializers.Serializer[Any]):
    """An area of a bank's framework."""

    key = serializers.CharField(max_length=100)
    title = serializers.CharField(max_length=255)
    outcome = serializers.CharField(required=False, allow_blank=True, default="")
    case_url = serializers.CharField(required=False, allow_blank=True, default="", max_length=500)
    num = serializers.IntegerField(read_only=True)


class PanelSerializer(serializers.Serializer[Any]):
    """A standard setting."""

    uuid = serializers.UUIDField()
    num = serializers.IntegerField()
    method = serializers.CharField()
    judges = serializers.ListField(child=serializers.CharField())
    rounds = serializers.IntegerField()
    held_on = serializers.DateField(allow_null=True)
    releases = serializers.IntegerField()
    released_at = serializers.DateTimeField(allow_null=True)
    open_round = serializers.IntegerField(allow_null=True)
    is_frozen = serializers.BooleanField()


class DraftSerializer(serializers.Serializer[Any]):
    """An exam as its authors see it; `settings` are those of the next version."""

    uuid = serializers.UUIDField()
    key = serializers.CharField()
    title = serializers.CharField()
    subject = serializers.CharField()
    language = serializers.CharField()
    summary = serializers.CharField()
    owner_org = serializers.CharField()
    course_key = serializers.CharField(allow_null=True)
    bank_uuid = serializers.UUIDField()
    status = serializers.CharField()
    is_demonstration = serializers.BooleanField()
    registration_opens_at = serializers.DateTimeField(allow_null=True)
    settings = serializers.DictField()


class NewExamSerializer(serializers.Serializer[Any]):
    """A new exam; `settings` as in the draft, all optional."""

    key = serializers.CharField(max_length=100)
    title = serializers.CharField(max_length=255)
    bank_uuid = serializers.UUIDField()
    settings = serializers.DictField(required=False, default=dict)


class DraftChangeSerializer(serializers.Serializer[Any]):
    """What may be changed of a draft; what is absent stays."""

    title = serializers.CharField(required=False, max_length=255)
    subject = serializers.CharField(required=False, allow_blank=True, max_length=100)
    language = serializers.CharField(required=False, max_length=35)
    summary = serializers.CharField(required=False, allow_blank=True)
    owner_org = serializers.CharField(required=False, allow_blank=True, max_length=255)
    course_key = serializers.CharField(required=False, allow_blank=True, allow_null=True, max_length=255)
    registration_opens_at = serializers.DateTimeField(required=False, allow_null=True)
    settings = serializers.DictField(required=False, default=dict)


class ReadinessSerializer(serializers.Serializer[Any]):
    """What blocks publishing, and what else to know."""

    refusals = RefusalSerializer(many=True)
    notes = RefusalSerializer(many=True)


class WithdrawSerializer(serializers.Serializer[Any]):
    """Why an exam is withdrawn, and what follows it."""

    reason = serializers.CharField()
    successor_key = serializers.CharField(required=False, allow_blank=True, max_length=100)
