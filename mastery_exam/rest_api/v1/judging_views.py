"""A judge's own ratings over REST: only panels on which the caller sits, and nothing of the other judges by name."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from mastery_exam import api
from mastery_exam.rest_api.v1.bank_views import checked
from mastery_exam.rest_api.v1.panel_serializers import (
    BookmarkSerializer,
    JudgeItemSerializer,
    JudgePanelSerializer,
    JudgeQuestionSerializer,
    LimitsSerializer,
    NewRatingSerializer,
    RatingReceiptSerializer,
)
from openedx_bridge.rest import SuiteAPIView


class JudgePanelListView(SuiteAPIView):
    """The panels on which the caller sits."""

    @extend_schema(responses=JudgePanelSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List them, the newest first."""
        return Response(JudgePanelSerializer(api.list_judge_panels(request.user.pk), many=True).data)


class JudgePanelView(SuiteAPIView):
    """One panel of the caller's."""

    @extend_schema(responses=JudgePanelSerializer)
    def get(self, request: Request, panel_uuid: UUID) -> Response:
        """Return how far the caller is, and which round is open."""
        return Response(JudgePanelSerializer(api.get_judge_panel(request.user.pk, panel_uuid=panel_uuid)).data)


class JudgeItemListView(SuiteAPIView):
    """The questions that the caller rates."""

    @extend_schema(responses=JudgeItemSerializer(many=True))
    def get(self, request: Request, panel_uuid: UUID) -> Response:
        """List them with the caller's own ratings."""
        items = api.list_judge_items(request.user.pk, panel_uuid=panel_uuid)
        return Response(JudgeItemSerializer(items, many=True).data)


class JudgeItemView(SuiteAPIView):
    """One question of a panel."""

    @extend_schema(responses=JudgeQuestionSerializer)
    def get(self, request: Request, panel_uuid: UUID, item_uuid: UUID) -> Response:
        """Show it while a round is open; from the second round on, with the spread of the round before."""
        place = {"panel_uuid": panel_uuid, "item_uuid": item_uuid}
        shown = api.render_judge_item(
            request.user.pk,
            **place,
            files_url=lambda sha256, name: reverse("mastery_exam:judging-file", args=[panel_uuid, sha256, name]),
        )
        body = {"html": shown.html, "spread": api.find_spread(request.user.pk, **place)}
        return Response(JudgeQuestionSerializer(body).data)


class JudgeRatingView(SuiteAPIView):
    """The caller's rating of one question."""

    @extend_schema(request=NewRatingSerializer, responses=RatingReceiptSerializer)
    def put(self, request: Request, panel_uuid: UUID, item_uuid: UUID) -> Response:
        """Save it in the open round; the receipt is the proof that it is stored."""
        sent = checked(NewRatingSerializer(data=request.data))
        receipt = api.rate_item(request.user.pk, panel_uuid=panel_uuid, item_uuid=item_uuid, percent=sent["percent"])
        return Response(RatingReceiptSerializer(receipt).data)


class JudgeBookmarkView(SuiteAPIView):
    """The caller's bookmark."""

    @extend_schema(request=BookmarkSerializer, responses=JudgePanelSerializer)
    def put(self, request: Request, panel_uuid: UUID) -> Response:
        """Place it after a question, in the open round."""
        sent = checked(BookmarkSerializer(data=request.data))
        found = api.place_bookmark(request.user.pk, panel_uuid=panel_uuid, place=sent["place"])
        return Response(JudgePanelSerializer(found).data)


class JudgeLimitsView(SuiteAPIView):
    """What Hofstee's check asks of the caller."""

    @extend_schema(request=LimitsSerializer, responses=JudgePanelSerializer)
    def put(self, request: Request, panel_uuid: UUID) -> Response:
        """Save the least and largest acceptable pass mark and share that fails."""
        sent = checked(LimitsSerializer(data=request.data))
        return Response(JudgePanelSerializer(api.set_limits(request.user.pk, panel_uuid=panel_uuid, limits=sent)).data)
