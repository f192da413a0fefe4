"""What the authors' pages share: the sign-in, and forms that each name the action they ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from mastery_exam.errors import AuthorNotAllowed, InvalidInput
from openedx_bridge.errors import SuiteError
from openedx_bridge.web import suite_page

Subject = TypeVar("Subject")
Action = Callable[[HttpRequest, Subject], str]


def author_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Ask for a sign-in first, and show our errors as pages."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect(f"/login?{urlencode({'next': request.get_full_path()})}")
        return suite_page(view)(request, *args, **kwargs)

    return wrapped


def require(allowed: bool) -> None:
    """Raise AuthorNotAllowed unless `allowed`."""
    if not allowed:
        raise AuthorNotAllowed(_("You are not an author here. Ask one of the authors, or the operator, to add you."))


def perform(request: HttpRequest, actions: Mapping[str, Action[Subject]], subject: Subject) -> SuiteError | None:
    """Do what the posted form asks for; returns the error to show beside it, or None after a message of success."""
    action = actions.get(request.POST.get("action", ""))
    if action is None:
        raise InvalidInput(_("This form is not known any more. Load the page again and repeat."))
    try:
        messages.success(request, action(request, subject))
    except SuiteError as error:
        return error
    return None


def uploaded(request: HttpRequest, name: str = "file") -> UploadedFile:
    """Return the uploaded file; raises InvalidInput when there is none, or it is larger than the operator allows."""
    file = request.FILES.get(name)
    if file is None:
        raise InvalidInput(_("Choose a file first."), fields={name: _("Choose a file.")})
    limit = settings.MASTERY_EXAM_UPLOAD_MB
    if (file.size or 0) > limit * 1024 * 1024:
        raise InvalidInput(
            _("This file is larger than %s MB. Ask the operator to import it from the command line.") % limit,
            fields={name: _("Choose a smaller file.")},
        )
    return file


def table_source(request: HttpRequest) -> bytes | str:
    """Return the CSV or JSON that was uploaded as `file` or pasted as `text`."""
    pasted = request.POST.get("text", "")
    return pasted if pasted.strip() else uploaded(request).read()
