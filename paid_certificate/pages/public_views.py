"""Pages and documents for everybody: verification, issuing bodies, achievements, status lists."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from openedx_bridge.open_data import open_json
from openedx_bridge.web import render_page, suite_page
from paid_certificate import api, panels
from paid_certificate.pages.ways import ways_of
from paid_certificate.services.award_data import achievement_jsonld
from paid_certificate.services.bodies import did_document_of
from paid_certificate.services.body_marks import get_logo
from paid_certificate.services.catalogue_jsonld import catalogue_page, catalogue_url
from paid_certificate.services.sharing import record_look
from paid_certificate.services.status import signed_status_list
from paid_certificate.services.throttle import is_throttled
from paid_certificate.services.verify_credential import MAX_BYTES, Answer, Verified, verify_issued, verify_text


@suite_page
def verify(request: HttpRequest) -> HttpResponse:
    """The box for a link or a file, and the verdict on what was sent."""
    if request.method != "POST":
        return render_page(request, "paid_certificate/verify.html", {})
    if is_throttled(request):
        context = {"error": _("Too many checks from here. Wait a minute and try again.")}
        return render_page(request, "paid_certificate/verify.html", context, status=429)
    upload = request.FILES.get("file")
    text = request.POST.get("text", "")
    if upload is not None:
        text = upload.read(MAX_BYTES + 1).decode("utf-8", "replace")
    found = verify_text(text)
    if found.answer is Answer.UNREADABLE:
        context = {
            "error": _("We could not read this file. It is not a verdict on the credential."),
            "typed": "" if upload else text,
        }
        return render_page(request, "paid_certificate/verify.html", context, status=400)
    return _verdict(request, found)


@suite_page
def verification(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The verdict on a credential of ours; whoever has the address may see it."""
    found = verify_issued(uuid)
    if found.credential is not None and found.credential.user_id != request.user.pk:
        record_look(uuid)
    return _verdict(request, found)


def _verdict(request: HttpRequest, found: Verified) -> HttpResponse:
    context: dict[str, Any] = {"found": found, "credential": found.credential}
    if found.credential is not None:
        context["has_token"] = bool(api.get_token(found.credential.uuid))
        context["credit"] = panels.render("verification.credit", request=request, credential=found.credential)
    response = render_page(request, "paid_certificate/verification.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


@suite_page
def body(request: HttpRequest, slug: str) -> HttpResponse:
    """An issuing body with its legal face."""
    return render_page(request, "paid_certificate/body.html", {"body": api.get_body(slug)})


@suite_page
def logo(request: HttpRequest, slug: str, sha256: str) -> HttpResponse:
    """A logo of the body, which never changes at its address."""
    response = HttpResponse(get_logo(slug, sha256), content_type="image/png")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["Access-Control-Allow-Origin"] = "*"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@suite_page
def did(request: HttpRequest, slug: str) -> HttpResponse:
    """The body's DID document."""
    # Asked for anew each time, so that a stolen key is known as soon as it is declared.
    return open_json(request, did_document_of(slug), content_type="application/did+json", max_age=0)


@suite_page
def achievement(request: HttpRequest, version_uuid: UUID) -> HttpResponse:
    """One version of an achievement: a page, or JSON-LD for whoever accepts that or asks for ?format=json."""
    found = api.get_achievement_version(version_uuid)
    accepts = request.headers.get("Accept", "")
    wants_json = request.GET.get("format") == "json" or "json" in accepts.partition(",")[0]
    if wants_json:
        response = open_json(request, achievement_jsonld(version_uuid), content_type="application/ld+json")
    else:
        below = panels.render("achievement.below", request=request, achievement=found)
        context = {"achievement": found, "below": below, "ways": ways_of(found)}
        response = render_page(request, "paid_certificate/achievement.html", context)
    response["Vary"] = "Accept"
    return response


@require_safe
@suite_page
def catalogue(request: HttpRequest) -> HttpResponse:
    """Achievements, exams and programmes for machines; `?page=2` goes on, and a Link header names the next page."""
    text = request.GET.get("page", "1")
    num = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    document, pages = catalogue_page(num, request=request)
    response = open_json(request, document, content_type="application/ld+json")
    near = {"prev": num - 1, "next": num + 1}
    links = [f'<{catalogue_url(to)}>; rel="{rel}"' for rel, to in near.items() if 1 <= to <= pages]
    if links:
        response["Link"] = ", ".join(links)
    return response


@suite_page
def status_list(request: HttpRequest, slug: str, purpose: str, num: int) -> HttpResponse:
    """A signed status list."""
    response = HttpResponse(signed_status_list(slug, purpose, num), content_type="application/vc+ld+json")
    response["Cache-Control"] = "public, max-age=300"
    response["Access-Control-Allow-Origin"] = "*"
    return response


def open_text(text: str, content_type: str) -> HttpResponse:
    """A signed document for any verifier on the web, byte for byte as it was stored."""
    response = HttpResponse(text, content_type=content_type)
    response["Access-Control-Allow-Origin"] = "*"
    response["X-Robots-Tag"] = "noindex"
    return response
