"""Forms of the people who set fees and run issuing bodies."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mastery_exam import api as exams
from micromasters_pathway import api as pathways
from paid_certificate import api
from paid_certificate.data import MAX_VALID_MONTHS, CredentialForm, RouteKind
from paid_certificate.money import Money
from paid_certificate.services.bodies import LEGAL_FACE, OTHER_FIELDS


class FeeForm(forms.Form):
    """The fee of one exam."""

    currency = forms.CharField(label=_("Currency"), max_length=3, min_length=3, initial="EUR")
    amount = forms.DecimalField(label=_("Fee"), min_value=0, max_digits=12, decimal_places=3)
    retake_amount = forms.DecimalField(
        label=_("Fee for another try (empty: the same)"), min_value=0, max_digits=12, decimal_places=3, required=False
    )
    hold_days = forms.IntegerField(label=_("Days that a place is held for a payment"), min_value=1, max_value=365)
    refund_rule = forms.CharField(label=_("Refund rule, in words"), widget=forms.Textarea(attrs={"rows": 3}))

    def clean(self) -> dict[str, Any]:
        """Amounts become whole minor units of a real currency."""
        data = super().clean() or {}
        for name in ("amount", "retake_amount"):
            value = data.get(name)
            if value is None or "currency" not in data:
                continue
            try:
                data[name] = _money(value, data["currency"].upper())
            except ValueError as error:
                self.add_error("currency" if "ISO" in str(error) else name, str(error))
        return data


def _money(value: Decimal, currency: str) -> Money:
    zero = Money(0, currency)
    minor = value.scaleb(zero.decimals)
    if minor != minor.to_integral_value():
        raise ValueError(f"{currency} has {zero.decimals} decimals at most.")
    return Money(int(minor), currency)


class BodyForm(forms.Form):
    """The legal face of an issuing body."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in LEGAL_FACE.items():
            self.fields[name] = forms.CharField(label=str(label).capitalize(), required=False)
        for name in OTHER_FIELDS:
            self.fields[name] = forms.CharField(label=name.replace("_", " ").capitalize(), required=False)


