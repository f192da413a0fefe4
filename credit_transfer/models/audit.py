"""Who did what in the directory, with agreements and with requests."""

from openedx_bridge.audit import AbstractAuditEntry


class AuditEntry(AbstractAuditEntry):
    """One change; a registrar has no account and is no actor.

    .. pii: Names the acting user by id.
    .. pii_types: id
    .. pii_retirement: retained
    """


record = AuditEntry.record
