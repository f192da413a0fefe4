"""REST: claims by evidence, for the person and for those who assess."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import Throttled
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from openedx_bridge.rest import SuiteAPIView
from paid_certificate import api
from paid_certificate.claim_data import ClaimData, PieceData
from paid_certificate.errors import ClaimNotFound, DeskOnly
from paid_certificate.pages.claim_desk_views import assessed_claim
from paid_certificate.pages.claim_forms import read
from paid_certificate.pages.claim_views import download, require_reader
from paid_certificate.rest_api.v1 import claim_serializers as shapes
from paid_certificate.rules import assessed_bodies, can_run_bodies
from paid_certificate.services.claim_pieces import piece_row
from paid_certificate.services.throttle import is_throttled


class ClaimListView(SuiteAPIView):
    """The caller's own claims by evidence."""

    @extend_schema(responses=shapes.ClaimSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List them, oldest first."""
        return Response(shapes.ClaimSerializer(api.list_claims(request.user.pk), many=True).data)

    @extend_schema(request=shapes.NewClaimSerializer, responses={201: shapes.ClaimSerializer})
    def post(self, request: Request) -> Response:
        """Begin a claim; the one that is open is returned."""
        claim = api.start_claim(request.user.pk, **_checked(shapes.NewClaimSerializer, request))
        return Response(shapes.ClaimSerializer(claim).data, status=201)


class ClaimView(SuiteAPIView):
    """One claim, for its person and, once it was sent, those who assess it."""

    @extend_schema(responses=shapes.ClaimSerializer)
    def get(self, request: Request, uuid: UUID) -> Response:
        """Show it."""
        found = api.get_claim(uuid)
        if found.user_id != request.user.pk:
            found = assessed_claim(request.user, uuid)
        return _claim(found)


class ClaimPieceListView(SuiteAPIView):
    """The pieces of one's own claim."""

    parser_classes = (JSONParser, MultiPartParser, FormParser)

    @extend_schema(request=shapes.NewPieceSerializer, responses={201: shapes.PieceSerializer})
    def post(self, request: Request, uuid: UUID) -> Response:
        """Add a piece; a credential is checked at once, and what was found is in the answer."""
        api.get_own_claim(request.user.pk, uuid)
        piece = _add(request, uuid, _checked(shapes.NewPieceSerializer, request))
        return Response(shapes.PieceSerializer(piece).data, status=201)


class ClaimSubmissionView(SuiteAPIView):
    """Sending one's own claim."""

    @extend_schema(request=shapes.SubmissionSerializer, responses=shapes.ClaimSerializer)
    def post(self, request: Request, uuid: UUID) -> Response:
        """Send it, with consent, or send it again with an answer."""
        api.get_own_claim(request.user.pk, uuid)
        return _claim(api.submit_claim(request.user.pk, uuid, **_checked(shapes.SubmissionSerializer, request)))


class ClaimWithdrawalView(SuiteAPIView):
    """Withdrawing one's own claim."""

    @extend_schema(request=None, responses=shapes.ClaimSerializer)
    def post(self, request: Request, uuid: UUID) -> Response:
        """End it and delete its files."""
        return _claim(api.withdraw_claim(request.user.pk, uuid))


class PieceView(SuiteAPIView):
    """One piece of one's own claim."""

    @extend_schema(responses={204: None})
    def delete(self, request: Request, uuid: UUID) -> Response:
        """Take it out, while no assessor has seen it."""
        api.remove_piece(request.user.pk, uuid)
        return Response(status=204)


class PieceOriginalView(SuiteAPIView):
    """What was handed in, for its person and those who assess it."""

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, uuid: UUID) -> HttpResponse:
        """Download it, byte for byte."""
        require_reader(request.user, uuid)
        return download(uuid)


class PieceCheckView(SuiteAPIView):
    """Checking a credential again, for those who assess it."""

    @extend_schema(request=shapes.RecheckSerializer, responses=shapes.PieceSerializer)
    def post(self, request: Request, uuid: UUID) -> Response:
        """Check it with documents that the assessor fetched from the issuer."""
        claim = assessed_claim(request.user, piece_row(uuid).claim.uuid)
        if all(piece.uuid != uuid or not piece.is_submitted for piece in claim.pieces):
            raise ClaimNotFound(_("There is no such piece of evidence for you to assess."))
        _brake(request)
        support = [text.encode() for text in _checked(shapes.RecheckSerializer, request)["support"]]
        piece = api.recheck_credential(uuid, support=support, actor_id=request.user.pk)
        return Response(shapes.PieceSerializer(piece).data)