class MarksForm(forms.Form):
    """A body's logo, and a person who signs for it."""

    image = forms.FileField(label=_("Logo (PNG or JPEG)"), required=False)
    name = forms.CharField(label=_("Who signs"), max_length=255, required=False)
    title = forms.CharField(label=_("In which office"), max_length=255, required=False)
    first_day = forms.DateField(
        label=_("First day in office"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    last_day = forms.DateField(
        label=_("Last day, if known"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def clean(self) -> dict[str, Any]:
        """A signatory needs a first day."""
        data = super().clean() or {}
        if data.get("name") and not data.get("first_day"):
            self.add_error("first_day", _("Say since when."))
        return data


class NameCorrectionForm(forms.Form):
    """A holder's wish to have the name corrected."""

    new_name = forms.CharField(label=_("The name as on your identity document"), max_length=255)
    why = forms.CharField(label=_("What is wrong, or what has changed"), required=False)
    links_successor = forms.BooleanField(
        label=_("Whoever opens the old link may be led to the new one"),
        help_text=_("If you leave this open, the old page says “Replaced” and tells nobody your new name."),
        required=False,
    )


class NewBodyForm(forms.Form):
    """A new issuing body."""

    name = forms.CharField(label=_("Name"), max_length=255)
    slug = forms.SlugField(
        label=_("Address"),
        max_length=64,
        help_text=_("Small letters, digits and hyphens. It is signed and never changes."),
    )


class AchievementForm(forms.Form):
    """A new achievement with its first version and its first route."""

    title = forms.CharField(label=_("Title"), max_length=255)
    key = forms.SlugField(label=_("Key"), max_length=100)
    body_slug = forms.ChoiceField(label=_("Issued by"))
    route = forms.ChoiceField(label=_("Shown by"))
    course_key = forms.CharField(
        label=_("Key of the course, where it is shown by a course"),
        help_text=_("As in its address: course-v1:Org+Number+Run."),
        max_length=255,
        required=False,
    )
    form = forms.ChoiceField(
        label=_("Leads to"),
        choices=[
            ("", _("what is usual for its kind")),
            (CredentialForm.CREDENTIAL.value, _("a full credential")),
            (CredentialForm.STATEMENT.value, _("a statement of accomplishment")),
        ],
        help_text=_(
            "A statement of accomplishment is not endorsed and carries no credit. Usual: a course leads to one, "
            "all else to a full credential."
        ),
        required=False,
    )
    least_identity = forms.ChoiceField(
        label=_("Identity must be"), choices=[("none", _("checked or not")), ("checked", _("checked"))], required=False
    )
    least_supervision = forms.ChoiceField(
        label=_("The sitting must be"),
        choices=[
            ("none", _("watched or not")),
            ("online", _("watched online or on site")),
            ("onsite", _("watched on site")),
        ],
        required=False,
    )
    below_gives_statement = forms.BooleanField(
        label=_("Whoever was checked less gets a statement of accomplishment, and not nothing"), required=False
    )
    valid_months = forms.IntegerField(
        label=_("Valid for how many months (empty: without an end)"),
        min_value=1,
        max_value=MAX_VALID_MONTHS,
        required=False,
    )
    description = forms.CharField(label=_("What it shows"), widget=forms.Textarea(attrs={"rows": 2}))
    criteria = forms.CharField(label=_("What had to be done"), widget=forms.Textarea(attrs={"rows": 2}))
    outcomes = forms.CharField(label=_("Learning outcomes, one a line"), widget=forms.Textarea(attrs={"rows": 4}))
    eqf_level = forms.ChoiceField(
        label=_("EQF level"), choices=[("", _("not stated")), *[(str(n), str(n)) for n in range(1, 9)]], required=False
    )
    workload = forms.CharField(label=_("Notional workload"), max_length=255, required=False)
    assessment_type = forms.CharField(label=_("Type of assessment"), max_length=255, required=False)
    participation = forms.CharField(label=_("Form of participation"), max_length=255, required=False)
    field_of_study = forms.CharField(label=_("Field of study"), max_length=255, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bodies = [(body.slug, body.name) for body in api.list_bodies()]
        routes = [(f"exam:{exam.key}", exam.title) for exam in exams.list_exams()]
        routes += [(f"programme:{entry.key}", entry.title) for entry in pathways.list_programmes()]
        routes += [
            ("course:", gettext("A course (write its key below)")),
            ("evidence:", gettext("Evidence, judged by assessors")),
        ]
        self.fields["body_slug"].choices = bodies  # type: ignore[attr-defined]
        self.fields["route"].choices = routes  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A course is named by its key; evidence by the achievement's own."""
        data = super().clean() or {}
        kind, _colon, reference = data.get("route", "").partition(":")
        if kind == RouteKind.COURSE and not data.get("course_key"):
            self.add_error("course_key", gettext("Write the key of the course."))
        named = {RouteKind.COURSE: data.get("course_key"), RouteKind.EVIDENCE: data.get("key")}
        return data | {"kind": kind, "reference": named.get(kind, reference)}

    def way(self) -> dict[str, Any]:
        """The first route."""
        data = self.cleaned_data
        checks = {name: data[name] or "none" for name in ("least_identity", "least_supervision")}
        return checks | {name: data[name] for name in ("kind", "reference", "form", "below_gives_statement")}

    def version(self) -> dict[str, Any]:
        """The fields of the achievement's first version."""
        data = self.cleaned_data
        names = (
            "description",
            "criteria",
            "workload",
            "assessment_type",
            "participation",
            "field_of_study",
            "valid_months",
        )
        levels = [{"scheme": "EQF", "value": data["eqf_level"]}] if data["eqf_level"] else []
        outcomes = [{"name": line.strip()} for line in data["outcomes"].splitlines() if line.strip()]
        return {name: data[name] for name in names} | {"levels": levels, "outcomes": outcomes}
