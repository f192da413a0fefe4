"""The package in words: the preview for the learner, the paper and the table for the registrar."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from credit_transfer.data import AnswerData, RequestData
from credit_transfer.formats import Paper, Section
from credit_transfer.services.wording import (
    answer_words,
    assurance_words,
    gives_words,
    level_words,
    verdict_words,
)
from mastery_exam import api as exams
from openedx_bridge.dates import day, moment
from openedx_bridge.errors import NotFoundError
from paid_certificate.data import CredentialData

UTC = "UTC"


def transcript_paper(request: RequestData, verdict: str, at: datetime) -> Paper:
    """The transcript of a request; `verdict` is how the credential stands at `at`, asked just now."""
    package = request.package
    status = _("{verdict} Checked on {at}.").format(verdict=verdict_words(verdict), at=moment(at, UTC))
    return Paper(
        title=_("Transcript of a mastery credential"),
        status=status,
        sections=package_sections(package),
        check_label=_("Check this paper and the credential today, without us knowing who asks:"),
        check_url=package["award"]["verify_url"],
        notes=(
            _("Sent with the holder's consent of {at}; package SHA-256 {digest}.").format(
                at=moment(request.consented_at, UTC), digest=request.package_sha256
            ),
            _("This paper is a copy for reading. What counts is the signed credential that its code leads to."),
        ),
        page_label=_("Page {page}"),
    )


def receipt_paper(request: RequestData, answer: AnswerData) -> Paper:
    """What an institution answered, for its own file."""
    gives = gives_words(answer.course, answer.credits, answer.unit, ())
    rows = [
        (_("Request"), str(request.uuid)),
        (_("Holder"), request.holder_name),
        (_("Achievement"), request.achievement_title),
        (_("Answer"), answer_words(answer.kind)),
        (_("Given"), gives),
        (_("Conditions"), answer.conditions),
        (_("Reason"), answer.reason),
        (_("Answered by"), f"{answer.by_name}, {answer.by_role}"),
        (_("Answered on"), moment(answer.created, UTC)),
        (_("Answer number"), str(answer.num)),
        (_("You may amend until"), moment(request.amend_until, UTC) if request.amend_until else ""),
    ]
    return Paper(
        title=_("Receipt for an answer to a request for credit"),
        status=_("{institution} answered on {day}.").format(
            institution=request.institution.name, day=day(answer.created, UTC)
        ),
        sections=(Section(_("The answer"), _filled(rows)),),
        check_label=_("The credential that was answered about:"),
        check_url=request.package["award"]["verify_url"],
        page_label=_("Page {page}"),
    )


def package_sections(package: dict[str, Any]) -> tuple[Section, ...]:
    """Everything in a package in words, in the order in which a registrar reads."""
    return (
        Section(_("Holder"), _holder_rows(package)),
        Section(_("Achievement"), _achievement_rows(package)),
        Section(_("Credit as recommended"), _credit_rows(package["credit"])),
        Section(_("Result"), _result_rows(package)),
        Section(_("Awarding body"), _issuer_rows(package["issuer"])),
        Section(_("Agreement"), _agreement_rows(package["agreement"])),
    )


def preview_rows(package: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """What is always sent, for the learner to read before consenting."""
    rows = [row for section in package_sections(package) for row in section.rows]
    return (*rows, (_("Signed credential"), _("the file that anybody can check, as on your credential's page")))


def statement_rows(credential: CredentialData) -> tuple[tuple[str, str], ...]:
    """What the result statement would add, with the person's own values; empty where there is none."""
    if credential.decision_uuid is None:
        return ()
    try:
        decision = exams.get_decision(credential.decision_uuid)
    except NotFoundError:
        return ()
    standing = {"above": _("above"), "near": _("near"), "below": _("below")}
    areas = "; ".join(f"{area.title}: {standing[area.standing]}" for area in decision.areas)
    score = "" if decision.scaled_score is None else _score_words(str(decision.scaled_score), "60", "0", "100")
    return _filled([(_("Score"), score), (_("Areas"), areas)])


def record_fields(request: RequestData, verdict: str, at: datetime) -> list[tuple[str, str]]:
    """The package as one record, under names that do not change with the language."""
    package = request.package
    achievement, award, issuer = package["achievement"], package["award"], package["issuer"]
    credit = package["credit"][0] if package["credit"] else {}
    return [
        ("request", str(request.uuid)),
        ("status", verdict),
        ("checked_at", at.isoformat()),
        ("holder_name", package["holder"]["name"]),
        ("student_id_there", package["holder"].get("student_id_there", "")),
        ("birth_date", package["holder"].get("birth_date", "")),
        ("programme_there", package["programme_there"]),
        ("achievement", achievement["title"]),
        ("achievement_version", achievement["version"]),
        ("decision", package["result"]["decision"]),
        ("score", package["result"].get("score") or ""),
        ("scale", "0-100, 60 passes" if package["result"].get("score") else ""),
        ("levels", _levels(achievement["levels"])),
        ("field_of_study", achievement["field_of_study"]),
        ("workload", achievement["workload"]),
        ("credit_recommended", credit.get("amount", "")),
        ("credit_unit", credit.get("unit", "")),
        ("credit_levels", _levels(credit.get("levels", []))),
        ("credit_isced_f", credit.get("isced_f", "")),
        ("credit_hours", str(credit.get("hours") or "")),
        ("credit_recommender", credit.get("recommender", "")),
        ("agreement", (package["agreement"] or {}).get("uuid", "")),
        ("identity", award["identity"]),
        ("supervision", award["supervision"]),
        ("awarded_at", award["awarded_at"]),
        ("valid_until", award["valid_until"] or ""),
        ("awarding_body", issuer["name"]),
        ("accreditation_status", issuer["accreditation_status"]),
        ("quality_assurance", issuer["quality_assurance"]),
        ("verify_url", award["verify_url"]),
    ]


