"""Who did what with money and credentials."""

from openedx_bridge.audit import AbstractAuditEntry


class AuditEntry(AbstractAuditEntry):
    """One change of an order, a right, a body, an achievement or a credential.

    .. pii: Names the acting user by id.
    .. pii_types: id
    .. pii_retirement: retained
    """


record = AuditEntry.record
