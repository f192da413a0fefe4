"""Every app's switch: an app that is switched off has no pages, no REST and deaf handlers."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404

__all__ = ["guard_urls", "is_enabled", "when_enabled"]


def is_enabled(app: str) -> bool:
    """Whether the operator's switch `<APP>_ENABLED` is on, as it is by default."""
    return bool(getattr(settings, f"{app.upper()}_ENABLED", True))


def when_enabled(app: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorate a signal handler so that it does nothing while `app` is switched off."""

    def decorate(handler: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(handler)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            return handler(*args, **kwargs) if is_enabled(app) else None

        return guarded

    return decorate


def guard_urls(app: str, patterns: list[Any]) -> list[Any]:
    """Make every view below `patterns` answer 404 while `app` is switched off; returns the same patterns."""
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            guard_urls(app, pattern.url_patterns)
        else:
            pattern.callback = _guarded(app, pattern.callback)
    return patterns


def _guarded(app: str, view: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> Any:
        if not is_enabled(app):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded
