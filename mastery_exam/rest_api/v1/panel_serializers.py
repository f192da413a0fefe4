"""What the endpoints of standard setting take and give."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from mastery_exam.models import RatingPanel


class NewPanelSerializer(serializers.Serializer[Any]):
    """A panel to begin; a bookmark panel stands on a calibration of the bank, the newest by default."""

    method = serializers.ChoiceField(RatingPanel.Method.choices, required=False)
    held_on = serializers.DateField(required=False)
    calibration_num = serializers.IntegerField(required=False, min_value=1)
    keep_ratings = serializers.BooleanField(required=False)


class NewJudgeSerializer(serializers.Serializer[Any]):
    """Whom to invite, and as what the public is told about the judge."""

    username = serializers.CharField(max_length=150)
    role = serializers.CharField(max_length=80)


class JudgeSerializer(serializers.Serializer[Any]):
    """A judge's seat; `label` is the role with its number."""

    uuid = serializers.UUIDField()
    label = serializers.CharField()


class JudgePanelSerializer(serializers.Serializer[Any]):
    """A panel as one of its judges sees it."""

    uuid = serializers.UUIDField()
    title = serializers.CharField()
    num = serializers.IntegerField()
    method = serializers.CharField()
    label = serializers.CharField()
    open_round = serializers.IntegerField(allow_null=True)
    rated = serializers.IntegerField()
    n_items = serializers.IntegerField()
    held_on = serializers.DateField(allow_null=True)
    bookmark = serializers.IntegerField(allow_null=True)
    limits = serializers.DictField(child=serializers.CharField(), allow_null=True)


class JudgeItemSerializer(serializers.Serializer[Any]):
    """A question of a panel with the caller's own rating, in percent."""

    uuid = serializers.UUIDField()
    position = serializers.IntegerField()
    title = serializers.CharField()
    area_title = serializers.CharField()
    percent = serializers.DecimalField(max_digits=7, decimal_places=2, allow_null=True)
    rated_now = serializers.BooleanField()


class SpreadSerializer(serializers.Serializer[Any]):
    """All judges' ratings of a question in the round before, in percent, no name on any."""

    values = serializers.ListField(child=serializers.FloatField())
    mean = serializers.FloatField()
    n = serializers.IntegerField()
    p = serializers.FloatField(allow_null=True)


class JudgeQuestionSerializer(serializers.Serializer[Any]):
    """A question as candidates meet it, without its answer."""

    html = serializers.CharField()
    spread = SpreadSerializer(allow_null=True)


class NewRatingSerializer(serializers.Serializer[Any]):
    """The chance in percent, at most two decimals, that a person who is just good enough is right."""

    percent = serializers.CharField(max_length=20)


class RatingReceiptSerializer(serializers.Serializer[Any]):
    """What is stored, and since when."""

    item_uuid = serializers.UUIDField()
    panel_round = serializers.IntegerField()
    percent = serializers.DecimalField(max_digits=7, decimal_places=2)
    saved_at = serializers.DateTimeField()


class BookmarkSerializer(serializers.Serializer[Any]):
    """After which question, the easiest first, the bookmark stands."""

    place = serializers.IntegerField(min_value=1)


class LimitsSerializer(serializers.Serializer[Any]):
    """The least and largest acceptable pass mark and share that fails, in percent."""

    least_cut = serializers.CharField(max_length=10)
    most_cut = serializers.CharField(max_length=10)
    least_fail = serializers.CharField(max_length=10)
    most_fail = serializers.CharField(max_length=10)
