"""The front page, signing in and out, and the mail that was sent."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from openedx_bridge import api as bridge
from openedx_bridge.web import render_page, safe_next
from sandbox.people import DEMO_PASSWORD, DEMO_PEOPLE

NEWEST = 50
SEPARATOR = b"-" * 79


def index(request: HttpRequest) -> HttpResponse:
    """Where to go from here."""
    context = {"courses": list(bridge.iter_courses()), "may_author": bridge.can_author(request.user)}
    return render_page(request, "sandbox/home.html", context)


def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for username and password, then go where the person wanted to go."""
    target = safe_next(request.POST.get("next") or request.GET.get("next"), settings.LOGIN_REDIRECT_URL)
    context = {"next": target, "people": DEMO_PEOPLE, "password": DEMO_PASSWORD, "username": "", "error": ""}
    if request.method != "POST":
        return render_page(request, "sandbox/login.html", context)
    name = request.POST.get("username", "").strip()
    user = authenticate(request, username=name, password=request.POST.get("password", ""))
    if user is None:
        context |= {"username": name, "error": _("This username and password do not belong together. Check both.")}
        return render_page(request, "sandbox/login.html", context, status=400)
    login(request, user)
    return redirect(target)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    messages.info(request, _("You are signed out."))
    return redirect(settings.LOGOUT_REDIRECT_URL)


@login_required
def mail(request: HttpRequest) -> HttpResponse:
    """The mail the host has sent, newest first, for whoever tries the demo."""
    return render_page(request, "sandbox/mail.html", {"mails": _sent_mail()})


def _sent_mail() -> list[dict[str, str]]:
    """The newest mails in the folder of the file mail backend, which puts many into one file."""
    folder = Path(settings.EMAIL_FILE_PATH)
    files = sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime_ns) if folder.is_dir() else []
    found: list[dict[str, str]] = []
    for path in reversed(files[-NEWEST:]):
        parts = [part.strip() for part in path.read_bytes().split(SEPARATOR)]
        found += [_read_mail(part) for part in reversed(parts) if part]
    return found[:NEWEST]


def _read_mail(content: bytes) -> dict[str, str]:
    message = message_from_bytes(content, _class=EmailMessage, policy=policy.default)
    text = message.get_body(preferencelist=("plain",))
    return {
        "to": str(message.get("To", "")),
        "subject": str(message.get("Subject", "")),
        "date": str(message.get("Date", "")),
        "text": text.get_content() if text is not None else "",
    }
