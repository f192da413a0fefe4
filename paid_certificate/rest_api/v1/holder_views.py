"""REST: what a holder decides about a credential, and the operator's answer to a wish to correct the name."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from openedx_bridge.rest import SuiteAPIView
from paid_certificate import api
from paid_certificate.data import CorrectionState
from paid_certificate.errors import CredentialNotFound, DeskOnly
from paid_certificate.rest_api.v1 import serializers as shapes
from paid_certificate.rules import can_run_bodies


class CredentialTokenView(SuiteAPIView):
    """A credential as tokens."""

    @extend_schema(responses=shapes.TokensSerializer)
    def get(self, request: Request, uuid: UUID) -> Response:
        """Show the credential's and the result statement's; for the holder, since the statement tells the score."""
        if api.get_credential(uuid).user_id != request.user.pk:
            raise CredentialNotFound(_("There is no such credential of yours."))
        tokens = {"credential": api.get_token(uuid), "statement": api.get_statement_token(uuid)}
        return Response(shapes.TokensSerializer(tokens).data)


class CredentialReplacementView(SuiteAPIView):
    """Replacing a credential."""

    @extend_schema(request=shapes.ReplacementSerializer, responses={201: shapes.CredentialSerializer})
    def post(self, request: Request, uuid: UUID) -> Response:
        """Supersede it and return the new award."""
        require_issuer(request)
        data = read_body(shapes.ReplacementSerializer, request)
        found = api.supersede_credential(uuid, actor_id=request.user.pk, **data)
        return Response(shapes.CredentialSerializer(found).data, status=201)


class CredentialRenewalView(SuiteAPIView):
    """Renewing a credential, or bettering a statement of accomplishment."""

    @extend_schema(request=None, responses=shapes.RenewalSerializer)
    def post(self, request: Request, uuid: UUID) -> Response:
        """Let its holder sit the exam again, and say where to register; the credential stays as it is until a pass."""
        url = api.open_renewal(request.user.pk, credential_uuid=uuid)
        return Response(shapes.RenewalSerializer({"register_url": url}).data)


class CredentialSharingView(SuiteAPIView):
    """What others see beside a credential."""

    @extend_schema(request=shapes.SharingSerializer, responses=shapes.CredentialSerializer)
    def put(self, request: Request, uuid: UUID) -> Response:
        """Set both switches; for the holder."""
        data = read_body(shapes.SharingSerializer, request)
        return Response(
            shapes.CredentialSerializer(api.set_sharing(request.user.pk, credential_uuid=uuid, **data)).data
        )


class CredentialCorrectionView(SuiteAPIView):
    """The wishes to correct the name on one credential."""

    @extend_schema(responses=shapes.CorrectionSerializer(many=True))
    def get(self, request: Request, uuid: UUID) -> Response:
        """List them, for the holder and those who issue."""
        if api.get_credential(uuid).user_id != request.user.pk and not can_run_bodies(request.user):
            raise CredentialNotFound(_("There is no such credential of yours."))
        return Response(shapes.CorrectionSerializer(api.list_corrections(credential_uuid=uuid), many=True).data)

    @extend_schema(request=shapes.CorrectionSerializer, responses={201: shapes.CorrectionSerializer})
    def post(self, request: Request, uuid: UUID) -> Response:
        """Ask for another name; for the holder."""
        data = read_body(shapes.CorrectionSerializer, request)
        wish = api.ask_name_correction(request.user.pk, credential_uuid=uuid, **data)
        return Response(shapes.CorrectionSerializer(wish).data, status=201)


class CorrectionListView(SuiteAPIView):
    """The wishes that wait for an answer."""

    @extend_schema(responses=shapes.CorrectionSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List them, oldest first."""
        require_issuer(request)
        return Response(shapes.CorrectionSerializer(api.list_corrections(state=CorrectionState.OPEN), many=True).data)


class CorrectionAnswerView(SuiteAPIView):
    """The answer to a wish."""

    @extend_schema(request=shapes.CorrectionAnswerSerializer, responses=shapes.CorrectionSerializer)
    def post(self, request: Request, uuid: UUID) -> Response:
        """Approve it, which replaces the credential, or refuse it and say why."""
        require_issuer(request)
        data = read_body(shapes.CorrectionAnswerSerializer, request)
        if data["approve"]:
            wish = api.approve_name_correction(uuid, actor_id=request.user.pk)
        else:
            wish = api.refuse_name_correction(uuid, actor_id=request.user.pk, answer=data["answer"])
        return Response(shapes.CorrectionSerializer(wish).data)


def require_issuer(request: Request) -> None:
    """Raise DeskOnly unless the caller may issue credentials."""
    if not can_run_bodies(request.user):
        raise DeskOnly(_("Only the operator's staff who issue credentials may do this."))


def read_body(serializer_class: type, request: Request) -> dict[str, Any]:
    """The request's data in the shape asked for; anything else is answered with 400."""
    serializer = serializer_class(data=request.data)
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data
