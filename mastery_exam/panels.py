"""Places on our pages that upper apps fill with what only they know: the fee, the issuer, who accepts the result."""

from openedx_bridge.panels import Panels

__all__ = ["SLOTS", "first", "register", "render", "unregister"]

SLOTS = {
    "catalogue.wider_url": "nothing -> str: address of a catalogue for machines that holds more than exams",
    "catalogue.card": "exam: ExamSummary -> html: total price, issuing body, accepted by n",
    "exam.issuer": "exam: ExamSummary -> html: who issues, and its accreditation status in its own words",
    "exam.passed": "exam: ExamSummary -> html: for whoever passed: why and how to sit it again",
    "exam.price": "exam: ExamSummary -> html: total price, when it is paid, price of another try",
    "exam.recognition": "exam: ExamSummary -> html: who accepts the result for what, with conditions",
    "exams.jsonld": "exams: Sequence[ExamSummary] -> dict of exam key to schema.org properties for the catalogue",
    "author.price": "exam_key: str -> html: the link to where the price is set",
    "register.fee": "exam: ExamSummary, user_id: int -> html: summary with total, aid link",
    "register.button": "exam: ExamSummary -> str: label of the primary button",
    "registration.next_url": "registration: RegistrationData -> str: where to go after registering, or None",
    "my_exams.card": "registration: RegistrationData, decision: DecisionData | None -> html",
    "my_exams.below": "user_id: int -> html: the person's credentials",
    "result.next": "decision: DecisionData -> html: the next step after a pass",
}

_panels = Panels(SLOTS)
register, unregister, render, first = _panels.register, _panels.unregister, _panels.render, _panels.first
