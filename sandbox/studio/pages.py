"""Studio's pages: a course's outline, a unit with its blocks' previews and edit forms, OLX in and out."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from openedx_bridge import api as bridge
from openedx_bridge.backend import get_backend
from openedx_bridge.errors import SuiteError
from openedx_bridge.web import render_page
from sandbox.models import Block, Course
from sandbox.outline import outline_of, unit_blocks
from sandbox.pages.courses import get_block, get_course
from sandbox.runtime.host import SandboxRuntime
from sandbox.runtime.rendering import client_scripts, render_blocks
from sandbox.studio import changes
from sandbox.studio.export import export_archive
from sandbox.studio.imports import import_archive

MAX_UPLOAD = 512 * 1024**2
SHOWN_LEFT_OUT = 20


def course_team(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give `view` the course, if the signed-in user may author it."""

    @wraps(view)
    @login_required
    def wrapped(request: HttpRequest, course: str, **kwargs: Any) -> HttpResponse:
        row = get_course(course)
        if not get_backend().is_course_staff(request.user, row.key):
            raise PermissionDenied(_("Only the course team may open this."))
        return view(request, row, **kwargs)

    return wrapped


@login_required
def index(request: HttpRequest) -> HttpResponse:
    """The courses that the user may author."""
    mine = [course for course in bridge.iter_courses() if bridge.is_course_staff(request.user, course_key=course.key)]
    context = {"courses": mine, "may_author": bridge.can_author(request.user)}
    return render_page(request, "sandbox/studio/index.html", context)


@course_team
def outline(request: HttpRequest, course: Course) -> HttpResponse:
    """Chapters, sections and units; a form adds a unit to a section."""
    if request.method == "POST":
        section = get_block(course, request.POST.get("section", ""))
        if section.block_type != "sequential":
            raise Http404(_("Units stand in sections."))
        new = changes.add_unit(section, title=request.POST.get("title", "").strip() or _("Unit"))
        return redirect("sandbox:studio-unit", course=str(course.key), usage=str(new.usage_key))
    return render_page(request, "sandbox/studio/course.html", {"course": course, "chapters": outline_of(course)})


@course_team
def unit(request: HttpRequest, course: Course, usage: str) -> HttpResponse:
    """A unit's blocks as their authors see them, one of them as its edit form when `?edit=` names it."""
    row = get_block(course, usage)
    if request.method == "POST":
        return _add(request, course, row)
    edited = request.GET.get("edit")
    rows = unit_blocks(row)
    if edited:
        chosen = [block for block in rows if str(block.usage_key) == edited]
        rendered = render_blocks(_runtime(request, course, "studio"), chosen, "studio_view")
    else:
        rendered = render_blocks(_runtime(request, course, "preview"), rows, "author_view")
    context = {
        "course": course,
        "unit": row,
        "rendered": rendered,
        "edited": edited,
        "menu": changes.ADVANCED_BLOCKS,
        "editable": [block.usage_key for block in rows if block.block_type in changes.ADVANCED_BLOCKS],
        "scripts": client_scripts(),
    }
    return render_page(request, "sandbox/studio/unit.html", context)


@require_POST
@course_team
def change_block(request: HttpRequest, course: Course, usage: str) -> HttpResponse:
    """Duplicate or delete a block, then show its unit."""
    row = get_block(course, usage)
    place = row.parent or row
    if request.POST.get("action") == "duplicate":
        changes.duplicate_block(row, request.user)
    elif request.POST.get("action") == "delete":
        changes.delete_block(row)
    return redirect("sandbox:studio-unit", course=str(course.key), usage=str(place.usage_key))


@require_POST
@course_team
def import_olx(request: HttpRequest, course: Course) -> HttpResponse:
    """Replace the course's content by an uploaded export; what could not be used is named."""
    upload = request.FILES.get("archive")
    if upload is None or upload.size > MAX_UPLOAD:
        messages.error(request, _("Choose a .tar.gz of at most %(mb)s MB.") % {"mb": MAX_UPLOAD // 1024**2})
        return redirect("sandbox:studio-course", course=str(course.key))
    try:
        outcome = import_archive(upload, into=course.key)
    except SuiteError as error:
        messages.error(request, error.user_message)
        return redirect("sandbox:studio-course", course=str(course.key))
    done = ngettext("%(n)s block was imported.", "%(n)s blocks were imported.", outcome.blocks) % {"n": outcome.blocks}
    messages.success(request, done)
    for left_out in outcome.left_out[:SHOWN_LEFT_OUT]:
        messages.warning(request, f"{left_out.where}: {left_out.reason}")
    return redirect("sandbox:studio-course", course=str(course.key))


@course_team
def export_olx(request: HttpRequest, course: Course) -> HttpResponse:
    """The course as a .tar.gz."""
    response = HttpResponse(export_archive(course), content_type="application/gzip")
    name = get_valid_filename(f"{course.key.org}-{course.key.course}-{course.key.run}.tar.gz")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_POST
@course_team
def rerun(request: HttpRequest, course: Course) -> HttpResponse:
    """Make a new run of the course."""
    run = "".join(char for char in request.POST.get("run", "") if char.isalnum() or char in "._-").strip("._-")
    try:
        new = changes.rerun_course(course, run) if run else None
    except SuiteError as error:
        messages.error(request, error.user_message)
        new = None
    if new is None and not run:
        messages.error(request, _("Name the new run, with letters and digits."))
    return redirect("sandbox:studio-course", course=str((new or course).key))


def _add(request: HttpRequest, course: Course, row: Block) -> HttpResponse:
    try:
        new = changes.add_block(row, request.POST.get("block_type", ""))
    except SuiteError as error:
        messages.error(request, error.user_message)
        return redirect("sandbox:studio-unit", course=str(course.key), usage=str(row.usage_key))
    return redirect(f"{request.path}?edit={quote(str(new.usage_key), safe='')}")


def _runtime(request: HttpRequest, course: Course, mode: str) -> SandboxRuntime:
    return SandboxRuntime(request.user, course.key, mode=mode)
