"""What the learner's and the staff's endpoints take and give. A candidate's decision holds no counts and no item."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class RegistrationSerializer(serializers.Serializer[Any]):
    """A person's registration."""

    uuid = serializers.UUIDField()
    exam_key = serializers.CharField()
    exam_title = serializers.CharField()
    version_num = serializers.IntegerField()
    legal_name = serializers.CharField()
    state = serializers.CharField()
    fee_policy = serializers.CharField()
    missing_grants = serializers.ListField(child=serializers.CharField())
    attempts_allowed = serializers.IntegerField()
    attempts_used = serializers.IntegerField()
    adjustments_requested = serializers.CharField(allow_blank=True)
    adjustments_answer = serializers.CharField(allow_blank=True)
    extra_time_percent = serializers.IntegerField()


class NewRegistrationSerializer(serializers.Serializer[Any]):
    """What registering takes; `terms_version` is the version that the person was shown and accepted."""

    exam_key = serializers.SlugField()
    legal_name = serializers.CharField(max_length=500)
    adjustments_requested = serializers.CharField(max_length=4000, allow_blank=True, default="")
    terms_version = serializers.CharField(max_length=64)


class LegalNameSerializer(serializers.Serializer[Any]):
    """A corrected name."""

    legal_name = serializers.CharField(max_length=500)


class StartSerializer(serializers.Serializer[Any]):
    """What starting takes."""

    start_code = serializers.CharField(max_length=32, allow_blank=True, default="")


class AttemptSerializer(serializers.Serializer[Any]):
    """An attempt as its person sees it."""

    uuid = serializers.UUIDField()
    registration_uuid = serializers.UUIDField()
    exam_key = serializers.CharField()
    exam_title = serializers.CharField()
    num = serializers.IntegerField()
    questions = serializers.IntegerField()
    state = serializers.CharField()
    started_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    identity = serializers.CharField()
    supervision = serializers.CharField()


class ItemStateSerializer(serializers.Serializer[Any]):
    """How far one item is."""

    position = serializers.IntegerField()
    answered = serializers.BooleanField()
    flagged = serializers.BooleanField()
    next_seq = serializers.IntegerField()


class ItemDeliverySerializer(serializers.Serializer[Any]):
    """How the items come; `position` is the open item where there is no going back, `at_most` the most there are."""

    rule = serializers.CharField()
    can_go_back = serializers.BooleanField()
    at_most = serializers.IntegerField()
    position = serializers.IntegerField(allow_null=True)


class AttemptStateSerializer(serializers.Serializer[Any]):
    """An attempt in progress, with the server's clock to count by."""

    state = serializers.CharField()
    server_now = serializers.CharField()
    ends_at = serializers.CharField()
    seconds_left = serializers.IntegerField()
    accepts_until = serializers.CharField()
    is_writer = serializers.BooleanField()
    delivery = ItemDeliverySerializer()
    items = ItemStateSerializer(many=True)


class ItemInputSerializer(serializers.Serializer[Any]):
    """One input of an item: `name` is its key in the answers."""

    name = serializers.CharField()
    kind = serializers.CharField()
    label = serializers.CharField(allow_blank=True)


class AttemptItemSerializer(serializers.Serializer[Any]):
    """An item during the sitting; the person's answers are filled into the HTML."""

    position = serializers.IntegerField()
    html = serializers.CharField()
    inputs = ItemInputSerializer(many=True)
    flagged = serializers.BooleanField()
    next_seq = serializers.IntegerField()
    malformed = serializers.DictField(child=serializers.CharField())


class AnswerSerializer(serializers.Serializer[Any]):
    """Answers to one item under the client's next number; `answers` maps input names to text or a list of texts."""

    client_seq = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    answers = serializers.JSONField()


class SettleSerializer(serializers.Serializer[Any]):
    """The number of the last stored answer, which counts from now on; 0 for none."""

    client_seq = serializers.IntegerField(min_value=0, max_value=2**31 - 1)


