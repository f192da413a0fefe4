"""Standard setting over REST for a bank's authors: panels, judges, rounds, the report."""

from __future__ import annotations

from uuid import UUID

import attrs
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from mastery_exam import api
from mastery_exam.rest_api.v1.author_serializers import PanelSerializer
from mastery_exam.rest_api.v1.bank_views import bank_for, checked
from mastery_exam.rest_api.v1.panel_serializers import JudgeSerializer, NewJudgeSerializer, NewPanelSerializer
from openedx_bridge.rest import SuiteAPIView


class PanelView(SuiteAPIView):
    """A bank's standard settings."""

    @extend_schema(operation_id="mastery_exam_v1_author_banks_panels_list", responses=PanelSerializer(many=True))
    def get(self, request: Request, bank_uuid: UUID) -> Response:
        """List them, the newest first."""
        return Response(PanelSerializer(api.list_panels(bank_for(request, bank_uuid).uuid), many=True).data)

    @extend_schema(request=NewPanelSerializer, responses={201: PanelSerializer})
    def post(self, request: Request, bank_uuid: UUID) -> Response:
        """Begin a new panel; its ratings count from the next version on."""
        bank = bank_for(request, bank_uuid)
        sent = checked(NewPanelSerializer(data=request.data))
        return Response(PanelSerializer(api.open_panel(bank.uuid, actor_id=request.user.pk, **sent)).data, status=201)


class PanelReportView(SuiteAPIView):
    """One panel."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, bank_uuid: UUID, num: int) -> Response:
        """Return progress, each round's cut with its errors, impact, Hofstee and theta, as `PanelReport` has them."""
        return Response(attrs.asdict(api.get_panel_report(bank_for(request, bank_uuid).uuid, num=num)))


class PanelReleaseView(SuiteAPIView):
    """Releasing the cut of a bank's panel."""

    @extend_schema(request=None, responses=PanelSerializer)
    def post(self, request: Request, bank_uuid: UUID) -> Response:
        """Release it as one of the two people that it needs."""
        bank = bank_for(request, bank_uuid)
        return Response(PanelSerializer(api.release_panel(bank.uuid, actor_id=request.user.pk)).data)


class PanelJudgesView(SuiteAPIView):
    """The judges of a bank's newest panel."""

    @extend_schema(request=NewJudgeSerializer, responses={201: JudgeSerializer})
    def post(self, request: Request, bank_uuid: UUID) -> Response:
        """Invite a person, who then rates on a page of his own."""
        bank = bank_for(request, bank_uuid)
        sent = checked(NewJudgeSerializer(data=request.data))
        judge = api.invite_judge(bank.uuid, actor_id=request.user.pk, **sent)
        return Response(JudgeSerializer(judge).data, status=201)


class PanelJudgeView(SuiteAPIView):
    """One judge of a bank's newest panel."""

    @extend_schema(responses={204: None})
    def delete(self, request: Request, bank_uuid: UUID, judge_uuid: UUID) -> Response:
        """Take the invitation back, before the judge has rated anything."""
        bank = bank_for(request, bank_uuid)
        api.remove_judge(bank.uuid, judge_uuid=judge_uuid, actor_id=request.user.pk)
        return Response(status=204)


class PanelRoundView(SuiteAPIView):
    """The round of a bank's newest panel in which its judges rate."""

    @extend_schema(request=None, responses={201: PanelSerializer})
    def post(self, request: Request, bank_uuid: UUID) -> Response:
        """Open the next round."""
        bank = bank_for(request, bank_uuid)
        return Response(PanelSerializer(api.open_round(bank.uuid, actor_id=request.user.pk)).data, status=201)

    @extend_schema(responses=PanelSerializer)
    def delete(self, request: Request, bank_uuid: UUID) -> Response:
        """Close the open round for good; its ratings stay."""
        bank = bank_for(request, bank_uuid)
        return Response(PanelSerializer(api.close_round(bank.uuid, actor_id=request.user.pk)).data)
