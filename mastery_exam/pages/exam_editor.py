"""The exam editor: what blocks publishing first, then everything that a version will freeze."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mastery_exam import panels, rules
from mastery_exam.data import DeliveryRule, FeePolicy, FloorRule, IdentityPolicy, ReleasePolicy, Supervision
from mastery_exam.errors import InvalidInput, PublishRefused
from mastery_exam.models import Exam, Item
from mastery_exam.pages.actions import Action, author_page, perform, require
from mastery_exam.pages.bank_page import items_shown, save_items
from mastery_exam.pages.delivery_view import delivery_choices, is_of_rule, plan_facts, sitting_facts
from mastery_exam.services.authoring import find_exam_row
from mastery_exam.services.competencies import list_competencies
from mastery_exam.services.draw_forms import read_record
from mastery_exam.services.edit_exam import add_exam_author, draft_data, update_exam, withdraw_exam
from mastery_exam.services.exam_settings import PLANNED
from mastery_exam.services.judging_panels import find_panel
from mastery_exam.services.publish_exam import check_exam, preview_forms, publish_when_simulated
from openedx_bridge import api as bridge
from openedx_bridge.dates import zone_of
from openedx_bridge.errors import SuiteError
from openedx_bridge.web import render_page

COLUMNS = ("title", "subject", "language", "summary", "owner_org", "course_key", "registration_opens_at")
SETTINGS = (
    "delivery_rule", "n_forms", *PLANNED, "pilot_items",
    "what_passing_shows", "minutes", "adjustments", "max_attempts", "wait_days", "release_policy",
    "release_hours", "fee_policy", "identity_policy", "supervision", "rules", "appeals", "terms_text", "terms_version",
    "max_wrong_passes", "max_wrong_fails",
)  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@author_page
def exam_editor(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the exam to its authors; POST does one of the ACTIONS."""
    exam = find_exam_row(slug)
    require(rules.can_edit_exam(request.user, exam))
    error = None
    if request.method == "POST":
        before = exam.versions.count()
        error = perform(request, ACTIONS, exam)
        if error is None and request.POST["action"] == "publish" and exam.versions.count() == before:
            return redirect("mastery_exam:author-simulation", exam.key)
        if error is None:
            return redirect(request.get_full_path())
        exam = find_exam_row(slug)
    context = _context(request, exam, error)
    return render_page(request, "mastery_exam/exam_editor.html", context, status=error.status if error else 200)


def _context(request: HttpRequest, exam: Exam, error: SuiteError | None) -> dict[str, Any]:
    draft = draft_data(exam)
    check = check_exam(exam.key)
    values = {name: getattr(draft, name) for name in COLUMNS} | {name: draft.settings[name] for name in SETTINGS}
    values |= {"adjustments": "\n".join(draft.settings["adjustments"]), "approval": draft.settings["approval_required"]}
    values["calibration_num"] = str(draft.settings["calibration_num"] or "")
    opens = draft.registration_opens_at
    values["registration_opens_at"] = opens.strftime("%Y-%m-%dT%H:%M") if opens else ""
    kept = bool(error) and request.POST.get("action") == "settings"
    if kept:
        values |= {name: request.POST.get(name, "") for name in (*COLUMNS, *SETTINGS)}
        values["approval"] = "approval_required" in request.POST
    return {
        "exam": exam,
        "values": values,
        "areas": _areas(request, exam, draft.settings, kept),
        "check": check,
        "refusals": error.refusals if isinstance(error, PublishRefused) else check.refusals,
        "items": items_shown(request, exam.bank),
        "item_areas": list_competencies(exam.bank.framework.key),
        "may_edit_items": rules.can_edit_bank(request.user, exam.bank),
        "panel": find_panel(exam.bank.uuid),
        "versions": _versions(exam),
        "preview": _preview(request, exam),
        "price_links": panels.render("author.price", request=request, exam_key=exam.key),
        "zone": zone_of(request.user.pk),
        "choices": _choices() | delivery_choices(exam.bank),
        "rule": values["delivery_rule"],
        "error": error,
        "typed": request.POST if error else {},
    }


def _areas(request: HttpRequest, exam: Exam, settings: dict[str, Any], kept: bool) -> list[dict[str, Any]]:
    total = sum(settings["blueprint"].values())
    rows = []
    for area in list_competencies(exam.bank.framework.key):
        count = settings["blueprint"].get(area.key, 0)
        typed = request.POST.get(f"blueprint-{area.key}") if kept else None
        rows.append({
            "key": area.key,
            "title": area.title,
            "outcome": area.outcome,
            "count": typed if typed is not None else count,
            "percent": round(100 * count / total) if total else 0,
            "rule": settings["floor_rules"].get(area.key, FloorRule.DEFAULT.value),
            "held": _scored(exam).filter(competency__key=area.key).count(),
        })  # fmt: skip
    return rows