def _holder_rows(package: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    holder = package["holder"]
    return _filled(
        [
            (_("Name"), holder["name"]),
            (_("Date of birth"), holder.get("birth_date", "")),
            (
                _("ID at {institution}").format(institution=package["institution"]["name"]),
                holder.get("student_id_there"),
            ),
            (_("Programme there"), package["programme_there"]),
        ]
    )


def _achievement_rows(package: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    achievement = package["achievement"]
    return _filled(
        [
            (_("Title"), achievement["title"]),
            (_("Version"), achievement["version"]),
            (_("What had to be done"), achievement["criteria"]),
            (_("Learning outcomes"), "\n".join(achievement["outcomes"])),
            (_("Level"), _levels(achievement["levels"]) or _("not stated")),
            (_("Field"), achievement["field_of_study"]),
            (_("Notional workload"), achievement["workload"] or _("not stated")),
        ]
    )


def _result_rows(package: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    result, award = package["result"], package["award"]
    words = _("Passed, on the scale passed or not passed.")
    if result.get("score"):
        scale = result["scale"]
        words = _score_words(result["score"], scale["pass_mark"], scale["minimum"], scale["maximum"])
    awarded, issued = parse_datetime(award["awarded_at"]), parse_datetime(award["issued_at"] or "")
    until = parse_datetime(award["valid_until"] or "")
    return _filled(
        [
            (_("Grade"), words),
            (_("How we checked"), assurance_words(award["identity"], award["supervision"])),
            (_("Awarded"), day(awarded, UTC) if awarded else ""),
            (_("Issued"), day(issued, UTC) if issued else ""),
            (_("Valid until"), day(until, UTC) if until else _("no end")),
            (_("Verification code"), award["credential_uuid"]),
        ]
    )


def _credit_rows(credit: list[dict[str, Any]]) -> tuple[tuple[str, str], ...]:
    if not credit:
        return ((_("Credit"), _("none is recommended")),)
    rows: list[tuple[str, str | None]] = []
    for value in credit:
        until = parse_datetime(value["valid_to"] or "")
        levels = [(level["scheme"], level["value"]) for level in value["levels"]]
        rows += [
            (_("Credit"), gives_words(f"{value['amount']} {value['unit']}", None, "", levels)),
            (_("Recommended by"), value["recommender"]),
            (_("On this evidence"), " ".join(part for part in (value["evidence"], value["evidence_url"]) if part)),
            (_("ISCED-F field"), value["isced_f"]),
            (_("Hours of work"), str(value["hours"] or "")),
            (_("Recommendation ends"), day(until, UTC) if until else _("no end")),
        ]
    return _filled(rows)


def _agreement_rows(agreement: dict[str, Any] | None) -> tuple[tuple[str, str], ...]:
    if agreement is None:
        return ((_("Agreement"), _("none between the institution and the awarding body")),)
    credits = f"{agreement['credits']} {agreement['unit']}" if agreement["credits"] else ""
    return _filled(
        [
            (_("Agreement"), _("version {num}, {uuid}").format(num=agreement["version"], uuid=agreement["uuid"])),
            (_("It gives"), ", ".join(part for part in (agreement["equivalent_course"], credits) if part)),
        ]
    )


def _issuer_rows(issuer: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return _filled(
        [
            (_("Name"), issuer["name"]),
            (_("Legal name"), issuer["legal_name"]),
            (_("What stands behind it"), issuer["legal_statement"]),
            (_("Registration"), issuer["registration_number"]),
            (_("Address"), issuer["address"]),
            (
                _("Accreditation"),
                _("none") if issuer["accreditation_status"] == "none" else issuer["accreditation_status"],
            ),
            (_("Quality assurance"), issuer["quality_assurance"] or _("not stated")),
            (_("Identifier"), issuer["did"]),
        ]
    )


def _score_words(score: str, pass_mark: str, minimum: str, maximum: str) -> str:
    text = _("Passed with a score of {score}. The scale is from {minimum} to {maximum}, and {pass_mark} passes.")
    return text.format(score=score, minimum=minimum, maximum=maximum, pass_mark=pass_mark)


def _levels(levels: list[dict[str, str]]) -> str:
    return level_words((level["scheme"], level["value"]) for level in levels)


def _filled(rows: list[tuple[str, Any]]) -> tuple[tuple[str, str], ...]:
    return tuple((str(label), str(value)) for label, value in rows if value)
