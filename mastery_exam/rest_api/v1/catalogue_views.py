"""The public catalogue over REST: for anybody, with no login."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from mastery_exam import api
from mastery_exam.rest_api.v1.author_serializers import ExamDetailSerializer, ExamSummarySerializer
from openedx_bridge.rest import DefaultPagination, SuiteAPIView


class ExamListView(SuiteAPIView):
    """The published exams."""

    permission_classes = (AllowAny,)

    @extend_schema(
        parameters=[
            OpenApiParameter("query", str, description="Words that each stand somewhere in what is told of the exam."),
            OpenApiParameter("subject", str),
            OpenApiParameter("language", str, description="BCP 47 tag."),
            OpenApiParameter("page", int),
        ],
        responses=ExamSummarySerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """List the published exams by title, in pages."""
        exams = api.list_exams(
            query=request.query_params.get("query", ""),
            subject=request.query_params.get("subject", ""),
            language=request.query_params.get("language", ""),
        )
        paginator = DefaultPagination()
        page = paginator.paginate_queryset(exams, request, view=self)
        return paginator.get_paginated_response(ExamSummarySerializer(page, many=True).data)


class ExamDetailView(SuiteAPIView):
    """One exam."""

    permission_classes = (AllowAny,)

    @extend_schema(responses=ExamDetailSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """Tell everything about a published or withdrawn exam."""
        return Response(ExamDetailSerializer(api.get_exam(slug)).data)
