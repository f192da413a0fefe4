"""Registering, the learner's own records, and starting, over REST. Everything is the caller's own, or 404."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.decorators import method_decorator
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from mastery_exam import api
from mastery_exam.rest_api.v1.bank_views import checked
from mastery_exam.rest_api.v1.devices import device_of
from mastery_exam.rest_api.v1.learner_serializers import (
    AttemptSerializer,
    DecisionSerializer,
    LegalNameSerializer,
    NewRegistrationSerializer,
    RegistrationSerializer,
    ReviewSerializer,
    StartSerializer,
    StatusSerializer,
    TextSerializer,
)
from mastery_exam.rest_api.v1.throttles import StartThrottle
from mastery_exam.services.sitting import find_registration_row, registration_data
from openedx_bridge.rest import SuiteAPIView


class PingView(SuiteAPIView):
    """The network test at check-in."""

    permission_classes = (AllowAny,)

    @extend_schema(responses=OpenApiResponse(description="Always an empty object."))
    def get(self, request: Request) -> Response:
        """Answer at once."""
        return Response({}, headers={"Cache-Control": "no-store"})


class StatusView(SuiteAPIView):
    """Where the caller stands with an exam."""

    @extend_schema(responses=StatusSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """Say the state and the one next step."""
        return Response(StatusSerializer(api.learner_status(request.user.pk, exam_key=slug)).data)


class RegistrationListView(SuiteAPIView):
    """The caller's registrations."""

    @extend_schema(responses=RegistrationSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List them, the newest first."""
        return Response(RegistrationSerializer(api.list_registrations(request.user.pk), many=True).data)

    @extend_schema(request=NewRegistrationSerializer, responses={201: RegistrationSerializer})
    def post(self, request: Request) -> Response:
        """Register; an open registration is returned as it is."""
        sent = checked(NewRegistrationSerializer(data=request.data))
        return Response(RegistrationSerializer(api.register(request.user.pk, **sent)).data, status=201)


class RegistrationDetailView(SuiteAPIView):
    """One registration of the caller's."""

    @extend_schema(responses=RegistrationSerializer)
    def get(self, request: Request, registration_uuid: UUID) -> Response:
        """Show it."""
        row = find_registration_row(registration_uuid, user_id=request.user.pk)
        return Response(RegistrationSerializer(registration_data(row)).data)

    @extend_schema(request=LegalNameSerializer, responses=RegistrationSerializer)
    def patch(self, request: Request, registration_uuid: UUID) -> Response:
        """Correct the name, until the start."""
        sent = checked(LegalNameSerializer(data=request.data))
        registration = api.change_legal_name(request.user.pk, registration_uuid=registration_uuid, **sent)
        return Response(RegistrationSerializer(registration).data)

    @extend_schema(responses=RegistrationSerializer)
    def delete(self, request: Request, registration_uuid: UUID) -> Response:
        """Give the registration up, until the start; it stays in the records as cancelled."""
        registration = api.cancel_registration(request.user.pk, registration_uuid=registration_uuid)
        return Response(RegistrationSerializer(registration).data)


# In transactions of its own, which are done again where the database breaks one off; a request's would forbid it.
@method_decorator(transaction.non_atomic_requests, name="dispatch")
class StartView(SuiteAPIView):
    """The start of the clock."""

    throttle_classes = (StartThrottle,)

    @extend_schema(request=StartSerializer, responses={201: AttemptSerializer})
    def post(self, request: Request, registration_uuid: UUID) -> Response:
        """Start the attempt, or return the one in progress. The device is named by cookie or X-Mastery-Device."""
        sent = checked(StartSerializer(data=request.data))
        attempt = api.start_attempt(
            request.user.pk,
            registration_uuid=registration_uuid,
            start_code=sent["start_code"],
            device_token=device_of(request),
        )
        data = AttemptSerializer(attempt).data | {"url": reverse("mastery_exam:runner", args=[attempt.uuid])}
        return Response(data, status=201)


class DecisionListView(SuiteAPIView):
    """The caller's decisions."""

    @extend_schema(responses=DecisionSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List those that were ever released."""
        return Response(DecisionSerializer(api.list_decisions(request.user.pk), many=True).data)


class ReviewRequestView(SuiteAPIView):
    """A review of the caller's decision by a person."""

    @extend_schema(request=TextSerializer, responses={201: ReviewSerializer})
    def post(self, request: Request, decision_uuid: UUID) -> Response:
        """Ask for it."""
        sent = checked(TextSerializer(data=request.data))
        review = api.request_review(request.user.pk, decision_uuid=decision_uuid, text=sent["text"])
        return Response(ReviewSerializer(review).data, status=201)


class MyAnswersView(SuiteAPIView):
    """The caller's own answers."""

    @extend_schema(responses=OpenApiResponse(description="Try by try: what was answered and when; no question."))
    def get(self, request: Request) -> Response:
        """Hand them out."""
        return Response({"tries": api.export_answers(request.user.pk)}, headers={"Cache-Control": "no-store"})
