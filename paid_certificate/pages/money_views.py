"""Pages about money: checkout, the order with its state, and the operator's desk."""

from __future__ import annotations

import secrets
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from mastery_exam import api as exams
from openedx_bridge import api as bridge
from openedx_bridge.web import render_page, suite_page
from paid_certificate import api
from paid_certificate.data import OrderState, Quote
from paid_certificate.errors import CertificateError, DeskOnly, OrderNotFound
from paid_certificate.providers.base import gateways
from paid_certificate.rules import can_work_desk


@login_required
@suite_page
def checkout(request: HttpRequest, registration_uuid: UUID) -> HttpResponse:
    """Show the summary for a registration's sitting and take the order."""
    registration = exams.get_registration(registration_uuid)
    if registration.user_id != request.user.pk:
        raise OrderNotFound(_("There is no such registration of yours. Look in My exams."))
    standing = api.find_order(request.user.pk, registration_uuid=registration_uuid)
    if standing is not None:
        return redirect(standing.url)
    quote = api.get_quote(request.user.pk, exam_key=registration.exam_key)
    return _checkout(request, quote, title=registration.exam_title, registration_uuid=registration_uuid)


@login_required
@suite_page
def checkout_credential(request: HttpRequest, decision_uuid: UUID) -> HttpResponse:
    """Show the summary for the credential of a pass and take the order."""
    decision = exams.get_decision(decision_uuid)
    if decision.user_id != request.user.pk:
        raise OrderNotFound(_("There is no such result of yours. Look in My exams."))
    standing = api.find_order(request.user.pk, decision_uuid=decision_uuid)
    if standing is not None:
        return redirect(standing.url)
    quote = api.get_quote(request.user.pk, exam_key=decision.exam_key)
    return _checkout(request, quote, title=decision.exam_title, decision_uuid=decision_uuid)


def _checkout(request: HttpRequest, quote: Quote, *, title: str, **subject: UUID) -> HttpResponse:
    choices = [gateway for gateway in gateways().values() if gateway.accepts(quote.total)]
    error = ""
    if request.method == "POST":
        try:
            order = api.place_order(
                request.user.pk,
                gateway=request.POST.get("gateway", ""),
                idempotency_key=request.POST.get("idempotency_key", "")[:64] or secrets.token_hex(16),
                **subject,
            )
        except CertificateError as refused:
            error = str(refused.user_message)
        else:
            return redirect(order.url)
    context = {
        "quote": quote,
        "title": title,
        "choices": choices,
        "error": error,
        "idempotency_key": secrets.token_hex(16),
        "aid_url": settings.PAID_CERTIFICATE_AID_URL,
    }
    return render_page(request, "paid_certificate/checkout.html", context, status=400 if error else 200)


@login_required
@suite_page
def order(request: HttpRequest, order_uuid: UUID) -> HttpResponse:
    """Show an order to its buyer (or the desk), with what happens next; the buyer may cancel an unpaid one."""
    found = api.get_order(order_uuid)
    if found.user_id != request.user.pk and not can_work_desk(request.user):
        raise OrderNotFound(_("There is no such order of yours."))
    if request.method == "POST" and "cancel" in request.POST:
        found = api.cancel_order(request.user.pk, order_uuid=order_uuid)
        messages.success(request, _("The order is cancelled. Nothing was charged."))
        return redirect(found.url)
    context = {
        "order": found,
        "instructions": api.payment_instructions(found),
        "person": bridge.get_user(found.user_id),
        "next_url": reverse("mastery_exam:my-exams"),
        "is_awaiting": found.state is OrderState.AWAITING_PAYMENT,
    }
    return render_page(request, "paid_certificate/order.html", context)


@login_required
@suite_page
def desk(request: HttpRequest) -> HttpResponse:
    """The operator's desk: invoices to mark paid, and what reconciliation found."""
    if not can_work_desk(request.user):
        raise DeskOnly(_("This page is for the operator's finance staff."))
    error: CertificateError | None = None
    if request.method == "POST":
        try:
            return _desk_action(request)
        except CertificateError as refused:
            error = refused
    from paid_certificate.services.desk import desk_context

    context = desk_context() | {"error": error, "typed": request.POST}
    return render_page(request, "paid_certificate/desk.html", context, status=error.status if error else 200)


def _desk_action(request: HttpRequest) -> HttpResponse:
    action, actor_id = request.POST.get("action", ""), request.user.pk
    if action == "mark_paid":
        reference = request.POST.get("reference", "")
        paid = api.mark_invoice_paid(_uuid(request), actor_id=actor_id, reference=reference)
        messages.success(request, _("Order {number} is paid.").format(number=paid.number))
    elif action == "refund":
        refunded = api.refund_order(
            _uuid(request),
            actor_id=actor_id,
            reason=request.POST.get("reason", ""),
            our_fault="our_fault" in request.POST,
        )
        messages.success(request, _("Order {number} is refunded.").format(number=refunded.number))
    elif action == "revoke":
        api.revoke_credential(_uuid(request), actor_id=actor_id, reason=request.POST.get("reason", ""))
        messages.success(request, _("The credential is revoked. Its page says so."))
    elif action == "repair":
        done = api.reconcile(dry_run=False, actor_id=actor_id)
        messages.success(request, _("Repaired: {n}.").format(n=sum(finding.repaired for finding in done)))
    return redirect("paid_certificate:desk")


def _uuid(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("uuid", ""))
    except ValueError as error:
        raise OrderNotFound(_("Choose one of the rows on the page.")) from error
