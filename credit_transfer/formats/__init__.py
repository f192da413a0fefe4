"""Papers and tables for registrars, from plain records. Pure: no Django, no models, no translation."""

from credit_transfer.formats.data import Paper, Section
from credit_transfer.formats.record_csv import record_csv
from credit_transfer.formats.transcript_pdf import paper_pdf

__all__ = ["Paper", "Section", "paper_pdf", "record_csv"]
