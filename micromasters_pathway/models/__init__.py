"""Models of micromasters_pathway, one file per aggregate.

The signals are imported here because the event bus looks them up by name as soon as models are loaded.
"""

from micromasters_pathway.models.audit import AuditEntry
from micromasters_pathway.models.membership import Completion, Membership, RequirementMet
from micromasters_pathway.models.programme import Programme, ProgrammeVersion
from micromasters_pathway.signals import signals

__all__ = ["AuditEntry", "Completion", "Membership", "Programme", "ProgrammeVersion", "RequirementMet", "signals"]
