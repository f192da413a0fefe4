"""The sitting over REST: state, one item at a time, answers, flags, another device, the end. Nothing is cached."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from mastery_exam import api
from mastery_exam.errors import AnswerUnreadable, AttemptEnded, AttemptNotFound, TimeIsUp
from mastery_exam.models import Attempt, AttemptItem
from mastery_exam.rest_api.v1.bank_views import checked
from mastery_exam.rest_api.v1.devices import device_of
from mastery_exam.rest_api.v1.learner_serializers import (
    AnswerSerializer,
    AttemptItemSerializer,
    AttemptSerializer,
    AttemptStateSerializer,
    FlagSerializer,
    ReceiptSerializer,
    SettledSerializer,
    SettleSerializer,
    SubmitSerializer,
)
from mastery_exam.rest_api.v1.throttles import AnswerThrottle
from mastery_exam.services.answering import last_answers, next_seq, refuse_settled
from mastery_exam.services.delivery import check_stored_answers, render_attempt_item
from mastery_exam.services.devices import holds_attempt
from mastery_exam.services.ending import close_if_due
from mastery_exam.services.progress import attempt_state, is_answered
from mastery_exam.services.sitting import find_attempt_row
from openedx_bridge.rest import SuiteAPIView

MOST_BYTES = 200_000


class SittingView(SuiteAPIView):
    """Base of the views of one attempt: its own person only, and no cache keeps anything of it."""

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Forbid every cache."""
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        return response

    def own_attempt(self, request: Request, attempt_uuid: UUID) -> Attempt:
        """Return the caller's attempt, closed first if it is due; raises AttemptNotFound."""
        find_attempt_row(attempt_uuid, user_id=request.user.pk)
        close_if_due(attempt_uuid)
        return find_attempt_row(attempt_uuid, user_id=request.user.pk)


class AttemptView(SittingView):
    """How far the attempt is."""

    @extend_schema(responses=AttemptStateSerializer)
    def get(self, request: Request, attempt_uuid: UUID) -> Response:
        """Tell the state, the server's time, and which items are answered or flagged."""
        attempt = self.own_attempt(request, attempt_uuid)
        state = attempt_state(attempt, is_writer=holds_attempt(attempt, device_of(request)))
        return Response(AttemptStateSerializer(state).data)


class AttemptItemView(SittingView):
    """One item, during the sitting only."""

    @extend_schema(responses=AttemptItemSerializer)
    def get(self, request: Request, attempt_uuid: UUID, position: int) -> Response:
        """Show the item with the person's answers."""
        attempt = self.own_attempt(request, attempt_uuid)
        refuse_ended(attempt)
        item = attempt.items.select_related("version_item__item_version").filter(position=position).first()
        if item is None:
            raise AttemptNotFound(_("This try has no question %(n)s.") % {"n": position})
        refuse_settled(item)
        item.attempt = attempt
        return Response(AttemptItemSerializer(_item_json(item)).data)


class AnswerView(SittingView):
    """The answers to one item."""

    throttle_classes = (AnswerThrottle,)

    @extend_schema(request=AnswerSerializer, responses=ReceiptSerializer)
    def post(self, request: Request, attempt_uuid: UUID, position: int) -> Response:
        """Append an answer; the receipt is the proof that it is stored."""
        if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
            raise AnswerUnreadable(_("Your answer is too long. Shorten it; what you typed before is still saved."))
        sent = checked(AnswerSerializer(data=request.data))
        receipt = api.save_answer(
            request.user.pk,
            attempt_uuid=attempt_uuid,
            position=position,
            device_token=device_of(request),
            **sent,
        )
        return Response(
            ReceiptSerializer(
                {
                    "position": receipt.position,
                    "client_seq": receipt.client_seq,
                    "saved_at": receipt.saved_at,
                    "ends_at": receipt.ends_at,
                    "server_now": timezone.now(),
                    "malformed": dict(receipt.malformed),
                }
            ).data
        )


class FlagView(SittingView):
    """The flag of one item."""

    @extend_schema(request=FlagSerializer, responses=FlagSerializer)
    def post(self, request: Request, attempt_uuid: UUID, position: int) -> Response:
        """Set or clear it."""
        sent = checked(FlagSerializer(data=request.data))
        flagged = api.flag_item(
            request.user.pk, attempt_uuid=attempt_uuid, position=position, device_token=device_of(request), **sent
        )
        return Response({"flagged": flagged})


# In transactions of its own, which are done again where the database breaks one off; a request's would forbid it.
@method_decorator(transaction.non_atomic_requests, name="dispatch")
class SettleView(SittingView):
    """Leaving an item for good, in an exam without going back."""

    throttle_classes = (AnswerThrottle,)

    @extend_schema(request=SettleSerializer, responses=SettledSerializer)
    def post(self, request: Request, attempt_uuid: UUID, position: int) -> Response:
        """Take its stored answer, and say which item is open next; repeated, it changes nothing."""
        sent = checked(SettleSerializer(data=request.data))
        settled = api.settle_item(
            request.user.pk, attempt_uuid=attempt_uuid, position=position, device_token=device_of(request), **sent
        )
        return Response(SettledSerializer(settled).data)


class TakeOverView(SittingView):
    """Going on with another device."""

    @extend_schema(request=None, responses=AttemptStateSerializer)
    def post(self, request: Request, attempt_uuid: UUID) -> Response:
        """Make the calling device the one that may write."""
        api.take_over(request.user.pk, attempt_uuid=attempt_uuid, device_token=device_of(request))
        attempt = self.own_attempt(request, attempt_uuid)
        return Response(AttemptStateSerializer(attempt_state(attempt, is_writer=True)).data)


class SubmitView(SittingView):
    """The end."""

    @extend_schema(request=SubmitSerializer, responses=AttemptSerializer)
    def post(self, request: Request, attempt_uuid: UUID) -> Response:
        """Submit; repeated, it changes nothing. A test that is not decided yet ends only with `give_up`."""
        sent = checked(SubmitSerializer(data=request.data))
        attempt = api.submit_attempt(
            request.user.pk, attempt_uuid=attempt_uuid, device_token=device_of(request), **sent
        )
        return Response(AttemptSerializer(attempt).data)


def refuse_ended(attempt: Attempt) -> None:
    """Raise TimeIsUp or AttemptEnded once nothing of the items may be shown any more."""
    if attempt.state == Attempt.State.CLOSED_BY_TIME:
        raise TimeIsUp(_("Time is up. We submitted what you had answered."))
    if attempt.state != Attempt.State.IN_PROGRESS:
        raise AttemptEnded(_("This try has ended. Nothing more can be changed."))


def _item_json(item: AttemptItem) -> dict[str, Any]:
    def url_of(sha256: str, name: str) -> str:
        return reverse("mastery_exam:attempt-file", args=[item.attempt.uuid, sha256, name])

    answers = last_answers(item)
    rendered = render_attempt_item(item, answers=answers, files_url=url_of)
    return {
        "position": item.position,
        "html": rendered.html,
        "inputs": [{"name": field.name, "kind": str(field.kind), "label": field.label} for field in rendered.inputs],
        "flagged": item.flagged,
        "next_seq": next_seq(item),
        "malformed": check_stored_answers(item, answers) if is_answered(answers) else {},
    }
