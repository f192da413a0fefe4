"""Read-only views of what was recorded; programmes change through their own pages."""

from django.contrib import admin

from micromasters_pathway.models import AuditEntry, Completion, Membership, Programme, ProgrammeVersion, RequirementMet
from openedx_bridge.readonly import ReadOnlyAdmin

admin.site.register([AuditEntry, Completion, Membership, Programme, ProgrammeVersion, RequirementMet], ReadOnlyAdmin)
