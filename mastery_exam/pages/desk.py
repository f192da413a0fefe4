"""The invigilator's desk: the seat list, start codes, and notes on what happened. No item and no result."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mastery_exam.errors import InvalidInput
from mastery_exam.models import Exam
from mastery_exam.pages.actions import author_page, perform
from mastery_exam.services.authoring import find_exam_row
from mastery_exam.services.invigilating import list_seats, note_incident
from mastery_exam.services.start_codes import issue_start_code
from openedx_bridge.dates import zone_of
from openedx_bridge.web import render_page


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@author_page
def invigilate(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the seat list, or do what its forms ask: let a person in, keep a note."""
    exam = find_exam_row(slug)
    list_seats(slug, actor_id=request.user.pk)
    error = None
    if request.method == "POST":
        error = perform(request, {"let_in": _let_in, "incident": _incident}, exam)
    context = {
        "exam": exam,
        "seats": list_seats(slug, actor_id=request.user.pk),
        "zone": zone_of(request.user.pk),
        "error": error,
    }
    return render_page(request, "mastery_exam/invigilate.html", context, status=400 if error else 200)


def _let_in(request: HttpRequest, exam: Exam) -> str:
    if not request.POST.get("checked"):
        raise InvalidInput(_("Compare face, name and ID first, then tick that you did."))
    code = issue_start_code(_registration(request), actor_id=request.user.pk, seat=request.POST.get("seat", ""))
    return _("Start code: %(code)s. Give it to the person now; it is shown only once.") % {"code": code}


def _incident(request: HttpRequest, exam: Exam) -> str:
    note_incident(_registration(request), actor_id=request.user.pk, note=request.POST.get("note", ""))
    return _("The note was kept.")


def _registration(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("registration", ""))
    except ValueError as error:
        raise InvalidInput(_("This form is not known any more. Load the page again and repeat.")) from error
