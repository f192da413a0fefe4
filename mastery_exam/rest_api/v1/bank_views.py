"""Banks over REST, for their authors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from mastery_exam import api, rules
from mastery_exam.errors import InvalidInput
from mastery_exam.models import Bank
from mastery_exam.pages.actions import require, table_source, uploaded
from mastery_exam.rest_api.v1.author_serializers import (
    BankSerializer,
    CompetencySerializer,
    ImportReportSerializer,
    ImportSourceSerializer,
    ItemChangeSerializer,
    ItemSerializer,
    TableSerializer,
)
from mastery_exam.services.authoring import bank_data, find_bank_row, find_item_row
from openedx_bridge import api as bridge
from openedx_bridge.rest import SuiteAPIView

UPLOAD_PARSERS = (MultiPartParser, FormParser, JSONParser)


def checked(serializer: Any) -> dict[str, Any]:
    """Return the validated data of a serializer; raises its ValidationError."""
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data


def bank_for(request: Request, bank_uuid: UUID) -> Bank:
    """Return the bank for one of its authors; raises BankNotFound, AuthorNotAllowed."""
    bank = find_bank_row(bank_uuid)
    require(rules.can_edit_bank(request.user, bank))
    return bank


def fields_of(request: Request) -> Mapping[str, Any]:
    """Return the body's fields; raises a ValidationError for JSON that is no object."""
    if not isinstance(request.data, Mapping):
        raise ValidationError("Send an object with named fields.")
    return request.data


def table_of(request: Request) -> bytes | str:
    """Return the table that was sent as text or file."""
    text = fields_of(request).get("text")
    if text is not None:
        return checked(TableSerializer(data={"text": text}))["text"]
    return table_source(request)


class BankListView(SuiteAPIView):
    """The banks that the caller authors."""

    @extend_schema(responses=BankSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List them."""
        banks = rules.authored_banks(request.user).select_related("framework")
        return Response(BankSerializer([bank_data(bank) for bank in banks], many=True).data)

    @extend_schema(request=BankSerializer, responses={201: BankSerializer})
    def post(self, request: Request) -> Response:
        """Create an empty bank."""
        require(rules.can_author(request.user))
        bank = api.create_bank(**checked(BankSerializer(data=request.data)), actor_id=request.user.pk)
        return Response(BankSerializer(bank).data, status=201)


class BankDetailView(SuiteAPIView):
    """One bank."""

    @extend_schema(responses=BankSerializer)
    def get(self, request: Request, bank_uuid: UUID) -> Response:
        """Return the bank."""
        return Response(BankSerializer(bank_data(bank_for(request, bank_uuid))).data)


class BankImportView(SuiteAPIView):
    """Taking items in."""

    parser_classes = UPLOAD_PARSERS

    @extend_schema(request=ImportSourceSerializer, responses=ImportReportSerializer)
    def post(self, request: Request, bank_uuid: UUID) -> Response:
        """Import an uploaded export, or the published problems of a content library that the caller may see."""
        bank = bank_for(request, bank_uuid)
        key = fields_of(request).get("library_key")
        if key is None:
            report = api.import_items(bank.uuid, source=uploaded(request), actor_id=request.user.pk)
            return Response(ImportReportSerializer(report).data)
        sent = checked(
            ImportSourceSerializer(data={"library_key": key, "collection": request.data.get("collection", "")})
        )
        if not bridge.can_view_library(request.user, library_key=sent["library_key"]):
            raise InvalidInput("There is no such content library that you may see.", fields={"library_key": key})
        report = api.import_library(
            bank.uuid,
            library_key=sent["library_key"],
            collection=sent.get("collection") or None,
            actor_id=request.user.pk,
        )
        return Response(ImportReportSerializer(report).data)


class ItemListView(SuiteAPIView):
    """The items of a bank."""

    @extend_schema(responses=ItemSerializer(many=True))
    def get(self, request: Request, bank_uuid: UUID) -> Response:
        """List them without their text."""
        return Response(ItemSerializer(api.list_items(bank_for(request, bank_uuid).uuid), many=True).data)


class ItemDetailView(SuiteAPIView):
    """One item."""

    @extend_schema(request=ItemChangeSerializer, responses=ItemSerializer)
    def patch(self, request: Request, item_uuid: UUID) -> Response:
        """Map it to an area, or say what it is for."""
        item = find_item_row(item_uuid)
        require(rules.can_edit_bank(request.user, item.bank))
        changes = checked(ItemChangeSerializer(data=request.data))
        return Response(ItemSerializer(api.set_item(item.uuid, actor_id=request.user.pk, **changes)).data)


class ItemTableView(SuiteAPIView):
    """Mapping many items at once."""

    parser_classes = UPLOAD_PARSERS

    @extend_schema(request=TableSerializer, responses=ImportReportSerializer)
    def post(self, request: Request, bank_uuid: UUID) -> Response:
        """Map items by CSV: item, competency, use, seen_before, enemies."""
        bank = bank_for(request, bank_uuid)
        report = api.import_item_table(bank.uuid, source=table_of(request), actor_id=request.user.pk)
        return Response(ImportReportSerializer(report).data)


class CompetencyListView(SuiteAPIView):
    """The areas of a bank's framework."""

    @extend_schema(responses=CompetencySerializer(many=True))
    def get(self, request: Request, bank_uuid: UUID) -> Response:
        """List them in order."""
        areas = api.list_competencies(bank_for(request, bank_uuid).framework.key)
        return Response(CompetencySerializer(areas, many=True).data)

    @extend_schema(request=CompetencySerializer, responses=CompetencySerializer)
    def post(self, request: Request, bank_uuid: UUID) -> Response:
        """Create an area or change it."""
        bank = bank_for(request, bank_uuid)
        sent = checked(CompetencySerializer(data=request.data))
        area = api.set_competency(bank.framework.key, actor_id=request.user.pk, **sent)
        return Response(CompetencySerializer(area).data)


class CompetencyImportView(SuiteAPIView):
    """Importing areas."""

    parser_classes = UPLOAD_PARSERS

    @extend_schema(request=TableSerializer, responses=ImportReportSerializer)
    def post(self, request: Request, bank_uuid: UUID) -> Response:
        """Import areas from CSV or a CASE package in JSON."""
        bank = bank_for(request, bank_uuid)
        report = api.import_competencies(bank.framework.key, source=table_of(request), actor_id=request.user.pk)
        return Response(ImportReportSerializer(report).data)


class RatingsView(SuiteAPIView):
    """The judges' ratings of a bank."""

    parser_classes = UPLOAD_PARSERS

    @extend_schema(request=TableSerializer, responses=ImportReportSerializer)
    def post(self, request: Request, bank_uuid: UUID) -> Response:
        """Write ratings by CSV: item, judge, rating, round."""
        bank = bank_for(request, bank_uuid)
        report = api.import_ratings(bank.uuid, source=table_of(request), actor_id=request.user.pk)
        return Response(ImportReportSerializer(report).data)
