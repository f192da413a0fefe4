"""The one door of credit_transfer."""

from credit_transfer.services.agreements import (
    add_agreement_version,
    create_agreement,
    end_agreement,
    get_agreement,
    list_agreements,
    resume_agreement,
    sign_agreement,
    suspend_agreement,
    update_agreement,
)
from credit_transfer.services.answering import answer_request, request_code
from credit_transfer.services.credit_values import create_credit_value, end_credit_value, list_credit_values
from credit_transfer.services.deliver import list_deliveries, record_bounce, resend
from credit_transfer.services.desk import open_desk
from credit_transfer.services.institutions import (
    add_mailbox,
    close_institution,
    create_institution,
    get_institution,
    list_institutions,
    update_institution,
    verify_institution,
)
from credit_transfer.services.links import send_new_link
from credit_transfer.services.offers import close_offer, create_offer, list_all_offers, list_offers, open_offer
from credit_transfer.services.recognitions import count_accepting, list_recognitions
from credit_transfer.services.reconcile import reconcile
from credit_transfer.services.remind import remind_offices
from credit_transfer.services.request_data import get_request, list_requests
from credit_transfer.services.send_request import preview_package, send_request
from credit_transfer.services.withdraw import withdraw_request

__all__ = [
    "add_agreement_version",
    "add_mailbox",
    "answer_request",
    "close_institution",
    "close_offer",
    "count_accepting",
    "create_agreement",
    "create_credit_value",
    "create_institution",
    "create_offer",
    "end_agreement",
    "end_credit_value",
    "get_agreement",
    "get_institution",
    "get_request",
    "list_agreements",
    "list_all_offers",
    "list_credit_values",
    "list_deliveries",
    "list_institutions",
    "list_offers",
    "list_recognitions",
    "list_requests",
    "open_desk",
    "open_offer",
    "preview_package",
    "reconcile",
    "record_bounce",
    "remind_offices",
    "request_code",
    "resend",
    "resume_agreement",
    "send_new_link",
    "send_request",
    "sign_agreement",
    "suspend_agreement",
    "update_agreement",
    "update_institution",
    "verify_institution",
    "withdraw_request",
]
