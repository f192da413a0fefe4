"""Pages of micromasters_pathway: the list, a programme with the learner's progress, and the author's form."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from micromasters_pathway import api, panels
from micromasters_pathway.data import ProgrammeData
from micromasters_pathway.errors import PathwayError, ProgrammeNotFound, ProgrammeNotYours
from micromasters_pathway.pages.forms import (
    GroupFormSet,
    NewProgrammeForm,
    ProgrammeForm,
    SlotFormSet,
    initial_from_rules,
    rules_from_forms,
)
from micromasters_pathway.rules import can_create_programme
from openedx_bridge.web import render_page, suite_page


@suite_page
def programmes(request: HttpRequest) -> HttpResponse:
    """List the public programmes."""
    context = {
        "programmes": api.list_programmes(),
        "may_author": can_create_programme(request.user),
        "wider_url": panels.first("programmes.wider_url", request=request),
    }
    return render_page(request, "micromasters_pathway/programmes.html", context)


@suite_page
def programme(request: HttpRequest, key: str) -> HttpResponse:
    """Show a programme, and to a member their progress."""
    user_id = request.user.pk if request.user.is_authenticated else None
    if user_id:
        api.refresh_progress(user_id, programme_key=key)
    progress = api.get_progress(user_id, programme_key=key)
    subject = {"programme": progress.programme}
    context = {
        "progress": progress,
        "offers": panels.render("programme.offers", request=request, user_id=user_id, **subject),
        "credential": panels.render(
            "programme.credential", request=request, completion_uuid=progress.completion_uuid, **subject
        ),
    }
    return render_page(request, "micromasters_pathway/programme.html", context)


@login_required
@require_POST
@suite_page
def join(request: HttpRequest, key: str) -> HttpResponse:
    """Join under the newest rules and go back to the programme."""
    api.join_programme(request.user.pk, programme_key=key)
    messages.success(request, _("You have joined. Exams and courses that you passed before count too."))
    return redirect("micromasters_pathway:programme", key=key)


@login_required
@suite_page
def author_home(request: HttpRequest) -> HttpResponse:
    """List the author's programmes and create new ones."""
    if not can_create_programme(request.user):
        raise ProgrammeNotYours(_("Only course authors may write programmes. Ask the site's staff for the right."))
    form = NewProgrammeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            created = api.create_programme(actor_id=request.user.pk, **form.cleaned_data)
        except PathwayError as error:
            form.add_error("key", error.user_message)
        else:
            return redirect("micromasters_pathway:author-programme", key=created.key)
    context = {"form": form, "programmes": api.list_editable_programmes(request.user)}
    status = 400 if form.errors else 200
    return render_page(request, "micromasters_pathway/author_home.html", context, status=status)


@login_required
@suite_page
def author_programme(request: HttpRequest, key: str) -> HttpResponse:
    """Edit the texts and publish the rules."""
    found = next((p for p in api.list_editable_programmes(request.user) if p.key == key), None)
    if found is None:
        raise ProgrammeNotFound(_("There is no programme “{key}” that you may change.").format(key=key))
    context = _author_forms(request, found)
    if request.method == "POST" and all(context[name].is_valid() for name in ("form", "slots", "groups")):
        try:
            return _save(request, found, context)
        except PathwayError as error:
            context["refusal"] = error.user_message
    failed = request.method == "POST"
    page = "micromasters_pathway/author_programme.html"
    return render_page(request, page, context | {"programme": found, "failed": failed}, status=400 if failed else 200)


def _author_forms(request: HttpRequest, found: ProgrammeData) -> dict[str, Any]:
    initial = initial_from_rules(found.rules)
    slots, groups = initial or ([], [])
    texts = {name: getattr(found, name) for name in ("title", "organisation", "summary", "completion_gives")}
    data = request.POST or None
    return {
        "form": ProgrammeForm(data, initial=texts),
        "slots": SlotFormSet(data, initial=slots, prefix="slots"),
        "groups": GroupFormSet(data, initial=groups, prefix="groups"),
        "too_deep": initial is None,
    }


def _save(request: HttpRequest, found: ProgrammeData, context: dict[str, Any]) -> HttpResponse:
    api.update_programme(found.key, actor_id=request.user.pk, **context["form"].cleaned_data)
    if "publish" in request.POST:
        rules = rules_from_forms(context["slots"], context["groups"])
        published = api.publish_programme(found.key, rules=rules, actor_id=request.user.pk)
        text = _("Version {num} is published. Members who joined before keep their rules.")
        messages.success(request, text.format(num=published.version_num))
    else:
        messages.success(request, _("Saved."))
    return redirect("micromasters_pathway:author-programme", key=found.key)