class SettledSerializer(serializers.Serializer[Any]):
    """The item that is open now, or the end; never whether an answer was right."""

    position = serializers.IntegerField(allow_null=True)
    finished = serializers.BooleanField()


class SubmitSerializer(serializers.Serializer[Any]):
    """Whether to end a test that is not decided yet; elsewhere it makes no difference."""

    give_up = serializers.BooleanField(default=False)


class ReceiptSerializer(serializers.Serializer[Any]):
    """What the server has stored; `malformed` names inputs that cannot be read, never right or wrong."""

    position = serializers.IntegerField()
    client_seq = serializers.IntegerField()
    saved_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    server_now = serializers.DateTimeField()
    malformed = serializers.DictField(child=serializers.CharField())


class FlagSerializer(serializers.Serializer[Any]):
    """A flag to come back to an item."""

    flagged = serializers.BooleanField()


class AreaSerializer(serializers.Serializer[Any]):
    """An area of a decision: above, near or below."""

    key = serializers.CharField()
    title = serializers.CharField()
    standing = serializers.CharField()


class DecisionSerializer(serializers.Serializer[Any]):
    """A released decision."""

    uuid = serializers.UUIDField()
    attempt_uuid = serializers.UUIDField()
    exam_key = serializers.CharField()
    exam_title = serializers.CharField()
    passed = serializers.BooleanField()
    scaled_score = serializers.IntegerField(allow_null=True)
    uncertainty_points = serializers.IntegerField(allow_null=True)
    areas = AreaSerializer(many=True)
    missed_floors = serializers.ListField(child=serializers.CharField())
    identity = serializers.CharField()
    supervision = serializers.CharField()
    is_demonstration = serializers.BooleanField()
    sat_at = serializers.DateTimeField()
    released_at = serializers.DateTimeField(allow_null=True)
    state = serializers.CharField()
    reason = serializers.CharField(allow_blank=True)


class StatusSerializer(serializers.Serializer[Any]):
    """Where a person stands with an exam, and the one next step."""

    state = serializers.CharField()
    next_step = serializers.CharField()
    next_url = serializers.CharField()
    deadline = serializers.DateTimeField(allow_null=True)


class TextSerializer(serializers.Serializer[Any]):
    """Words of a person."""

    text = serializers.CharField(max_length=4000)


class ReviewSerializer(serializers.Serializer[Any]):
    """A request for review and its answer."""

    uuid = serializers.UUIDField()
    decision_uuid = serializers.UUIDField()
    text = serializers.CharField()
    deadline = serializers.DateTimeField()
    state = serializers.CharField()
    answer = serializers.CharField(allow_blank=True)


class ReviewAnswerSerializer(serializers.Serializer[Any]):
    """An answer to a review: `credited` maps an item's position to whether it now counts as right; empty: it stands."""

    answer = serializers.CharField(max_length=4000)
    credited = serializers.DictField(child=serializers.BooleanField(), default=dict)


class ReasonSerializer(serializers.Serializer[Any]):
    """A reason that the person is shown."""

    reason = serializers.CharField(max_length=4000)


class VoidSerializer(ReasonSerializer):
    """Why a try is voided, and whether it is given back."""

    our_fault = serializers.BooleanField(default=False)


class AdjustmentsSerializer(serializers.Serializer[Any]):
    """An answer to a request for adjustments."""

    extra_time_percent = serializers.IntegerField(min_value=0, max_value=300)
    answer = serializers.CharField(max_length=4000, allow_blank=True, default="")


class SeatSerializer(serializers.Serializer[Any]):
    """Where the person sits."""

    seat = serializers.CharField(max_length=32, allow_blank=True, default="")


class StartCodeSerializer(serializers.Serializer[Any]):
    """The code, shown this once."""

    start_code = serializers.CharField()


class ReleaseSerializer(serializers.Serializer[Any]):
    """Which decisions to release; none named: all that wait."""

    decisions = serializers.ListField(child=serializers.UUIDField(), required=False)
