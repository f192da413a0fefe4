"""Forms of learners, registrars and the operator. What only services can judge comes back through `add_errors`."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from credit_transfer import api
from credit_transfer.articulation import IDENTITY_LEVELS, SUPERVISION_LEVELS
from credit_transfer.data import InstitutionData, Preview
from micromasters_pathway import api as pathways
from openedx_bridge.errors import SuiteError
from paid_certificate import api as certificates
from paid_certificate.data import Money

IDENTITY_CHOICES = list(zip(IDENTITY_LEVELS, (_("not needed"), _("identity checked")), strict=True))
SUPERVISION_CHOICES = list(
    zip(SUPERVISION_LEVELS, (_("not needed"), _("watched online or on site"), _("watched on site")), strict=True)
)


def add_errors(form: forms.Form, error: SuiteError) -> None:
    """Put an error's sentences beside their fields, and the rest on top."""
    known = {field: message for field, message in error.fields.items() if field in form.fields}
    for field, message in known.items():
        form.add_error(field, message)
    if not known:
        form.add_error(None, str(error.user_message))


def _area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _day(**more: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(widget=widget, **more)


def parse_levels(text: str) -> list[tuple[str, str]]:
    """“EQF 6” a line, as (scheme, value); a line of one word has no value, which the service refuses."""
    pairs = (line.strip().rpartition(" ") for line in text.splitlines() if line.strip())
    return [(scheme.strip(), value) for scheme, _space, value in pairs]


class AskForm(forms.Form):
    """What the learner adds, and the consent."""

    programme_there = forms.CharField(label=_("Programme that you are in or apply for"), max_length=255, required=False)
    student_id_there = forms.CharField(label=_("Your ID there"), max_length=64)
    birth_date = forms.DateField(
        label=_("Your date of birth"), widget=forms.DateInput(attrs={"type": "date", "autocomplete": "bday"})
    )
    include_statement = forms.BooleanField(label=_("Send my result statement too: score and areas"), required=False)
    consent = forms.BooleanField(
        label=_("I agree"), error_messages={"required": _("Tick the box if you agree. Nothing is sent without it.")}
    )
    consent_version = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, preview: Preview, **kwargs: Any) -> None:
        super().__init__(*args, initial={"consent_version": preview.consent_version}, **kwargs)
        if not preview.institution.needs_student_id:
            del self.fields["student_id_there"]
        if not preview.institution.needs_birth_date:
            del self.fields["birth_date"]
        if not preview.with_statement:
            del self.fields["include_statement"]

    def request_values(self) -> dict[str, Any]:
        """The arguments of `send_request` that this form knows."""
        return dict(self.cleaned_data)


