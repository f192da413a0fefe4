"""The practice set: one question at a time, checked at once, nothing kept."""

from __future__ import annotations

import random
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from mastery_exam.errors import ItemNotFound
from mastery_exam.services.catalogue import get_exam
from mastery_exam.services.practice import (
    SEEDS,
    check_practice_item,
    find_practice_file,
    list_practice_items,
    render_practice_item,
)
from openedx_bridge.capa import ItemGrade, PartState, RenderedItem
from openedx_bridge.web import render_page, suite_page


@require_http_methods(["GET", "HEAD", "POST"])
@suite_page
def practice(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a practice question; a posted answer is judged on the spot."""
    exam = get_exam(slug)
    items = list_practice_items(slug)
    if not items:
        raise ItemNotFound(_("This exam has no practice set."))
    position = _whole(request.GET.get("question"), 1, 1, len(items))
    seed = _whole(request.POST.get("seed"), random.randrange(SEEDS), 0, SEEDS - 1)  # noqa: S311 - which variant to show
    answers = {name: request.POST.getlist(name) for name in request.POST if name.startswith("input_")}
    rendered = render_practice_item(
        slug,
        position=position,
        seed=seed,
        answers=answers,
        files_url=lambda sha256, name: reverse("mastery_exam:practice-file", args=[slug, sha256, name]),
    )
    grade = None
    if request.method == "POST":
        grade = check_practice_item(slug, position=position, seed=seed, answers=answers)
    context = {
        "exam": exam,
        "items": items,
        "item": items[position - 1],
        "rendered": rendered,
        "seed": seed,
        "grade": grade,
        "verdicts": _verdicts(rendered, grade) if grade else [],
        "following": position + 1 if position < len(items) else None,
        "previous": position - 1 if position > 1 else None,
    }
    return render_page(request, "mastery_exam/practice.html", context)


@require_safe
def practice_file(request: HttpRequest, slug: str, sha256: str, name: str) -> HttpResponse:
    """Give a file that a practice question shows; files of scored items are not found here."""
    found = find_practice_file(slug, sha256=sha256, name=name)
    if found is None:
        raise Http404
    content, media_type = found
    response = HttpResponse(content, content_type=media_type)
    response["X-Content-Type-Options"] = "nosniff"
    # An SVG may hold a script; opened by itself it must not run as a page of this site.
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _verdicts(rendered: RenderedItem, grade: ItemGrade) -> list[dict[str, Any]]:
    words = {
        PartState.CORRECT: _("Right."),
        PartState.PARTLY_CORRECT: _("Partly right."),
        PartState.INCORRECT: _("Not right."),
        PartState.UNANSWERED: _("Not answered yet."),
        PartState.MALFORMED: _("This cannot be read as an answer."),
    }
    labels = {field.name: field.label for field in rendered.inputs}
    return [
        {
            "label": labels.get(part.input, "") if len(grade.parts) > 1 else "",
            "text": words[part.state],
            "advice": grade.malformed.get(part.input, ""),
            "state": part.state.value,
        }
        for part in grade.parts
    ]


def _whole(text: str | None, default: int, least: int, most: int) -> int:
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 6:
        return default
    return min(max(int(text), least), most)
