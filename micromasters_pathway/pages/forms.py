"""The author's form: texts, and rules as groups of slots, which become a requirement tree."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from mastery_exam import api as exams
from micromasters_pathway.requirements.tree import IDENTITY_LEVELS, SUPERVISION_LEVELS

IDENTITY_CHOICES = list(zip(IDENTITY_LEVELS, (_("not needed"), _("identity checked")), strict=True))
SUPERVISION_CHOICES = list(
    zip(SUPERVISION_LEVELS, (_("not needed"), _("watched online or on site"), _("watched on site")), strict=True)
)


class ProgrammeForm(forms.Form):
    """What people read about the programme."""

    title = forms.CharField(label=_("Title"), max_length=255)
    organisation = forms.CharField(label=_("Organisation"), max_length=255, required=False)
    summary = forms.CharField(label=_("What it is about"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    completion_gives = forms.CharField(
        label=_("What completion gives"), widget=forms.Textarea(attrs={"rows": 2}), required=False
    )


class NewProgrammeForm(ProgrammeForm):
    """As above, with the key that addresses carry."""

    key = forms.SlugField(
        label=_("Key"), max_length=100, help_text=_("Small letters, digits and hyphens. It cannot change later.")
    )
    field_order = ["title", "key"]


class SlotForm(forms.Form):
    """One slot: its group, its title, and the exam or the course (or both) that fill it."""

    title = forms.CharField(label=_("What must be shown"), max_length=200)
    group = forms.IntegerField(label=_("Group"), min_value=1, max_value=20, initial=1)
    exam_key = forms.ChoiceField(label=_("By this exam"), required=False)
    least_identity = forms.ChoiceField(label=_("Identity"), choices=IDENTITY_CHOICES, required=False)
    least_supervision = forms.ChoiceField(label=_("Supervision"), choices=SUPERVISION_CHOICES, required=False)
    course_key = forms.CharField(label=_("Or by this course (its key)"), max_length=255, required=False)
    least_percent = forms.DecimalField(
        label=_("Least grade, in percent"), min_value=0, max_value=100, required=False, decimal_places=2
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(exam.key, exam.title) for exam in exams.list_exams()]
        self.fields["exam_key"].choices = [("", _("no exam")), *known]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A slot that nothing fills could never be met."""
        data = super().clean() or {}
        if data.get("title") and not data.get("exam_key") and not data.get("course_key"):
            self.add_error("exam_key", _("Choose an exam or write the key of a course that fills this."))
        return data

    def routes(self) -> list[dict[str, Any]]:
        """The routes of this slot as rules JSON."""
        data, routes = self.cleaned_data, []
        identity = data["least_identity"] or "none"
        if data["exam_key"]:
            least = {"identity": identity, "supervision": data["least_supervision"] or "none"}
            routes.append({"kind": "exam", "exam_key": data["exam_key"], "least": least})
        if data["course_key"]:
            percent = str(data["least_percent"] or 0)
            least = {"identity": identity}
            routes.append(
                {"kind": "course", "course_key": data["course_key"], "least_percent": percent, "least": least}
            )
        return routes


class GroupForm(forms.Form):
    """How many slots of a group are needed."""

    group = forms.IntegerField(label=_("Group"), min_value=1, max_value=20)
    needed = forms.IntegerField(label=_("How many of its slots are needed"), min_value=1, max_value=100)


SlotFormSet = formset_factory(SlotForm, extra=4, max_num=100, validate_max=True)
GroupFormSet = formset_factory(GroupForm, extra=2, max_num=20, validate_max=True)


def rules_from_forms(slots: BaseFormSet, groups: BaseFormSet) -> dict[str, Any]:
    """Return the tree: all groups, each all of its slots or as many as its row says. Both formsets must be valid."""
    needed = {form.cleaned_data["group"]: form.cleaned_data["needed"] for form in groups if form.cleaned_data}
    members: dict[int, list[dict[str, Any]]] = {}
    keys: set[str] = set()
    for form in slots:
        if not form.cleaned_data:
            continue
        title = form.cleaned_data["title"]
        slot = {"key": _unique(slugify(title) or "slot", keys), "title": title, "routes": form.routes()}
        members.setdefault(form.cleaned_data["group"], []).append({"slot": slot})
    nodes = [
        {"n_of": needed[group], "of": children} if group in needed else {"all_of": children}
        for group, children in sorted(members.items())
    ]
    return nodes[0] if len(nodes) == 1 else {"all_of": nodes}


def initial_from_rules(rules: dict[str, Any] | None) -> tuple[list[dict[str, Any]], list[dict[str, Any]]] | None:
    """Return the initial rows of both formsets for `rules`, or None for a tree too deep for this form."""
    if rules is None:
        return [], []
    nodes = rules["all_of"] if "all_of" in rules and not any("slot" in child for child in rules["all_of"]) else [rules]
    slots, groups = [], []
    for number, node in enumerate(nodes, start=1):
        children = [node] if "slot" in node else node.get("all_of") or node["of"]
        if any("slot" not in child for child in children):
            return None
        slots.extend(_slot_row(child["slot"], number) for child in children)
        if "n_of" in node:
            groups.append({"group": number, "needed": node["n_of"]})
    return slots, groups


def _slot_row(slot: dict[str, Any], group: int) -> dict[str, Any]:
    row: dict[str, Any] = {"title": slot["title"], "group": group}
    for route in slot["routes"]:
        least = route.get("least", {})
        row["least_identity"] = least.get("identity", "none")
        if route["kind"] == "exam":
            row |= {"exam_key": route["exam_key"], "least_supervision": least.get("supervision", "none")}
        else:
            row |= {"course_key": route["course_key"], "least_percent": route.get("least_percent")}
    return row


def _unique(key: str, taken: set[str]) -> str:
    candidate, number = key, 2
    while candidate in taken:
        candidate, number = f"{key}-{number}", number + 1
    taken.add(candidate)
    return candidate
