"""The news of credit_transfer, all sent on commit."""

from openedx_events.tooling import OpenEdxPublicSignal

from credit_transfer.data import TransferAnswerEventData, TransferEventData

# .. event_type: org.openedx_mastery.learning.transfer.requested.v1
# .. event_name: TRANSFER_REQUESTED
# .. event_description: A learner asked an institution to take a credential for credit.
# .. event_data: TransferEventData
TRANSFER_REQUESTED = OpenEdxPublicSignal(
    event_type="org.openedx_mastery.learning.transfer.requested.v1", data={"transfer": TransferEventData}
)

# .. event_type: org.openedx_mastery.learning.transfer.answered.v1
# .. event_name: TRANSFER_ANSWERED
# .. event_description: An institution answered a request, or amended its answer.
# .. event_data: TransferAnswerEventData
TRANSFER_ANSWERED = OpenEdxPublicSignal(
    event_type="org.openedx_mastery.learning.transfer.answered.v1", data={"transfer": TransferAnswerEventData}
)

# .. event_type: org.openedx_mastery.learning.transfer.withdrawn.v1
# .. event_name: TRANSFER_WITHDRAWN
# .. event_description: A learner withdrew a request, and with it the institution's access.
# .. event_data: TransferEventData
TRANSFER_WITHDRAWN = OpenEdxPublicSignal(
    event_type="org.openedx_mastery.learning.transfer.withdrawn.v1", data={"transfer": TransferEventData}
)
