"""The grade table of a course: what blocks and decisions have put there, and a form for the course's own result."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from openedx_bridge.backend import get_backend
from openedx_bridge.web import render_page
from sandbox.grading import record_course_result
from sandbox.models import Block, BlockScore, CourseResult
from sandbox.pages.courses import get_course


@login_required
def table(request: HttpRequest, course: str) -> HttpResponse:
    """Learners by scored blocks; the course team sees all and records results, a learner sees their own row."""
    row = get_course(course)
    is_staff = get_backend().is_course_staff(request.user, row.key)
    if request.method == "POST":
        if not is_staff:
            raise PermissionDenied
        return _record(request, course)
    people = row.enrolments.select_related("user").order_by("user__username")
    users = [enrolment.user for enrolment in people if is_staff or enrolment.user == request.user]
    scores = BlockScore.objects.filter(user__in=users, usage_key__in=row.blocks.values("usage_key"))
    keys = list(dict.fromkeys(score.usage_key for score in scores.order_by("usage_key")))
    blocks = [block for block in Block.objects.filter(course=row) if block.usage_key in keys]
    by_place = {(score.user_id, score.usage_key): score for score in scores}
    results = {result.user_id: result for result in CourseResult.objects.filter(course=row, user__in=users)}
    rows = [
        (user, [by_place.get((user.pk, block.usage_key)) for block in blocks], results.get(user.pk)) for user in users
    ]
    context = {"course": row, "blocks": blocks, "rows": rows, "is_staff": is_staff}
    return render_page(request, "sandbox/grades.html", context)


def _record(request: HttpRequest, course: str) -> HttpResponse:
    row = get_course(course)
    user = get_user_model().objects.filter(username=request.POST.get("username", "")).first()
    try:
        percent = Decimal(request.POST.get("percent", ""))
    except InvalidOperation:
        percent = Decimal(-1)
    if user is None or not get_backend().is_enrolled(user.pk, row.key):
        messages.error(request, _("Choose a learner of this course."))
    elif not 0 <= percent <= 100:
        messages.error(request, _("The result must be a number from 0 to 100."))
    else:
        record_course_result(user, row, percent=percent)
        messages.success(request, _("The result is recorded."))
    return redirect("sandbox:grades", course=course)
