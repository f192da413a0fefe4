"""Working on an exam's sittings over REST: release, reviews, voiding, adjustments, start codes. Each asks rules."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from mastery_exam import api
from mastery_exam.errors import InvalidInput
from mastery_exam.rest_api.v1.bank_views import checked
from mastery_exam.rest_api.v1.learner_serializers import (
    AdjustmentsSerializer,
    AttemptSerializer,
    DecisionSerializer,
    ReasonSerializer,
    RegistrationSerializer,
    ReleaseSerializer,
    ReviewAnswerSerializer,
    ReviewSerializer,
    SeatSerializer,
    StartCodeSerializer,
    VoidSerializer,
)
from mastery_exam.services.releasing import refuse_stranger
from mastery_exam.services.sitting import find_attempt_row, find_registration_row
from openedx_bridge.rest import SuiteAPIView


class ReleaseView(SuiteAPIView):
    """Decisions that wait for the check."""

    @extend_schema(request=ReleaseSerializer, responses=DecisionSerializer(many=True))
    def post(self, request: Request, slug: str) -> Response:
        """Release those named, or all; answers with what was released."""
        sent = checked(ReleaseSerializer(data=request.data))
        released = api.release_decisions(slug, actor_id=request.user.pk, decision_uuids=sent.get("decisions"))
        return Response(DecisionSerializer(released, many=True).data)


class ReviewListView(SuiteAPIView):
    """The exam's requests for review."""

    @extend_schema(responses=ReviewSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """List them by deadline."""
        return Response(ReviewSerializer(api.list_reviews(slug, actor_id=request.user.pk), many=True).data)


class ReviewAnswerView(SuiteAPIView):
    """The answer to a request for review."""

    @extend_schema(request=ReviewAnswerSerializer, responses=DecisionSerializer)
    def post(self, request: Request, review_uuid: UUID) -> Response:
        """Answer it; answers with the decision that now stands."""
        sent = checked(ReviewAnswerSerializer(data=request.data))
        if not all(key.isdecimal() for key in sent["credited"]):
            raise InvalidInput(_("Name the questions by their numbers."))
        credited = {int(key): value for key, value in sent["credited"].items()}
        decision = api.answer_review(review_uuid, actor_id=request.user.pk, answer=sent["answer"], credited=credited)
        return Response(DecisionSerializer(decision).data)


class WithdrawDecisionView(SuiteAPIView):
    """The end of a decision."""

    @extend_schema(request=ReasonSerializer, responses=DecisionSerializer)
    def post(self, request: Request, decision_uuid: UUID) -> Response:
        """Withdraw it, with a reason."""
        sent = checked(ReasonSerializer(data=request.data))
        decision = api.withdraw_decision(decision_uuid, actor_id=request.user.pk, reason=sent["reason"])
        return Response(DecisionSerializer(decision).data)


class VoidView(SuiteAPIView):
    """Voiding a try."""

    @extend_schema(request=VoidSerializer, responses=AttemptSerializer)
    def post(self, request: Request, attempt_uuid: UUID) -> Response:
        """Void it; with `our_fault` the try is given back."""
        refuse_stranger(find_attempt_row(attempt_uuid).exam, request.user.pk)
        sent = checked(VoidSerializer(data=request.data))
        return Response(AttemptSerializer(api.void_attempt(attempt_uuid, actor_id=request.user.pk, **sent)).data)


class AdjustmentsView(SuiteAPIView):
    """The answer to a request for adjustments."""

    @extend_schema(request=AdjustmentsSerializer, responses=RegistrationSerializer)
    def post(self, request: Request, registration_uuid: UUID) -> Response:
        """Give extra time in percent, or none, with words."""
        refuse_stranger(find_registration_row(registration_uuid).exam, request.user.pk)
        sent = checked(AdjustmentsSerializer(data=request.data))
        registration = api.approve_adjustments(registration_uuid, actor_id=request.user.pk, **sent)
        return Response(RegistrationSerializer(registration).data)


class StartCodeView(SuiteAPIView):
    """Letting a person in."""

    @extend_schema(request=SeatSerializer, responses={201: StartCodeSerializer})
    def post(self, request: Request, registration_uuid: UUID) -> Response:
        """Confirm the identity in person; answers with the code, this once."""
        sent = checked(SeatSerializer(data=request.data))
        code = api.issue_start_code(registration_uuid, actor_id=request.user.pk, seat=sent["seat"])
        return Response({"start_code": code}, status=201, headers={"Cache-Control": "no-store"})
