"""Who did what to which programme."""

from openedx_bridge.audit import AbstractAuditEntry


class AuditEntry(AbstractAuditEntry):
    """One change of a programme or of somebody's way through it.

    .. pii: Names the acting user by id.
    .. pii_types: id
    .. pii_retirement: retained
    """


record = AuditEntry.record
