"""REST: issuing bodies, achievements, credentials, verification."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import Throttled
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from openedx_bridge.rest import SuiteAPIView
from paid_certificate import api
from paid_certificate.errors import CredentialNotFound, DeskOnly
from paid_certificate.rest_api.v1 import serializers as shapes
from paid_certificate.rest_api.v1.money_views import require_desk
from paid_certificate.rules import can_run_bodies, can_work_desk
from paid_certificate.services.throttle import is_throttled
from paid_certificate.services.verify_credential import Verified


class OpenForReading(SuiteAPIView):
    """Reading needs no login; everything else needs those who run issuing bodies."""

    def get_permissions(self) -> list[Any]:
        """Anybody may read."""
        return [AllowAny()] if self.request.method in ("GET", "HEAD", "OPTIONS") else super().get_permissions()

    def require_runner(self) -> int:
        """The caller's user id; raises DeskOnly."""
        if not can_run_bodies(self.request.user):
            raise DeskOnly(_("Only the operator's staff runs issuing bodies."))
        return self.request.user.pk


class BodyListView(OpenForReading):
    """The issuing bodies."""

    @extend_schema(responses=shapes.BodySerializer(many=True))
    def get(self, request: Request) -> Response:
        """List those that issue."""
        return Response(shapes.BodySerializer(api.list_bodies(), many=True).data)

    @extend_schema(request=shapes.BodySerializer, responses={201: shapes.BodySerializer})
    def post(self, request: Request) -> Response:
        """Create one; it issues once it is published."""
        actor_id = self.require_runner()
        serializer = shapes.BodySerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        body = api.create_body(actor_id=actor_id, **serializer.validated_data)
        return Response(shapes.BodySerializer(body).data, status=201)


class BodyView(OpenForReading):
    """One issuing body."""

    @extend_schema(responses=shapes.BodySerializer)
    def get(self, request: Request, slug: str) -> Response:
        """Show its legal face."""
        return Response(shapes.BodySerializer(api.get_body(slug)).data)

    @extend_schema(request=shapes.BodySerializer, responses=shapes.BodySerializer)
    def patch(self, request: Request, slug: str) -> Response:
        """Change its legal face; name and address are signed and stay."""
        actor_id = self.require_runner()
        serializer = shapes.BodySerializer(data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        face = {name: value for name, value in serializer.validated_data.items() if name not in ("slug", "name")}
        return Response(shapes.BodySerializer(api.update_body(slug, actor_id=actor_id, **face)).data)


class BodyPublicationView(OpenForReading):
    """Letting a body issue."""

    @extend_schema(request=None, responses=shapes.BodySerializer)
    def post(self, request: Request, slug: str) -> Response:
        """Publish it and make its first key."""
        return Response(shapes.BodySerializer(api.publish_body(slug, actor_id=self.require_runner())).data)


class BodyKeyView(OpenForReading):
    """A body's signing key."""

    @extend_schema(request=None, responses=shapes.BodySerializer)
    def post(self, request: Request, slug: str) -> Response:
        """Rotate: retire the key in use and make a new one."""
        return Response(shapes.BodySerializer(api.rotate_key(slug, actor_id=self.require_runner())).data)


class AchievementListView(OpenForReading):
    """The achievements."""

    @extend_schema(responses=shapes.AchievementSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the newest version of each."""
        return Response(shapes.AchievementSerializer(api.list_achievements(), many=True).data)

    @extend_schema(request=shapes.NewAchievementSerializer, responses={201: shapes.AchievementSerializer})
    def post(self, request: Request) -> Response:
        """Create one with its first version."""
        actor_id = self.require_runner()
        serializer = shapes.NewAchievementSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        achievement = api.create_achievement(actor_id=actor_id, **serializer.validated_data)
        return Response(shapes.AchievementSerializer(achievement).data, status=201)


class AchievementView(OpenForReading):
    """One achievement."""

    @extend_schema(responses=shapes.AchievementSerializer)
    def get(self, request: Request, uuid: UUID) -> Response:
        """Show its newest version."""
        return Response(shapes.AchievementSerializer(api.get_achievement(uuid)).data)


class AchievementRouteView(OpenForReading):
    """The routes to an achievement."""

    @extend_schema(request=shapes.RouteSerializer, responses={201: shapes.AchievementSerializer})
    def post(self, request: Request, uuid: UUID) -> Response:
        """Let an exam, a course, a programme or evidence lead to it."""
        actor_id = self.require_runner()
        serializer = shapes.RouteSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        achievement = api.add_route(uuid, actor_id=actor_id, **serializer.validated_data)
        return Response(shapes.AchievementSerializer(achievement).data, status=201)


class CredentialListView(SuiteAPIView):
    """The caller's own credentials."""

    @extend_schema(responses=shapes.CredentialSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List them, oldest first."""
        return Response(shapes.CredentialSerializer(api.list_credentials(request.user.pk), many=True).data)


class CredentialView(SuiteAPIView):
    """One credential, for its holder and the desk."""

    @extend_schema(responses=shapes.CredentialSerializer)
    def get(self, request: Request, uuid: UUID) -> Response:
        """Show it."""
        found = api.get_credential(uuid)
        if found.user_id != request.user.pk and not can_work_desk(request.user):
            raise CredentialNotFound(_("There is no such credential of yours."))
        return Response(shapes.CredentialSerializer(found).data)


class CredentialRevocationView(SuiteAPIView):
    """Ending a credential."""

    @extend_schema(request=shapes.RevocationSerializer, responses=shapes.CredentialSerializer)
    def post(self, request: Request, uuid: UUID) -> Response:
        """Revoke it for good, for one of the public reasons."""
        require_desk(request)
        serializer = shapes.RevocationSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        found = api.revoke_credential(uuid, actor_id=request.user.pk, **serializer.validated_data)
        return Response(shapes.CredentialSerializer(found).data)


class VerifyView(SuiteAPIView):
    """Checking a credential, for anybody."""

    permission_classes = (AllowAny,)
    authentication_classes = ()

    @extend_schema(request=shapes.VerifyRequestSerializer, responses=shapes.VerifiedSerializer)
    def post(self, request: Request) -> Response:
        """Check an address of ours or the text of a credential; nothing is fetched and nothing is kept."""
        if is_throttled(request):
            raise Throttled(wait=60)
        serializer = shapes.VerifyRequestSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        return Response(_verdict(api.verify_text(serializer.validated_data["credential"])))


def _verdict(found: Verified) -> dict[str, Any]:
    credential = found.credential
    body = {
        "answer": found.answer,
        "is_erased": found.is_erased,
        "checked_at": found.checked_at,
        "holder_name": credential.holder_name if credential else None,
        "achievement": credential.achievement.title if credential else None,
        "issuer": credential.achievement.body.name if credential else None,
        "form": credential.form if credential else None,
        "valid_until": credential.valid_until if credential else None,
        "checks": found.checks.checks if found.checks else (),
    }
    return shapes.VerifiedSerializer(body).data
