"""REST: issuing in bulk, revoking in a batch, and stolen keys; for the operator's staff who issue."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from openedx_bridge.rest import SuiteAPIView
from paid_certificate import api
from paid_certificate.rest_api.v1 import serializers as shapes
from paid_certificate.rest_api.v1.holder_views import read_body, require_issuer

COUNTS_OR_RUN = PolymorphicProxySerializer(
    component_name="BulkAnswer",
    serializers=[shapes.BulkCountsSerializer, shapes.BulkSerializer],
    resource_type_field_name=None,
)


class BatchRevocationView(SuiteAPIView):
    """Revoking many credentials."""

    @extend_schema(request=shapes.BatchRevocationSerializer, responses={200: {"type": "object"}})
    def post(self, request: Request) -> Response:
        """Revoke all that stand and say how many."""
        require_issuer(request)
        data = read_body(shapes.BatchRevocationSerializer, request)
        return Response({"revoked": api.revoke_credentials(actor_id=request.user.pk, **data)})


class BulkListView(SuiteAPIView):
    """Bulk issues."""

    @extend_schema(responses=shapes.BulkSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List them with their progress, newest first."""
        require_issuer(request)
        return Response(shapes.BulkSerializer(api.list_bulk_issues(), many=True).data)

    @extend_schema(request=shapes.BulkRequestSerializer, responses=COUNTS_OR_RUN)
    def post(self, request: Request) -> Response:
        """Count what there is to issue; without `dry_run`, start, or wait for approval where it is much."""
        require_issuer(request)
        data = read_body(shapes.BulkRequestSerializer, request)
        if data["dry_run"]:
            return Response(shapes.BulkCountsSerializer(api.count_bulk_issue(data["exam_key"])).data)
        run = api.start_bulk_issue(data["exam_key"], actor_id=request.user.pk)
        return Response(shapes.BulkSerializer(run).data, status=201)


class BulkView(SuiteAPIView):
    """One bulk issue."""

    @extend_schema(responses=shapes.BulkSerializer)
    def get(self, request: Request, uuid: UUID) -> Response:
        """Show its progress."""
        require_issuer(request)
        return Response(shapes.BulkSerializer(api.get_bulk_issue(uuid)).data)


class BulkApprovalView(SuiteAPIView):
    """The approval of a large bulk issue."""

    @extend_schema(request=None, responses=shapes.BulkSerializer)
    def post(self, request: Request, uuid: UUID) -> Response:
        """Approve it; by another person than the one who started it."""
        require_issuer(request)
        return Response(shapes.BulkSerializer(api.approve_bulk_issue(uuid, actor_id=request.user.pk)).data)


class BulkUndoView(SuiteAPIView):
    """The undoing of a bulk issue."""

    @extend_schema(request=None, responses={200: {"type": "object"}})
    def post(self, request: Request, uuid: UUID) -> Response:
        """Revoke all it issued, as issued in error."""
        require_issuer(request)
        return Response({"revoked": api.undo_bulk_issue(uuid, actor_id=request.user.pk)})


class KeyCompromiseView(SuiteAPIView):
    """A stolen key of a body."""

    @extend_schema(request=shapes.CompromiseSerializer, responses=shapes.BodyKeySerializer(many=True))
    def post(self, request: Request, slug: str) -> Response:
        """Declare it stolen since a time, replace what it signed from then on, and list the body's keys."""
        require_issuer(request)
        api.compromise_key(slug, actor_id=request.user.pk, **read_body(shapes.CompromiseSerializer, request))
        return Response(shapes.BodyKeySerializer(api.list_keys(slug), many=True).data)


class SignatoryListView(SuiteAPIView):
    """Those who sign for a body."""

    @extend_schema(responses=shapes.SignatorySerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """List them with their terms of office."""
        require_issuer(request)
        return Response(shapes.SignatorySerializer(api.list_signatories(slug), many=True).data)

    @extend_schema(request=shapes.SignatorySerializer, responses={201: shapes.SignatorySerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Add one; what was awarded before keeps its own."""
        require_issuer(request)
        data = read_body(shapes.SignatorySerializer, request)
        return Response(
            shapes.SignatorySerializer(api.add_signatory(slug, actor_id=request.user.pk, **data)).data, status=201
        )


class SignatoryView(SuiteAPIView):
    """One person who signs."""

    @extend_schema(request=shapes.TermEndSerializer, responses=shapes.SignatorySerializer)
    def patch(self, request: Request, uuid: UUID) -> Response:
        """End the term of office."""
        require_issuer(request)
        data = read_body(shapes.TermEndSerializer, request)
        return Response(shapes.SignatorySerializer(api.end_signatory(uuid, actor_id=request.user.pk, **data)).data)
