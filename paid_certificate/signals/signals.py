"""The news of paid_certificate, all sent on commit."""

from openedx_events.tooling import OpenEdxPublicSignal

from paid_certificate.data import CredentialEventData, OrderEventData

# .. event_type: org.openedx_mastery.learning.order.paid.v1
# .. event_name: ORDER_PAID
# .. event_description: An order was paid in full, or there was nothing to pay.
# .. event_data: OrderEventData
ORDER_PAID = OpenEdxPublicSignal(
    event_type="org.openedx_mastery.learning.order.paid.v1", data={"order": OrderEventData}
)

# .. event_type: org.openedx_mastery.learning.order.refunded.v1
# .. event_name: ORDER_REFUNDED
# .. event_description: The money of an order was given back.
# .. event_data: OrderEventData
ORDER_REFUNDED = OpenEdxPublicSignal(
    event_type="org.openedx_mastery.learning.order.refunded.v1", data={"order": OrderEventData}
)

# .. event_type: org.openedx_mastery.learning.credential.issued.v1
# .. event_name: CREDENTIAL_ISSUED
# .. event_description: A credential was signed and stands.
# .. event_data: CredentialEventData
CREDENTIAL_ISSUED = OpenEdxPublicSignal(
    event_type="org.openedx_mastery.learning.credential.issued.v1", data={"credential": CredentialEventData}
)

# .. event_type: org.openedx_mastery.learning.credential.revoked.v1
# .. event_name: CREDENTIAL_REVOKED
# .. event_description: A credential no longer stands.
# .. event_data: CredentialEventData
CREDENTIAL_REVOKED = OpenEdxPublicSignal(
    event_type="org.openedx_mastery.learning.credential.revoked.v1", data={"credential": CredentialEventData}
)

# .. event_type: org.openedx_mastery.learning.credential.superseded.v1
# .. event_name: CREDENTIAL_SUPERSEDED
# .. event_description: A credential was replaced by another.
# .. event_data: CredentialEventData
CREDENTIAL_SUPERSEDED = OpenEdxPublicSignal(
    event_type="org.openedx_mastery.learning.credential.superseded.v1", data={"credential": CredentialEventData}
)