class EvidenceDeskView(SuiteAPIView):
    """The claims that wait for those who assess."""

    @extend_schema(responses=shapes.ClaimSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List them, the one sent first on top; never the caller's own."""
        bodies = assessed_bodies(request.user)
        if not bodies:
            raise DeskOnly(_("This list is for people who assess evidence. Ask whoever runs the body to add you."))
        claims = api.list_open_claims(body_slugs=bodies, without_user=request.user.pk)
        return Response(shapes.ClaimSerializer(claims, many=True).data)


class ClaimQuestionView(SuiteAPIView):
    """A second look at a claim."""

    @extend_schema(request=shapes.QuestionSerializer, responses=shapes.ClaimSerializer)
    def post(self, request: Request, uuid: UUID) -> Response:
        """Give it back with a question."""
        assessed_claim(request.user, uuid)
        return _claim(api.return_claim(uuid, actor_id=request.user.pk, **_checked(shapes.QuestionSerializer, request)))


class ClaimApprovalView(SuiteAPIView):
    """Approving a claim."""

    @extend_schema(request=shapes.ClaimApprovalSerializer, responses=shapes.ClaimSerializer)
    def post(self, request: Request, uuid: UUID) -> Response:
        """Find every outcome shown; the credential is awarded and signed. Again changes nothing."""
        assessed_claim(request.user, uuid)
        sent = _checked(shapes.ClaimApprovalSerializer, request)
        return _claim(api.approve_claim(uuid, actor_id=request.user.pk, **sent))


class ClaimRefusalView(SuiteAPIView):
    """Refusing a claim."""

    @extend_schema(request=shapes.ClaimRefusalSerializer, responses=shapes.ClaimSerializer)
    def post(self, request: Request, uuid: UUID) -> Response:
        """Say why, and how to appeal."""
        assessed_claim(request.user, uuid)
        sent = _checked(shapes.ClaimRefusalSerializer, request)
        return _claim(api.refuse_claim(uuid, actor_id=request.user.pk, **sent))


class AssessorListView(SuiteAPIView):
    """Those who assess evidence for a body."""

    @extend_schema(responses=shapes.AssessorSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """List them."""
        _require_runner(request)
        return Response(shapes.AssessorSerializer(api.list_assessors(slug), many=True).data)

    @extend_schema(request=shapes.AssessorSerializer, responses={201: shapes.AssessorSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Let somebody assess; they may do nothing else of the body."""
        actor_id = _require_runner(request)
        sent = _checked(shapes.AssessorSerializer, request)
        made = api.add_assessor(slug, username=sent["username"], actor_id=actor_id)
        return Response(shapes.AssessorSerializer(made).data, status=201)


class AssessorView(SuiteAPIView):
    """One person who assesses for a body."""

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, username: str) -> Response:
        """End the right to assess; what was decided stays."""
        api.remove_assessor(slug, username=username, actor_id=_require_runner(request))
        return Response(status=204)


def _add(request: Request, uuid: UUID, sent: dict[str, Any]) -> PieceData:
    """Add the piece by the service for its kind."""
    user_id, file = request.user.pk, sent.get("file")
    shared = {"title": sent["title"], "outcomes": sent["outcomes"]}
    if sent["kind"] == "link":
        return api.add_link_piece(user_id, uuid, url=sent["url"], **shared)
    if sent["kind"] == "note":
        return api.add_note_piece(user_id, uuid, text=sent["text"], **shared)
    if sent["kind"] == "file":
        return api.add_file_piece(user_id, uuid, content=read(file), file_name=file.name, **shared)
    _brake(request)
    text = sent.get("credential") or ""
    return api.add_credential_piece(
        user_id,
        uuid,
        credential=read(file) if file else text.encode("utf-8", "replace"),
        file_name=file.name if file else "credential.json",
        support=[entry.encode("utf-8", "replace") for entry in sent["support"]],
        **shared,
    )


def _brake(request: Request) -> None:
    if is_throttled(request):
        raise Throttled(wait=60)


def _checked(serializer: Any, request: Request) -> dict[str, Any]:
    made = serializer(data=request.data)
    made.is_valid(raise_exception=True)
    return dict(made.validated_data)


def _claim(found: ClaimData) -> Response:
    return Response(shapes.ClaimSerializer(found).data)


def _require_runner(request: Request) -> int:
    if not can_run_bodies(request.user):
        raise DeskOnly(_("Only the operator's staff says who assesses."))
    return int(request.user.pk)
