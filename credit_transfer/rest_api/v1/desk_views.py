"""REST for a registrar's own system: the link from the mail is the key, as on the desk's page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import attrs
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from credit_transfer import api
from credit_transfer.errors import TooManyTries
from credit_transfer.rest_api.v1 import serializers as shapes
from credit_transfer.rest_api.v1.office_views import valid
from credit_transfer.services.package import open_package
from credit_transfer.services.throttle import is_throttled
from openedx_bridge.rest import SuiteAPIView
from paid_certificate import api as certificates


class DeskAPIView(SuiteAPIView):
    """No login: whoever has the link; a brake and headers that keep it secret."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Brake first."""
        super().initial(request, *args, **kwargs)
        if is_throttled(request):
            raise TooManyTries(_("Too many calls from here. Wait a minute and try again."))

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Keep the answer out of indexes and caches."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        answer["Cache-Control"] = "private, no-store"
        answer["Referrer-Policy"] = "no-referrer"
        return answer


class DeskView(DeskAPIView):
    """What a link opens."""

    @extend_schema(responses=shapes.DeskSerializer)
    def get(self, request: Request, token: str, uuid: UUID | None = None) -> Response:
        """Show one request and the other open ones of the institution."""
        found = api.open_desk(token, request_uuid=uuid, what="api")
        verdict = None
        values = {field.name: getattr(found, field.name) for field in attrs.fields(type(found))}
        if found.request is not None:
            verdict = str(certificates.verify_issued(found.request.credential_uuid).answer)
            values["request"] = attrs.evolve(found.request, package=open_package(found.request.package))
        return Response(shapes.DeskSerializer(values | {"verdict": verdict}).data)


class CodeView(DeskAPIView):
    """The one-time code for an answer."""

    @extend_schema(request=None, responses={202: shapes.CodeSentSerializer})
    def post(self, request: Request, token: str, uuid: UUID) -> Response:
        """Mail a code to the office."""
        return Response({"address": api.request_code(token, request_uuid=uuid)}, status=202)


class AnswerView(DeskAPIView):
    """The institution's answer."""

    @extend_schema(request=shapes.NewAnswerSerializer, responses={201: shapes.AnswerSerializer})
    def post(self, request: Request, token: str, uuid: UUID) -> Response:
        """Answer, or amend an answer."""
        data = valid(shapes.NewAnswerSerializer, request)
        return Response(shapes.AnswerSerializer(api.answer_request(token, request_uuid=uuid, **data)).data, status=201)


class NewLinkView(DeskAPIView):
    """A new link instead of one that has ended."""

    @extend_schema(request=None, responses={202: None})
    def post(self, request: Request, token: str) -> Response:
        """Mail it to the registered address of the office."""
        api.send_new_link(token)
        return Response(status=202)
