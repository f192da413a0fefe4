"""A course as its learners see it: outline, units, files."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import CourseKey, UsageKey

from openedx_bridge.backend import get_backend
from openedx_bridge.web import render_page
from sandbox.models import Block, Course
from sandbox.outline import Chapter, outline_of, unit_blocks
from sandbox.runtime.host import SandboxRuntime
from sandbox.runtime.rendering import RenderedUnit, client_scripts, render_blocks
from sandbox.studio.files import find_course_file


def get_course(course: str) -> Course:
    """The course of an address; 404 for a key of nothing."""
    try:
        return get_object_or_404(Course, key=CourseKey.from_string(course))
    except InvalidKeyError as error:
        raise Http404(str(error)) from error


def get_block(course: Course, usage: str) -> Block:
    """The block of an address, in this course; 404 for any other."""
    try:
        return get_object_or_404(Block, course=course, usage_key=UsageKey.from_string(usage))
    except InvalidKeyError as error:
        raise Http404(str(error)) from error


def outline(request: HttpRequest, course: str) -> HttpResponse:
    """The course's chapters with their units."""
    row = get_course(course)
    context = _context(request, row) | {"chapters": _chapters(request, row)}
    return render_page(request, "sandbox/course.html", context)


@require_POST
@login_required
def enrol(request: HttpRequest, course: str) -> HttpResponse:
    """Enrol the person who asks; every course of the host is open."""
    row = get_course(course)
    get_backend().enrol(request.user.pk, str(row.key))
    messages.success(request, _("You are enrolled."))
    return redirect("sandbox:course", course=course)


def unit(request: HttpRequest, course: str, usage: str) -> HttpResponse:
    """A unit's blocks: for learners of the course, or what each shows to the public."""
    row = get_course(course)
    block = get_block(row, usage)
    context = _context(request, row)
    if block not in [unit for chapter in _chapters(request, row) for unit in chapter.units]:
        raise Http404(_("There is no such unit."))
    runtime = SandboxRuntime(request.user, row.key, mode="lms")
    rendered = RenderedUnit()
    if context["is_inside"] or row.is_public:
        view = "student_view" if context["is_inside"] else "public_view"
        rendered = render_blocks(runtime, unit_blocks(block), view)
    context |= {"unit": block, "rendered": rendered, "scripts": client_scripts()}
    return render_page(request, "sandbox/unit.html", context)


def jump_to(request: HttpRequest, course: str, usage: str) -> HttpResponse:
    """Take the learner to the unit that holds the block."""
    row = get_course(course)
    block = get_block(row, usage)
    for chapter in outline_of(row):
        for place in chapter.units:
            if block == place or block in unit_blocks(place):
                address = redirect("sandbox:unit", course=course, usage=str(place.usage_key))
                address["Location"] += f"#{block.usage_key.block_id}"
                return address
    return redirect("sandbox:course", course=course)


def static_file(request: HttpRequest, course: str, path: str) -> FileResponse:
    """A static file of the course, open to everybody, as on the platform."""
    found = find_course_file(get_course(course).key, f"static/{path}")
    if found is None:
        raise Http404(_("There is no such file."))
    response = FileResponse(found.open("rb"))
    # A picture may be shown; nothing that a course brings along may run here.
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _context(request: HttpRequest, row: Course) -> dict:
    is_staff = request.user.is_authenticated and get_backend().is_course_staff(request.user, row.key)
    is_enrolled = request.user.is_authenticated and get_backend().is_enrolled(request.user.pk, row.key)
    return {"course": row, "is_staff": is_staff, "is_enrolled": is_enrolled, "is_inside": is_staff or is_enrolled}


def _chapters(request: HttpRequest, row: Course) -> list[Chapter]:
    is_staff = request.user.is_authenticated and get_backend().is_course_staff(request.user, row.key)
    return outline_of(row, with_hidden=is_staff)
