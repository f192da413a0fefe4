"""The stand-alone pages' common ground: the frame they stand in, errors as pages, and the state line."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import TemplateDoesNotExist, engines
from django.template.backends.django import DjangoTemplates
from django.utils.translation import get_language_bidi

from openedx_bridge.errors import SuiteError

__all__ = ["page_frame", "render_page", "safe_next", "suite_page"]

OWN_FRAME = "openedx_bridge/frame.html"
PLATFORM_FRAME = "main_django.html"


def page_frame() -> str:
    """Return the template that pages extend: the operator's choice, the platform's own, or ours."""
    if settings.OPENEDX_BRIDGE_FRAME:
        return settings.OPENEDX_BRIDGE_FRAME
    return "openedx_bridge/platform_frame.html" if _has_platform_frame() else OWN_FRAME


def _has_platform_frame() -> bool:
    """Whether Django's own engine finds the platform's frame; in Studio only Mako does, and that cannot be extended."""
    for engine in engines.all():
        if isinstance(engine, DjangoTemplates):
            try:
                engine.get_template(PLATFORM_FRAME)
            except TemplateDoesNotExist:
                continue
            return True
    return False


def render_page(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """Render `template`, which begins with `{% extends suite_frame %}`, inside the host's frame."""
    frame = {"suite_frame": page_frame(), "suite_rtl": get_language_bidi()}
    return render(request, template, frame | (context or {}), status=status)


def suite_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Show a SuiteError raised by `view` as a page that says what happened and what to do."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except SuiteError as error:
            return render_page(request, "openedx_bridge/error.html", {"error": error}, status=error.status)

    return wrapped


def safe_next(target: str | None, default: str) -> str:
    """Return `target` when it is a path on this site, else `default`, so that no link of ours leads elsewhere."""
    if not target:
        return default
    parts = urlsplit(target)
    is_local = not parts.scheme and not parts.netloc and target.startswith("/") and not target.startswith("//")
    return target if is_local and "\\" not in target else default
