"""The news of micromasters_pathway."""

from openedx_events.tooling import OpenEdxPublicSignal

from micromasters_pathway.data import CompletionEventData, RequirementEventData

# .. event_type: org.openedx_mastery.learning.pathway_requirement.met.v1
# .. event_name: REQUIREMENT_MET
# .. event_description: A member of a programme filled one of its slots.
# .. event_data: RequirementEventData
REQUIREMENT_MET = OpenEdxPublicSignal(
    event_type="org.openedx_mastery.learning.pathway_requirement.met.v1",
    data={"requirement": RequirementEventData},
)

# .. event_type: org.openedx_mastery.learning.pathway.completed.v1
# .. event_name: PATHWAY_COMPLETED
# .. event_description: A member of a programme met all that its rules ask for.
# .. event_data: CompletionEventData
PATHWAY_COMPLETED = OpenEdxPublicSignal(
    event_type="org.openedx_mastery.learning.pathway.completed.v1",
    data={"completion": CompletionEventData},
)

# .. event_type: org.openedx_mastery.learning.pathway_completion.withdrawn.v1
# .. event_name: PATHWAY_COMPLETION_WITHDRAWN
# .. event_description: A completion no longer stands, because something it rested on was withdrawn.
# .. event_data: CompletionEventData
PATHWAY_COMPLETION_WITHDRAWN = OpenEdxPublicSignal(
    event_type="org.openedx_mastery.learning.pathway_completion.withdrawn.v1",
    data={"completion": CompletionEventData},
)
