"""REST for everybody and for learners: where it counts, and one's own requests."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from credit_transfer import api
from credit_transfer.rest_api.v1 import serializers as shapes
from credit_transfer.rest_api.v1.office_views import valid
from openedx_bridge.rest import SuiteAPIView


class RecognitionsView(SuiteAPIView):
    """Where an achievement, or what an exam leads to, counts."""

    permission_classes = (AllowAny,)

    @extend_schema(
        parameters=[OpenApiParameter("achievement", str), OpenApiParameter("exam", str)],
        responses=shapes.RecognitionsSerializer,
    )
    def get(self, request: Request) -> Response:
        """Agreed, recommended and offers; conditions are those of the caller, unknown for visitors."""
        user_id = request.user.pk if request.user.is_authenticated else None
        exam_key, text = request.query_params.get("exam"), request.query_params.get("achievement")
        if not exam_key and not text:
            raise ValidationError({"achievement": [_("Name an achievement or an exam.")]})
        try:
            achievement_uuid = UUID(text) if text else None
        except ValueError as error:
            raise ValidationError({"achievement": [_("This is no uuid.")]}) from error
        found = api.list_recognitions(achievement_uuid=achievement_uuid, exam_key=exam_key, user_id=user_id)
        return Response(shapes.RecognitionsSerializer(found).data)


class PreviewView(SuiteAPIView):
    """What a request would send."""

    @extend_schema(request=shapes.PreviewQuerySerializer, responses=shapes.PreviewSerializer)
    def post(self, request: Request) -> Response:
        """Show the package and the consent; nothing is stored."""
        data = valid(shapes.PreviewQuerySerializer, request)
        return Response(shapes.PreviewSerializer(api.preview_package(request.user.pk, **data)).data)


class RequestListView(SuiteAPIView):
    """The caller's own requests."""

    @extend_schema(responses=shapes.RequestSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List them, the newest first."""
        return Response(shapes.RequestSerializer(api.list_requests(request.user.pk), many=True).data)

    @extend_schema(request=shapes.NewRequestSerializer, responses={201: shapes.RequestSerializer})
    def post(self, request: Request) -> Response:
        """Send a request, with consent."""
        sent = api.send_request(request.user.pk, **valid(shapes.NewRequestSerializer, request))
        return Response(shapes.RequestSerializer(sent).data, status=201)


class RequestView(SuiteAPIView):
    """One of the caller's own requests."""

    @extend_schema(responses=shapes.RequestSerializer)
    def get(self, request: Request, uuid: UUID) -> Response:
        """Show where it stands."""
        return Response(shapes.RequestSerializer(api.get_request(request.user.pk, request_uuid=uuid)).data)


class WithdrawalView(SuiteAPIView):
    """Taking a consent back."""

    @extend_schema(request=None, responses=shapes.RequestSerializer)
    def post(self, request: Request, uuid: UUID) -> Response:
        """Withdraw the request and end the institution's access."""
        return Response(shapes.RequestSerializer(api.withdraw_request(request.user.pk, request_uuid=uuid)).data)
