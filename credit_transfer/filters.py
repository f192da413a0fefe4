"""Filters of credit_transfer. They may only add a refusal: what is sent is what the learner saw and agreed to."""

from __future__ import annotations

from typing import Any

from openedx_filters.exceptions import OpenEdxFilterException
from openedx_filters.tooling import OpenEdxPublicFilter


class TransferPackageRequested(OpenEdxPublicFilter):
    """Asked before a request is stored, when everything that we require ourselves is in order.

    Filter type: org.openedx_mastery.learning.transfer.package.requested.v1
    Trigger: credit_transfer.api.send_request.
    """

    filter_type = "org.openedx_mastery.learning.transfer.package.requested.v1"

    class PreventTransfer(OpenEdxFilterException):
        """Raise to refuse the request; the message is shown to the learner."""

    @classmethod
    def run_filter(cls, *, user_id: int, credential_uuid: str, institution_uuid: str) -> dict[str, Any] | None:
        """Run the pipeline with plain values; a step that wants to refuse raises PreventTransfer."""
        return super().run_pipeline(user_id=user_id, credential_uuid=credential_uuid, institution_uuid=institution_uuid)