class AnswerForm(forms.Form):
    """An institution's answer."""

    kind = forms.ChoiceField(
        label=_("Your answer"),
        choices=[("full", _("Full credit")), ("partial", _("Part of the credit")), ("none", _("No credit"))],
        widget=forms.RadioSelect,
    )
    course = forms.CharField(label=_("Equivalent course (code and title)"), max_length=255, required=False)
    credits = forms.DecimalField(label=_("Credits"), max_digits=7, decimal_places=2, required=False, localize=False)
    unit = forms.CharField(label=_("Unit (such as ECTS)"), max_length=64, required=False)
    conditions = forms.CharField(label=_("Conditions"), widget=_area(2), max_length=5000, required=False)
    reason = forms.CharField(
        label=_("Reason"),
        widget=_area(3),
        max_length=5000,
        required=False,
        help_text=_("Needed unless you give full credit. The learner reads it as you write it."),
    )
    by_name = forms.CharField(label=_("Your name"), max_length=255)
    by_role = forms.CharField(label=_("Your role"), max_length=255)
    code = forms.CharField(
        label=_("Code that we mailed to your office"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class InstitutionForm(forms.Form):
    """An entry of the directory."""

    name = forms.CharField(label=_("Name"), max_length=255)
    country_code = forms.CharField(label=_("Country (two letters)"), min_length=2, max_length=2)
    website = forms.URLField(label=_("Website"), required=False, assume_scheme="https")
    office_name = forms.CharField(label=_("Office that answers"), max_length=255)
    appeals_contact = forms.CharField(label=_("How a learner appeals to it"), widget=_area(2))
    needs_student_id = forms.BooleanField(label=_("It needs the learner's ID there"), required=False)
    needs_birth_date = forms.BooleanField(label=_("It needs the date of birth"), required=False)
    answers_within_days = forms.IntegerField(
        label=_("Days in which it aims to answer"), min_value=1, max_value=365, initial=28
    )


class NewInstitutionForm(InstitutionForm):
    """As above, with the first address of the office."""

    office_email = forms.EmailField(label=_("E-mail address of the office"))
    field_order = ["name", "country_code", "website", "office_name", "office_email"]


class AgreementForm(forms.Form):
    """The terms of an agreement; times are UTC."""

    equivalent_course = forms.CharField(label=_("Equivalent course (code and title)"), max_length=255, required=False)
    credits = forms.DecimalField(label=_("Credits"), max_digits=7, decimal_places=2, required=False)
    unit = forms.CharField(label=_("Unit (such as ECTS)"), max_length=64, required=False)
    levels = forms.CharField(
        label=_("Levels"), widget=_area(2), required=False, help_text=_("One a line: scheme and value, such as EQF 6.")
    )
    least_identity = forms.ChoiceField(label=_("Least check of identity"), choices=IDENTITY_CHOICES)
    least_supervision = forms.ChoiceField(label=_("Least watching of the sitting"), choices=SUPERVISION_CHOICES)
    least_score = forms.IntegerField(
        label=_("Least score (0 to 100)"),
        min_value=0,
        max_value=100,
        required=False,
    )
    cap = forms.CharField(label=_("Cap, in words"), max_length=255, required=False)
    residency = forms.CharField(label=_("Residency, in words"), widget=_area(2), required=False)
    conditions = forms.CharField(label=_("Other conditions"), widget=_area(2), required=False)
    valid_from = _day(label=_("Holds from (UTC)"))
    valid_to = _day(label=_("Holds until (UTC)"), required=False)
    teach_out_until = _day(
        label=_("Taught out until (UTC)"),
        required=False,
        help_text=_("After its end it still counts for credentials awarded before, until then."),
    )

    def clean_levels(self) -> list[tuple[str, str]]:
        """Pairs of scheme and value."""
        return parse_levels(self.cleaned_data["levels"])


class NewAgreementForm(AgreementForm):
    """As above, with the two sides."""

    institution = forms.ChoiceField(label=_("Institution"))
    achievement = forms.ChoiceField(label=_("Achievement (its newest version)"))
    field_order = ["institution", "achievement"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["institution"].choices = institution_choices()  # type: ignore[attr-defined]
        self.fields["achievement"].choices = achievement_choices()  # type: ignore[attr-defined]


class SignForm(forms.Form):
    """A signature as it stands on paper."""

    side = forms.ChoiceField(
        label=_("Who signed"), choices=[("body", _("the awarding body")), ("institution", _("the institution"))]
    )
    name = forms.CharField(label=_("Name on the paper"), max_length=120)
    role = forms.CharField(label=_("Role"), max_length=120)
    signed_at = _day(label=_("Signed on (UTC)"))
    reference = forms.CharField(label=_("Where the paper is kept"), max_length=255)


class OfferForm(forms.Form):
    """An admission offer."""

    institution = forms.ChoiceField(label=_("Institution"))
    programme_key = forms.ChoiceField(label=_("For whoever completes"))
    degree = forms.CharField(label=_("Degree"), max_length=255)
    standard_months = forms.IntegerField(label=_("Months on campus, standard"), min_value=1, max_value=120)
    reduced_months = forms.IntegerField(label=_("Months on campus, reduced"), min_value=1, max_value=120)
    credits_waived = forms.DecimalField(label=_("Credits waived"), min_value=0, max_digits=7, decimal_places=2)
    unit = forms.CharField(label=_("Unit (such as ECTS)"), max_length=64)
    intake = forms.CharField(label=_("Intake"), max_length=255)
    deadline = forms.DateTimeField(
        label=_("Deadline to apply, local time"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    time_zone = forms.ChoiceField(label=_("Time zone of the deadline"), initial="Europe/Madrid")
    fee = forms.DecimalField(label=_("Application fee (empty: none)"), min_value=0, decimal_places=2, required=False)
    currency = forms.CharField(label=_("Currency"), min_length=3, max_length=3, initial="EUR")
    conditions = forms.CharField(label=_("Conditions"), widget=_area(2), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["institution"].choices = institution_choices()  # type: ignore[attr-defined]
        programmes = [(entry.key, entry.title) for entry in pathways.list_programmes()]
        self.fields["programme_key"].choices = programmes  # type: ignore[attr-defined]
        zones = [(name, name) for name in sorted(available_timezones())]
        self.fields["time_zone"].choices = zones  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The deadline becomes an instant in its own zone, the fee whole minor units."""
        data = super().clean() or {}
        if "deadline" in data and "time_zone" in data:
            data["deadline"] = data["deadline"].replace(tzinfo=ZoneInfo(data["time_zone"]))
        if "currency" in data:
            try:
                fee = data.get("fee") or 0
                zero = Money(0, data.pop("currency").upper())
                data["fee"] = Money(int(round(fee * 10**zero.decimals)), zero.currency)
            except ValueError as error:
                self.add_error("currency", str(error))
        if "institution" in data:
            data["institution_uuid"] = UUID(data.pop("institution"))
        return data


class CreditForm(forms.Form):
    """A credit value; times are UTC."""

    achievement = forms.ChoiceField(label=_("Achievement"))
    amount = forms.DecimalField(label=_("Credits"), min_value=0, max_digits=7, decimal_places=2)
    unit = forms.CharField(label=_("Unit (such as ECTS)"), max_length=64)
    levels = forms.CharField(
        label=_("Levels"), widget=_area(2), required=False, help_text=_("One a line: scheme and value, such as EQF 6.")
    )
    isced_f = forms.CharField(label=_("ISCED-F field (digits)"), max_length=4, required=False)
    hours = forms.IntegerField(label=_("Hours of work"), min_value=1, required=False)
    recommender = forms.CharField(label=_("Recommended by"), max_length=255)
    evidence = forms.CharField(label=_("On what evidence"), widget=_area(2))
    evidence_url = forms.URLField(label=_("Address of the evidence"), required=False, assume_scheme="https")
    valid_from = _day(label=_("Holds from (UTC)"))
    valid_to = _day(label=_("Holds until (UTC)"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["achievement"].choices = achievement_choices()  # type: ignore[attr-defined]

    def clean_levels(self) -> list[tuple[str, str]]:
        """Pairs of scheme and value."""
        return parse_levels(self.cleaned_data["levels"])


class ReasonForm(forms.Form):
    """Why something is suspended or ended."""

    reason = forms.CharField(label=_("Why"), widget=_area(2))
    teach_out_until = _day(label=_("Taught out until (UTC)"), required=False)


def institution_choices() -> list[tuple[str, str]]:
    """Every institution that is not closed."""
    found: list[InstitutionData] = api.list_institutions(only_verified=False)
    return [(str(entry.uuid), entry.name) for entry in found if entry.state != "closed"]


def achievement_choices() -> list[tuple[str, str]]:
    """Every achievement of a published body."""
    return [(str(entry.uuid), f"{entry.title} ({entry.body.name})") for entry in certificates.list_achievements()]
