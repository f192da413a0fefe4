"""Drafts and publishing over REST, for an exam's authors."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from mastery_exam import api, rules
from mastery_exam.models import Exam
from mastery_exam.pages.actions import require
from mastery_exam.rest_api.v1.author_serializers import (
    DraftChangeSerializer,
    DraftSerializer,
    ExamDetailSerializer,
    NewExamSerializer,
    ReadinessSerializer,
    WithdrawSerializer,
)
from mastery_exam.rest_api.v1.bank_views import bank_for, checked
from mastery_exam.services.authoring import find_exam_row
from mastery_exam.services.edit_exam import draft_data
from openedx_bridge.rest import SuiteAPIView


def exam_for(request: Request, slug: str) -> Exam:
    """Return the exam for one of its authors; raises ExamNotFound, AuthorNotAllowed."""
    exam = find_exam_row(slug)
    require(rules.can_edit_exam(request.user, exam))
    return exam


class DraftListView(SuiteAPIView):
    """The exams that the caller authors."""

    @extend_schema(responses=DraftSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List them in any state."""
        exams = rules.authored_exams(request.user).select_related("bank")
        return Response(DraftSerializer([draft_data(exam) for exam in exams], many=True).data)

    @extend_schema(request=NewExamSerializer, responses={201: DraftSerializer})
    def post(self, request: Request) -> Response:
        """Create an exam that draws from a bank of the caller's."""
        require(rules.can_author(request.user))
        sent = checked(NewExamSerializer(data=request.data))
        bank = bank_for(request, sent["bank_uuid"])
        draft = api.create_exam(
            key=sent["key"],
            title=sent["title"],
            bank_uuid=bank.uuid,
            actor_id=request.user.pk,
            settings=sent["settings"],
        )
        return Response(DraftSerializer(draft).data, status=201)


class DraftDetailView(SuiteAPIView):
    """One exam's draft."""

    @extend_schema(responses=DraftSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """Return the draft."""
        return Response(DraftSerializer(draft_data(exam_for(request, slug))).data)

    @extend_schema(request=DraftChangeSerializer, responses=DraftSerializer)
    def patch(self, request: Request, slug: str) -> Response:
        """Change what the next version will be."""
        exam = exam_for(request, slug)
        sent = checked(DraftChangeSerializer(data=request.data))
        return Response(DraftSerializer(api.update_exam(exam.key, actor_id=request.user.pk, **sent)).data)


class CheckView(SuiteAPIView):
    """What blocks publishing."""

    @extend_schema(responses=ReadinessSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """Return what blocks publishing, and what else to know."""
        return Response(ReadinessSerializer(api.check_exam(exam_for(request, slug).key)).data)


class PublishView(SuiteAPIView):
    """Publishing."""

    @extend_schema(request=None, responses={201: ExamDetailSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Freeze the draft as the next version; a refusal names each item and remedy."""
        exam = exam_for(request, slug)
        published = api.publish_exam(exam.key, actor_id=request.user.pk)
        return Response(ExamDetailSerializer(published).data, status=201)


class WithdrawView(SuiteAPIView):
    """Withdrawing."""

    @extend_schema(request=WithdrawSerializer, responses=DraftSerializer)
    def post(self, request: Request, slug: str) -> Response:
        """Close the exam to new registrations for good."""
        exam = exam_for(request, slug)
        sent = checked(WithdrawSerializer(data=request.data))
        draft = api.withdraw_exam(
            exam.key,
            reason=sent["reason"],
            successor_key=sent.get("successor_key") or None,
            actor_id=request.user.pk,
        )
        return Response(DraftSerializer(draft).data)
