"""Simulating an exam's forms and reading its measurement over REST, for the exam's authors."""

from __future__ import annotations

from uuid import UUID

import attrs
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from mastery_exam import api
from mastery_exam.data_measurement import SimulationData
from mastery_exam.errors import SimulationNotFound
from mastery_exam.rest_api.v1.bank_views import checked
from mastery_exam.rest_api.v1.exam_views import exam_for
from mastery_exam.rest_api.v1.measurement_serializers import (
    NewSimulationSerializer,
    SimulationSerializer,
    VersionQuerySerializer,
)
from openedx_bridge.rest import SuiteAPIView


def simulation_for(request: Request, slug: str, run_uuid: UUID) -> SimulationData:
    """Return a simulation of this exam for one of its authors; raises SimulationNotFound, AuthorNotAllowed."""
    exam = exam_for(request, slug)
    found = api.get_simulation(run_uuid)
    if found.exam_key != exam.key:
        raise SimulationNotFound(_("This exam has no such simulation."))
    return found


class SimulationListView(SuiteAPIView):
    """The simulation of an exam's draft."""

    @extend_schema(
        operation_id="mastery_exam_v1_author_exams_simulations_newest",
        parameters=[VersionQuerySerializer],
        responses=SimulationSerializer,
    )
    def get(self, request: Request, slug: str) -> Response:
        """Return the newest simulation, or the one stored with `version`."""
        exam = exam_for(request, slug)
        asked = checked(VersionQuerySerializer(data=request.query_params))
        found = api.find_simulation(exam.key, version_num=asked.get("version"))
        if found is None:
            raise SimulationNotFound(_("It was not simulated yet."))
        return Response(SimulationSerializer(found).data)

    @extend_schema(request=NewSimulationSerializer, responses={202: SimulationSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Have a worker simulate the forms that the draft gives; read the answer's uuid to follow it."""
        exam = exam_for(request, slug)
        sent = checked(NewSimulationSerializer(data=request.data))
        found = api.start_simulation(exam.key, actor_id=request.user.pk, **sent)
        return Response(SimulationSerializer(found).data, status=202)


class SimulationDetailView(SuiteAPIView):
    """One simulation."""

    @extend_schema(responses=SimulationSerializer)
    def get(self, request: Request, slug: str, run_uuid: UUID) -> Response:
        """Return how far it is, or its report."""
        return Response(SimulationSerializer(simulation_for(request, slug, run_uuid)).data)


class SimulationCancelView(SuiteAPIView):
    """Cancelling."""

    @extend_schema(request=None, responses=SimulationSerializer)
    def post(self, request: Request, slug: str, run_uuid: UUID) -> Response:
        """Stop it; one that is over stays as it is."""
        simulation_for(request, slug, run_uuid)
        found = api.cancel_simulation(run_uuid, actor_id=request.user.pk)
        return Response(SimulationSerializer(found).data)


class MeasurementView(SuiteAPIView):
    """What is measured of a published version."""

    @extend_schema(parameters=[VersionQuerySerializer], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, slug: str) -> Response:
        """Return information, items, distractors and judges, as `Measurement` and `QualityReport` have them."""
        exam = exam_for(request, slug)
        asked = checked(VersionQuerySerializer(data=request.query_params))
        num = asked.get("version")
        found = attrs.asdict(api.measure_exam(exam.key, version_num=num))
        return Response(found | attrs.asdict(api.measure_quality(exam.key, version_num=num)))
