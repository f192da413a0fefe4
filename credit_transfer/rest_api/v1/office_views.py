"""REST for the operator: directory, agreements, offers, credit values, mails."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from credit_transfer import api
from credit_transfer.errors import OfficeOnly
from credit_transfer.rest_api.v1 import serializers as shapes
from credit_transfer.rules import can_run_office
from openedx_bridge.rest import SuiteAPIView
from paid_certificate.data import Money

READING = ("GET", "HEAD", "OPTIONS")


class OfficeView(SuiteAPIView):
    """For the operator's people; `reads_open` lets everybody read."""

    reads_open = False

    def get_permissions(self) -> list[Any]:
        """Reading may need no login."""
        return [AllowAny()] if self.reads_open and self.request.method in READING else super().get_permissions()

    def check_permissions(self, request: Request) -> None:
        """Log in first, then the operator's rule."""
        super().check_permissions(request)
        is_open = self.reads_open and request.method in READING
        if not is_open and not can_run_office(request.user):
            raise OfficeOnly(_("Only the operator's staff who run the directory and the agreements may do this."))


def valid(serializer: type[Serializer], request: Request, **kwargs: Any) -> dict[str, Any]:
    """What was sent, checked."""
    found = serializer(data=request.data, **kwargs)
    found.is_valid(raise_exception=True)
    return dict(found.validated_data)


