"""Shapes of the REST API, version 1."""

from rest_framework import serializers


class ProgrammeSerializer(serializers.Serializer):
    """A programme; `rules` is the requirement tree of the newest version."""

    uuid = serializers.UUIDField(read_only=True)
    key = serializers.SlugField(max_length=100)
    title = serializers.CharField(max_length=255)
    summary = serializers.CharField(required=False, allow_blank=True, default="")
    organisation = serializers.CharField(required=False, allow_blank=True, default="", max_length=255)
    completion_gives = serializers.CharField(required=False, allow_blank=True, default="")
    status = serializers.CharField(read_only=True)
    version_num = serializers.IntegerField(read_only=True, allow_null=True)
    rules = serializers.JSONField(read_only=True)
    url = serializers.CharField(read_only=True)


class ProgrammeTextsSerializer(serializers.Serializer):
    """What people read about a programme."""

    title = serializers.CharField(max_length=255)
    summary = serializers.CharField(allow_blank=True)
    organisation = serializers.CharField(allow_blank=True, max_length=255)
    completion_gives = serializers.CharField(allow_blank=True)


class RulesSerializer(serializers.Serializer):
    """The requirement tree to publish."""

    rules = serializers.JSONField()


class RouteSerializer(serializers.Serializer):
    """One way to fill a slot."""

    kind = serializers.CharField()
    reference = serializers.CharField()
    title = serializers.CharField()
    url = serializers.CharField()
    least_text = serializers.CharField()
    satisfied = serializers.BooleanField()
    note = serializers.CharField()


class SlotSerializer(serializers.Serializer):
    """One slot and where the learner stands with it."""

    key = serializers.CharField()
    title = serializers.CharField()
    state = serializers.CharField()
    routes = RouteSerializer(many=True)
    met_by = serializers.CharField()
    met_at = serializers.DateTimeField(allow_null=True)


class ProgressSerializer(serializers.Serializer):
    """A learner's progress."""

    programme = ProgrammeSerializer()
    version_num = serializers.IntegerField()
    is_member = serializers.BooleanField()
    joined_at = serializers.DateTimeField(allow_null=True)
    done = serializers.IntegerField()
    needed = serializers.IntegerField()
    slots = SlotSerializer(many=True)
    completion_uuid = serializers.UUIDField(allow_null=True)
    completed_at = serializers.DateTimeField(allow_null=True)
    next_step = serializers.ListField(child=serializers.CharField(), allow_null=True)


class CompletionSerializer(serializers.Serializer):
    """A completed programme."""

    uuid = serializers.UUIDField()
    programme_key = serializers.CharField()
    programme_title = serializers.CharField()
    version_num = serializers.IntegerField()
    completed_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    identity = serializers.CharField()
    supervision = serializers.CharField()
    is_demonstration = serializers.BooleanField()