def _scored(exam: Exam) -> QuerySet[Item]:
    return exam.bank.items.filter(is_practice=False, is_pilot=False, retired=False)


def _versions(exam: Exam) -> list[dict[str, Any]]:
    """Return what is frozen, newest first, and how many people are registered on each version."""
    people = Count("registrations", filter=Q(registrations__state="open"), distinct=True)
    rows = exam.versions.annotate(num_people=people).prefetch_related("forms").order_by("-num")
    return [
        {
            "version": version,
            "forms": list(version.forms.all()),
            "facts": sitting_facts(version) if version.delivery_rule != DeliveryRule.FIXED else plan_facts(version),
            "record": read_record(version.pass_mark_record),
            "num_people": version.num_people,
        }
        for version in rows
    ]


def _preview(request: HttpRequest, exam: Exam) -> dict[str, Any]:
    """Draw the forms if the page was asked to (`?forms=1`): it takes a moment, and nothing is kept."""
    if request.GET.get("forms") != "1":
        return {}
    try:
        return {"forms": preview_forms(exam.key)}
    except PublishRefused as refused:
        return {"refusals": refused.refusals}


def _choices() -> dict[str, list[tuple[str, str]]]:
    return {
        "fee": [
            (FeePolicy.NONE.value, _("No fee")),
            (FeePolicy.SITTING.value, _("Fee before sitting")),
            (FeePolicy.CREDENTIAL.value, _("Fee for the credential, only after passing")),
        ],
        "identity": [
            (IdentityPolicy.NONE.value, _("Not checked")),
            (IdentityPolicy.IN_PERSON.value, _("By an invigilator, in person")),
        ],
        "supervision": [
            (Supervision.NONE.value, _("Not watched")),
            (Supervision.ONLINE.value, _("Watched online")),
            (Supervision.ONSITE.value, _("Watched on site")),
        ],
        "release": [
            (ReleasePolicy.AFTER_CHECK.value, _("After people have checked the questions")),
            (ReleasePolicy.IMMEDIATE.value, _("At once")),
        ],
        "floor": [
            (FloorRule.DEFAULT.value, _("Its cut minus one standard error")),
            (FloorRule.OWN_CUT.value, _("Its own cut")),
            (FloorRule.NONE.value, _("None")),
        ],
    }


def _save_settings(request: HttpRequest, exam: Exam) -> str:
    changes: dict[str, Any] = {name: request.POST[name] for name in (*COLUMNS, *SETTINGS) if name in request.POST}
    rule = changes.get("delivery_rule", draft_data(exam).settings["delivery_rule"])
    if rule in list(DeliveryRule):
        changes = {name: value for name, value in changes.items() if is_of_rule(name, rule)}
    if "approval_shown" in request.POST:
        changes["approval_required"] = "approval_required" in request.POST
    areas = [area.key for area in list_competencies(exam.bank.framework.key)]
    shown = [key for key in areas if f"blueprint-{key}" in request.POST]
    if shown:
        changes["blueprint"] = {key: request.POST[f"blueprint-{key}"] or "0" for key in shown}
        changes["floor_rules"] = {key: request.POST.get(f"floor-{key}", FloorRule.DEFAULT.value) for key in shown}
    update_exam(exam.key, actor_id=request.user.pk, **changes)
    return _("The draft is saved.")


def _save_items(request: HttpRequest, exam: Exam) -> str:
    require(rules.can_edit_bank(request.user, exam.bank))
    return save_items(request, exam.bank)


def _publish(request: HttpRequest, exam: Exam) -> str:
    published = publish_when_simulated(exam.key, actor_id=request.user.pk)
    if published is None:
        return _("The exam is being simulated first. Look at the report, then accept it to publish.")
    return _(
        "Version %(num)s is published. Its questions, pass mark and rules are frozen. "
        "Whoever is registered already keeps the version they registered for."
    ) % {"num": published.version_num}


def _withdraw(request: HttpRequest, exam: Exam) -> str:
    withdraw_exam(
        exam.key,
        actor_id=request.user.pk,
        reason=request.POST.get("reason", ""),
        successor_key=request.POST.get("successor", "").strip() or None,
    )
    return _("The exam is withdrawn. Its page says so.")


def _add_author(request: HttpRequest, exam: Exam) -> str:
    user = bridge.find_user_by_username(request.POST.get("username", "").strip())
    if user is None:
        raise InvalidInput(_("There is nobody with this username."), fields={"username": _("Check the username.")})
    add_exam_author(exam.key, user_id=user.id, actor_id=request.user.pk)
    return _("%s may now change and publish this exam.") % user.username


ACTIONS: dict[str, Action[Exam]] = {
    "settings": _save_settings,
    "items": _save_items,
    "publish": _publish,
    "withdraw": _withdraw,
    "author": _add_author,
}
