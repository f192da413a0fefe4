"""REST: quotes, fees, orders, payments, refunds, rights."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from openedx_bridge.rest import SuiteAPIView
from paid_certificate import api
from paid_certificate.data import OrderData
from paid_certificate.errors import DeskOnly, OrderNotFound
from paid_certificate.rest_api.v1 import serializers as shapes
from paid_certificate.rules import can_work_desk


def require_desk(request: Request) -> None:
    """Raise DeskOnly for everybody but the operator's finance staff."""
    if not can_work_desk(request.user):
        raise DeskOnly(_("Only the operator's finance staff may do this."))


class QuoteView(SuiteAPIView):
    """What an exam costs the caller."""

    permission_classes = (AllowAny,)

    @extend_schema(parameters=[OpenApiParameter("exam", required=True)], responses=shapes.QuoteSerializer)
    def get(self, request: Request) -> Response:
        """Quote the exam named by `exam`."""
        user_id = request.user.pk if request.user.is_authenticated else None
        quote = api.get_quote(user_id, exam_key=request.query_params.get("exam", ""))
        return Response(shapes.QuoteSerializer(quote).data)


class FeeView(SuiteAPIView):
    """The fee of an exam, for those who set it."""

    @extend_schema(request=shapes.FeeSerializer, responses=shapes.QuoteSerializer)
    def put(self, request: Request, exam_key: str) -> Response:
        """Set the fee from now on."""
        serializer = shapes.FeeSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        api.set_fee(exam_key, actor_id=request.user.pk, **serializer.validated_data)
        return Response(shapes.QuoteSerializer(api.get_quote(None, exam_key=exam_key)).data)


class OrderListView(SuiteAPIView):
    """The caller's own orders."""

    @extend_schema(responses=shapes.OrderSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List them, oldest first."""
        return Response(shapes.OrderSerializer(api.list_orders(request.user.pk), many=True).data)

    @extend_schema(request=shapes.PlaceOrderSerializer, responses={201: shapes.OrderSerializer})
    def post(self, request: Request) -> Response:
        """Place an order; the same purchase again answers with the first."""
        serializer = shapes.PlaceOrderSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        order = api.place_order(request.user.pk, **serializer.validated_data)
        return Response(shapes.OrderSerializer(order).data, status=201)


class OrderView(SuiteAPIView):
    """One order, for its buyer and the desk."""

    @extend_schema(responses=shapes.OrderSerializer)
    def get(self, request: Request, uuid: UUID) -> Response:
        """Show the order."""
        return Response(shapes.OrderSerializer(_visible(request, uuid)).data)


class OrderCancelView(SuiteAPIView):
    """Cancelling one's own unpaid order."""

    @extend_schema(request=None, responses=shapes.OrderSerializer)
    def post(self, request: Request, uuid: UUID) -> Response:
        """Cancel it; nothing that was paid for is touched."""
        return Response(shapes.OrderSerializer(api.cancel_order(request.user.pk, order_uuid=uuid)).data)


class OrderPaymentView(SuiteAPIView):
    """Recording that an invoice was paid."""

    @extend_schema(request=shapes.PaymentSerializer, responses=shapes.OrderSerializer)
    def post(self, request: Request, uuid: UUID) -> Response:
        """Record the transfer; the same reference again changes nothing."""
        require_desk(request)
        serializer = shapes.PaymentSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        order = api.mark_invoice_paid(uuid, actor_id=request.user.pk, **serializer.validated_data)
        return Response(shapes.OrderSerializer(order).data)


class OrderRefundView(SuiteAPIView):
    """Giving money back."""

    @extend_schema(request=shapes.RefundSerializer, responses=shapes.OrderSerializer)
    def post(self, request: Request, uuid: UUID) -> Response:
        """Refund the order in full, once."""
        require_desk(request)
        serializer = shapes.RefundSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        order = api.refund_order(uuid, actor_id=request.user.pk, **serializer.validated_data)
        return Response(shapes.OrderSerializer(order).data)


class EntitlementListView(SuiteAPIView):
    """The caller's own rights."""

    @extend_schema(responses=shapes.EntitlementSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List them, oldest first."""
        return Response(shapes.EntitlementSerializer(api.list_entitlements(request.user.pk), many=True).data)


class ReconciliationView(SuiteAPIView):
    """What is missing between money, rights, decisions and credentials."""

    @extend_schema(responses=shapes.FindingSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Only look."""
        require_desk(request)
        return Response(shapes.FindingSerializer(api.reconcile(), many=True).data)

    @extend_schema(request=None, responses=shapes.FindingSerializer(many=True))
    def post(self, request: Request) -> Response:
        """Repair what can be repaired."""
        require_desk(request)
        outcomes = api.reconcile(dry_run=False, actor_id=request.user.pk)
        return Response(shapes.FindingSerializer(outcomes, many=True).data)


def _visible(request: Request, uuid: UUID) -> OrderData:
    order = api.get_order(uuid)
    if order.user_id != request.user.pk and not can_work_desk(request.user):
        raise OrderNotFound(_("There is no such order of yours."))
    return order
