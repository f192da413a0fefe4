"""What an exam costs: setting the rule, and quoting it to a person."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mastery_exam import api as exams
from mastery_exam.data import ExamSummary, FeePolicy
from paid_certificate.data import Purpose, Quote, QuoteLine
from paid_certificate.errors import DeskOnly, FeeNotSet, PaymentInvalid
from paid_certificate.models import FeeRule
from paid_certificate.models.audit import record
from paid_certificate.money import Money
from paid_certificate.rules import can_set_fee

ZERO_CURRENCY = "XXX"  # ISO 4217: no currency involved


def set_fee(
    exam_key: str,
    *,
    amount: Money,
    actor_id: int,
    retake_amount: Money | None = None,
    hold_days: int | None = None,
    refund_rule: str = "",
) -> None:
    """Set the fee of an exam from now on; orders placed before keep theirs. Raises DeskOnly or PaymentInvalid."""
    if not can_set_fee(get_user_model().objects.get(pk=actor_id)):
        raise DeskOnly(_("Only the operator's finance staff sets fees."))
    if amount.amount_minor < 0 or (retake_amount is not None and retake_amount.amount_minor < 0):
        raise PaymentInvalid(_("A fee cannot be negative."), fields={"amount": _("A fee cannot be negative.")})
    if retake_amount is not None and retake_amount.currency != amount.currency:
        raise PaymentInvalid(_("Use one currency for the fee and for another try."))
    with transaction.atomic():
        FeeRule.objects.select_for_update().filter(exam_key=exam_key, replaced_at__isnull=True).update(
            replaced_at=timezone.now()
        )
        rule = FeeRule.objects.create(
            exam_key=exam_key,
            currency=amount.currency,
            amount_minor=amount.amount_minor,
            retake_amount_minor=retake_amount.amount_minor if retake_amount else None,
            hold_days=hold_days or settings.PAID_CERTIFICATE_HOLD_DAYS,
            refund_rule=refund_rule,
            created_by_id=actor_id,
        )
        record("set_fee", actor_id=actor_id, object_type="fee_rule", object_uuid=rule.uuid, exam_key=exam_key)


def get_quote(user_id: int | None, *, exam_key: str) -> Quote:
    """What `user_id` would pay for the exam next; a second sitting costs the price of another try.

    Raises FeeNotSet when the exam asks for a fee that nobody has set.
    """
    exam = exams.get_exam(exam_key)
    return quote_exam(user_id, exam)


def quote_exam(user_id: int | None, exam: ExamSummary) -> Quote:
    """As `get_quote`, for an exam at hand."""
    if exam.fee_policy == FeePolicy.NONE:
        return _free(exam)
    rule = FeeRule.objects.filter(exam_key=exam.key, replaced_at__isnull=True).first()
    if rule is None:
        raise FeeNotSet(_("The price of “{title}” is not set yet. Please come back later.").format(title=exam.title))
    is_sitting = exam.fee_policy != FeePolicy.CREDENTIAL
    return _quote(exam, rule, has_sat=is_sitting and user_id is not None and _has_sat(user_id, exam.key))


def find_quotes(listed: Iterable[ExamSummary]) -> dict[str, Quote]:
    """By exam key, what somebody new pays for each of the exams; those whose fee is not set have none. One query."""
    listed = list(listed)
    rules = FeeRule.objects.filter(exam_key__in=[exam.key for exam in listed], replaced_at__isnull=True)
    by_key = {rule.exam_key: rule for rule in rules}
    free = {exam.key: _free(exam) for exam in listed if exam.fee_policy == FeePolicy.NONE}
    return free | {
        exam.key: _quote(exam, by_key[exam.key], has_sat=False)
        for exam in listed
        if exam.key in by_key and exam.key not in free
    }


def _free(exam: ExamSummary) -> Quote:
    nothing = Money(0, ZERO_CURRENCY)
    days = settings.PAID_CERTIFICATE_HOLD_DAYS
    return Quote(exam.key, Purpose.SITTING, exam.fee_policy, (), nothing, nothing, "", days, None)


def _quote(exam: ExamSummary, rule: FeeRule, *, has_sat: bool) -> Quote:
    purpose = Purpose.CREDENTIAL if exam.fee_policy == FeePolicy.CREDENTIAL else Purpose.SITTING
    first = Money(rule.amount_minor, rule.currency)
    again = first if rule.retake_amount_minor is None else Money(rule.retake_amount_minor, rule.currency)
    is_retake = purpose is Purpose.SITTING and has_sat
    total = again if is_retake else first
    text = {
        (Purpose.SITTING, False): _("Exam: {title}"),
        (Purpose.SITTING, True): _("Another try: {title}"),
        (Purpose.CREDENTIAL, False): _("Credential: {title}"),
    }[(purpose, is_retake)].format(title=exam.title)
    return Quote(
        exam_key=exam.key,
        purpose=purpose,
        when=exam.fee_policy,
        lines=(QuoteLine(text, total),),
        total=total,
        retake_total=again,
        refund_rule=rule.refund_rule,
        hold_days=rule.hold_days,
        fee_rule_uuid=rule.uuid,
    )


def find_quote(user_id: int | None, exam: ExamSummary) -> Quote | None:
    """The quote, or None while the fee is not set."""
    try:
        return quote_exam(user_id, exam)
    except FeeNotSet:
        return None


def _has_sat(user_id: int, exam_key: str) -> bool:
    """Whether the person has used a try; one that was void through our fault does not count as used."""
    registrations = exams.list_registrations(user_id)
    return any(entry.exam_key == exam_key and entry.attempts_used > 0 for entry in registrations)
