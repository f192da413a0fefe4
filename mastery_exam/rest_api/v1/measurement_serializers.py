"""What the simulation and measurement endpoints take and give."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from mastery_exam.rest_api.v1.author_serializers import RefusalSerializer


class NewSimulationSerializer(serializers.Serializer[Any]):
    """What to simulate; `mean`, `sd` and `judges_error` in logits from the pass mark."""

    n_candidates = serializers.IntegerField(required=False)
    mean = serializers.FloatField(required=False)
    sd = serializers.FloatField(required=False)
    judges_error = serializers.FloatField(required=False)


class AssumptionsSerializer(serializers.Serializer[Any]):
    """What a simulation takes for granted."""

    mean = serializers.FloatField()
    sd = serializers.FloatField()
    judges_error = serializers.FloatField()
    max_attempts = serializers.IntegerField()


class SimulationSerializer(serializers.Serializer[Any]):
    """A simulation: how far it is, and its report once it is done."""

    uuid = serializers.UUIDField()
    exam_key = serializers.CharField()
    version_num = serializers.IntegerField(allow_null=True)
    state = serializers.CharField()
    done = serializers.IntegerField()
    total = serializers.IntegerField()
    assumptions = AssumptionsSerializer()
    report = serializers.DictField()
    refusals = RefusalSerializer(many=True)
    is_current = serializers.BooleanField()
    created = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class VersionQuerySerializer(serializers.Serializer[Any]):
    """Which version; the newest where it is absent."""

    version = serializers.IntegerField(required=False, min_value=1)
