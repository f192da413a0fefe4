"""The one door of paid_certificate."""

from paid_certificate.services.achievements import (
    add_achievement_version,
    add_route,
    create_achievement,
    find_achievement,
    get_achievement,
    get_achievement_version,
    list_achievements,
)
from paid_certificate.services.awards import (
    award_for_completion,
    award_for_course,
    award_for_decision,
    find_credential,
    find_credential_for_decision,
    get_credential,
    list_credentials,
)
from paid_certificate.services.batches import revoke_credentials
from paid_certificate.services.bodies import (
    body_face,
    create_body,
    get_body,
    list_all_bodies,
    list_bodies,
    publish_body,
    update_body,
)
from paid_certificate.services.body_keys import compromise_key, list_keys, rotate_key
from paid_certificate.services.body_marks import add_signatory, end_signatory, get_logo, list_signatories, set_logo
from paid_certificate.services.bulk_issue import (
    approve_bulk_issue,
    count_bulk_issue,
    get_bulk_issue,
    list_bulk_issues,
    resume_bulk_issue,
    start_bulk_issue,
    undo_bulk_issue,
)
from paid_certificate.services.claim_assessors import add_assessor, list_assessors, remove_assessor
from paid_certificate.services.claim_awards import award_for_evidence
from paid_certificate.services.claim_desk import approve_claim, list_open_claims, refuse_claim, return_claim
from paid_certificate.services.claim_pieces import (
    add_credential_piece,
    add_file_piece,
    add_link_piece,
    add_note_piece,
    get_original,
    recheck_credential,
    remove_piece,
)
from paid_certificate.services.claims import (
    find_open_claim,
    get_claim,
    get_own_claim,
    list_claims,
    start_claim,
    submit_claim,
    withdraw_claim,
)
from paid_certificate.services.corrections import (
    approve_name_correction,
    ask_name_correction,
    list_corrections,
    refuse_name_correction,
)
from paid_certificate.services.desk import reconcile
from paid_certificate.services.export import bundle_of, export_bundle
from paid_certificate.services.fees import find_quote, get_quote, set_fee
from paid_certificate.services.fulfil import fulfil, has_paid_credential, list_entitlements
from paid_certificate.services.issue import get_document, get_statement, issue_credential
from paid_certificate.services.orders import (
    cancel_order,
    find_order,
    get_order,
    list_orders,
    mark_invoice_paid,
    payment_instructions,
    place_order,
    record_payment,
)
from paid_certificate.services.refunds import refund_order
from paid_certificate.services.renew import find_renewable, find_renewal, open_renewal
from paid_certificate.services.revoke import resume_credential, revoke_credential, suspend_credential
from paid_certificate.services.sharing import badge_image, list_looks, set_sharing
from paid_certificate.services.supersede import supersede_credential
from paid_certificate.services.tokens import get_statement_token, get_token
from paid_certificate.services.verify_credential import verify_issued, verify_text

__all__ = [
    "add_achievement_version",
    "add_assessor",
    "add_credential_piece",
    "add_file_piece",
    "add_link_piece",
    "add_note_piece",
    "add_route",
    "add_signatory",
    "approve_bulk_issue",
    "approve_claim",
    "approve_name_correction",
    "ask_name_correction",
    "award_for_completion",
    "award_for_course",
    "award_for_decision",
    "award_for_evidence",
    "badge_image",
    "body_face",
    "bundle_of",
    "cancel_order",
    "compromise_key",
    "count_bulk_issue",
    "create_achievement",
    "create_body",
    "end_signatory",
    "export_bundle",
    "find_achievement",
    "find_credential",
    "find_credential_for_decision",
    "find_open_claim",
    "find_order",
    "find_quote",
    "find_renewable",
    "find_renewal",
    "fulfil",
    "get_achievement",
    "get_achievement_version",
    "get_body",
    "get_bulk_issue",
    "get_claim",
    "get_credential",
    "get_document",
    "get_logo",
    "get_order",
    "get_original",
    "get_own_claim",
    "get_quote",
    "get_statement",
    "get_statement_token",
    "get_token",
    "has_paid_credential",
    "issue_credential",
    "list_achievements",
    "list_all_bodies",
    "list_assessors",
    "list_bodies",
    "list_bulk_issues",
    "list_claims",
    "list_corrections",
    "list_credentials",
    "list_entitlements",
    "list_keys",
    "list_looks",
    "list_open_claims",
    "list_orders",
    "list_signatories",
    "mark_invoice_paid",
    "open_renewal",
    "payment_instructions",
    "place_order",
    "publish_body",
    "recheck_credential",
    "reconcile",
    "record_payment",
    "refund_order",
    "refuse_claim",
    "refuse_name_correction",
    "remove_assessor",
    "remove_piece",
    "resume_bulk_issue",
    "resume_credential",
    "return_claim",
    "revoke_credential",
    "revoke_credentials",
    "rotate_key",
    "set_fee",
    "set_logo",
    "set_sharing",
    "start_bulk_issue",
    "start_claim",
    "submit_claim",
    "supersede_credential",
    "suspend_credential",
    "undo_bulk_issue",
    "update_body",
    "verify_issued",
    "verify_text",
    "withdraw_claim",
]
