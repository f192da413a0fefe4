"""REST API of micromasters_pathway, version 1."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from micromasters_pathway import api
from micromasters_pathway.errors import ProgrammeNotYours
from micromasters_pathway.rest_api.v1.serializers import (
    CompletionSerializer,
    ProgrammeSerializer,
    ProgrammeTextsSerializer,
    ProgressSerializer,
    RulesSerializer,
)
from micromasters_pathway.rules import can_create_programme
from openedx_bridge.rest import SuiteAPIView


class ProgrammeListView(SuiteAPIView):
    """The public programmes; authors create new ones."""

    def get_permissions(self) -> list[Any]:
        """Reading needs no login."""
        return [AllowAny()] if self.request.method in ("GET", "HEAD", "OPTIONS") else super().get_permissions()

    @extend_schema(responses=ProgrammeSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the public programmes."""
        return Response(ProgrammeSerializer(api.list_programmes(), many=True).data)

    @extend_schema(request=ProgrammeSerializer, responses={201: ProgrammeSerializer})
    def post(self, request: Request) -> Response:
        """Create a draft programme."""
        if not can_create_programme(request.user):
            raise ProgrammeNotYours(_("Only course authors may write programmes. Ask the site's staff for the right."))
        serializer = ProgrammeSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        programme = api.create_programme(actor_id=request.user.pk, **serializer.validated_data)
        return Response(ProgrammeSerializer(programme).data, status=201)


class ProgrammeView(SuiteAPIView):
    """One public programme; its authors change what people read about it."""

    def get_permissions(self) -> list[Any]:
        """Reading needs no login."""
        return [AllowAny()] if self.request.method in ("GET", "HEAD", "OPTIONS") else super().get_permissions()

    @extend_schema(responses=ProgrammeSerializer)
    def get(self, request: Request, key: str) -> Response:
        """Show the programme and its newest rules."""
        return Response(ProgrammeSerializer(api.get_programme(key)).data)

    @extend_schema(request=ProgrammeTextsSerializer, responses=ProgrammeSerializer)
    def patch(self, request: Request, key: str) -> Response:
        """Change the title and the texts; the rules change only by publishing a version."""
        serializer = ProgrammeTextsSerializer(data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        programme = api.update_programme(key, actor_id=request.user.pk, **serializer.validated_data)
        return Response(ProgrammeSerializer(programme).data)


class ProgrammeVersionsView(SuiteAPIView):
    """Publishing a programme's rules."""

    @extend_schema(request=RulesSerializer, responses={201: ProgrammeSerializer})
    def post(self, request: Request, key: str) -> Response:
        """Freeze the rules as the next version."""
        serializer = RulesSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        rules = serializer.validated_data["rules"]
        programme = api.publish_programme(key, rules=rules, actor_id=request.user.pk)
        return Response(ProgrammeSerializer(programme).data, status=201)


class ProgressView(SuiteAPIView):
    """The caller's own progress."""

    @extend_schema(responses=ProgressSerializer)
    def get(self, request: Request, key: str) -> Response:
        """Show what is done, pending and missing."""
        return Response(ProgressSerializer(api.get_progress(request.user.pk, programme_key=key)).data)


class MembershipView(SuiteAPIView):
    """The caller's own membership."""

    @extend_schema(request=None, responses={201: ProgressSerializer})
    def post(self, request: Request, key: str) -> Response:
        """Join under the newest rules; joining again changes nothing."""
        api.join_programme(request.user.pk, programme_key=key)
        progress = api.get_progress(request.user.pk, programme_key=key)
        return Response(ProgressSerializer(progress).data, status=201)


class CompletionListView(SuiteAPIView):
    """The caller's own completions."""

    @extend_schema(responses=CompletionSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List completed programmes, withdrawn ones included."""
        return Response(CompletionSerializer(api.list_completions(request.user.pk), many=True).data)