class InstitutionListView(OfficeView):
    """The directory."""

    reads_open = True

    @extend_schema(responses=shapes.PublicInstitutionSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the verified institutions."""
        return Response(shapes.PublicInstitutionSerializer(api.list_institutions(), many=True).data)

    @extend_schema(request=shapes.NewInstitutionSerializer, responses={201: shapes.InstitutionSerializer})
    def post(self, request: Request) -> Response:
        """Enter an institution, not yet verified."""
        data = valid(shapes.NewInstitutionSerializer, request)
        made = api.create_institution(actor_id=request.user.pk, **data)
        return Response(shapes.InstitutionSerializer(made).data, status=201)


class InstitutionView(OfficeView):
    """One institution with its addresses."""

    @extend_schema(responses=shapes.InstitutionSerializer)
    def get(self, request: Request, uuid: UUID) -> Response:
        """Show the entry."""
        return Response(shapes.InstitutionSerializer(api.get_institution(uuid)).data)

    @extend_schema(request=shapes.InstitutionSerializer, responses=shapes.InstitutionSerializer)
    def patch(self, request: Request, uuid: UUID) -> Response:
        """Change the entry."""
        data = valid(shapes.InstitutionSerializer, request, partial=True)
        changed = api.update_institution(uuid, actor_id=request.user.pk, **data)
        return Response(shapes.InstitutionSerializer(changed).data)


class VerificationView(OfficeView):
    """That an institution is what it says."""

    @extend_schema(request=shapes.HowSerializer, responses=shapes.InstitutionSerializer)
    def post(self, request: Request, uuid: UUID) -> Response:
        """Record how it was verified."""
        data = valid(shapes.HowSerializer, request)
        found = api.verify_institution(uuid, actor_id=request.user.pk, **data)
        return Response(shapes.InstitutionSerializer(found).data)

    @extend_schema(request=None, responses=shapes.InstitutionSerializer)
    def delete(self, request: Request, uuid: UUID) -> Response:
        """Take it out of the directory."""
        return Response(shapes.InstitutionSerializer(api.close_institution(uuid, actor_id=request.user.pk)).data)


class MailboxesView(OfficeView):
    """The addresses of an office."""

    @extend_schema(request=shapes.MailboxSerializer, responses={201: shapes.InstitutionSerializer})
    def post(self, request: Request, uuid: UUID) -> Response:
        """Add an address."""
        data = valid(shapes.MailboxSerializer, request)
        found = api.add_mailbox(uuid, actor_id=request.user.pk, **data)
        return Response(shapes.InstitutionSerializer(found).data, status=201)


class CreditValueListView(OfficeView):
    """Credit as recommended."""

    reads_open = True

    @extend_schema(responses=shapes.CreditValueSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List all recommendations, ended ones included."""
        return Response(shapes.CreditValueSerializer(api.list_credit_values(), many=True).data)

    @extend_schema(request=shapes.CreditValueSerializer, responses={201: shapes.CreditValueSerializer})
    def post(self, request: Request) -> Response:
        """Record a recommendation."""
        made = api.create_credit_value(actor_id=request.user.pk, **valid(shapes.CreditValueSerializer, request))
        return Response(shapes.CreditValueSerializer(made).data, status=201)


class CreditValueView(OfficeView):
    """One recommendation."""

    @extend_schema(responses=shapes.CreditValueSerializer)
    def delete(self, request: Request, uuid: UUID) -> Response:
        """Let it end now; the row stays."""
        return Response(shapes.CreditValueSerializer(api.end_credit_value(uuid, actor_id=request.user.pk)).data)


class AgreementListView(OfficeView):
    """Agreements in all states."""

    @extend_schema(responses=shapes.AgreementSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List all versions of all agreements."""
        return Response(shapes.AgreementSerializer(api.list_agreements(), many=True).data)

    @extend_schema(request=shapes.NewAgreementSerializer, responses={201: shapes.AgreementSerializer})
    def post(self, request: Request) -> Response:
        """Draft an agreement."""
        made = api.create_agreement(actor_id=request.user.pk, **valid(shapes.NewAgreementSerializer, request))
        return Response(shapes.AgreementSerializer(made).data, status=201)


class AgreementView(OfficeView):
    """One version of an agreement."""

    @extend_schema(responses=shapes.AgreementSerializer)
    def get(self, request: Request, uuid: UUID) -> Response:
        """Show it."""
        return Response(shapes.AgreementSerializer(api.get_agreement(uuid)).data)

    @extend_schema(request=shapes.TermsSerializer, responses=shapes.AgreementSerializer)
    def patch(self, request: Request, uuid: UUID) -> Response:
        """Change the terms of an unsigned draft."""
        data = valid(shapes.TermsSerializer, request, partial=True)
        return Response(shapes.AgreementSerializer(api.update_agreement(uuid, actor_id=request.user.pk, **data)).data)


class AgreementVersionsView(OfficeView):
    """Versions of an agreement."""

    @extend_schema(request=shapes.TermsSerializer, responses={201: shapes.AgreementSerializer})
    def post(self, request: Request, uuid: UUID) -> Response:
        """Draft the next version, with these terms changed."""
        data = valid(shapes.TermsSerializer, request, partial=True)
        made = api.add_agreement_version(uuid, actor_id=request.user.pk, **data)
        return Response(shapes.AgreementSerializer(made).data, status=201)


class SignaturesView(OfficeView):
    """Signatures under an agreement."""

    @extend_schema(request=shapes.SignatureSerializer, responses={201: shapes.AgreementSerializer})
    def post(self, request: Request, uuid: UUID) -> Response:
        """Record one side's signature; with both, the agreement counts."""
        data = valid(shapes.SignatureSerializer, request)
        signed = api.sign_agreement(uuid, actor_id=request.user.pk, **data)
        return Response(shapes.AgreementSerializer(signed).data, status=201)


class AgreementStateView(OfficeView):
    """Where an agreement stands."""

    @extend_schema(request=shapes.AgreementStateSerializer, responses=shapes.AgreementSerializer)
    def put(self, request: Request, uuid: UUID) -> Response:
        """Suspend, resume (signed) or end it."""
        data, actor_id = valid(shapes.AgreementStateSerializer, request), request.user.pk
        if data["state"] == "suspended":
            found = api.suspend_agreement(uuid, reason=data["reason"], actor_id=actor_id)
        elif data["state"] == "signed":
            found = api.resume_agreement(uuid, actor_id=actor_id)
        else:
            until = data["teach_out_until"]
            found = api.end_agreement(uuid, reason=data["reason"], teach_out_until=until, actor_id=actor_id)
        return Response(shapes.AgreementSerializer(found).data)


class OfferListView(OfficeView):
    """Admission offers."""

    reads_open = True

    @extend_schema(responses=shapes.OfferSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the open offers, of one programme with `?programme=`."""
        found = api.list_offers(programme_key=request.query_params.get("programme"))
        return Response(shapes.OfferSerializer(found, many=True).data)

    @extend_schema(request=shapes.NewOfferSerializer, responses={201: shapes.OfferSerializer})
    def post(self, request: Request) -> Response:
        """Draft an offer."""
        data = valid(shapes.NewOfferSerializer, request)
        fee = Money(data.pop("fee_minor"), data.pop("fee_currency"))
        made = api.create_offer(actor_id=request.user.pk, fee=fee, **data)
        return Response(shapes.OfferSerializer(made).data, status=201)


class OfferStateView(OfficeView):
    """Where an offer stands."""

    @extend_schema(request=shapes.OfferStateSerializer, responses=shapes.OfferSerializer)
    def put(self, request: Request, uuid: UUID) -> Response:
        """Open or close it."""
        state = valid(shapes.OfferStateSerializer, request)["state"]
        step = api.open_offer if state == "open" else api.close_offer
        return Response(shapes.OfferSerializer(step(uuid, actor_id=request.user.pk)).data)


class DeliveryListView(OfficeView):
    """Mails to offices."""

    @extend_schema(responses=shapes.DeliverySerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the latest."""
        return Response(shapes.DeliverySerializer(api.list_deliveries(), many=True).data)


class BounceView(OfficeView):
    """A mail that came back."""

    @extend_schema(request=None, responses={200: shapes.DeliverySerializer, 204: None})
    def post(self, request: Request, uuid: UUID) -> Response:
        """Record it; answers with the mail to the next address, or 204 where there is none."""
        again = api.record_bounce(uuid, actor_id=request.user.pk)
        return Response(shapes.DeliverySerializer(again).data) if again else Response(status=204)


class ResendView(OfficeView):
    """A mail to be sent again."""

    @extend_schema(request=None, responses={201: shapes.DeliverySerializer})
    def post(self, request: Request, uuid: UUID) -> Response:
        """Mail the office again at its current address."""
        again = api.resend(uuid, actor_id=request.user.pk)
        return Response(shapes.DeliverySerializer(again).data, status=201)
