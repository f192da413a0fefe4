"""The events that mastery_exam sends, all on commit.

Imported from `mastery_exam.models`, because the event bus looks for them when models are loaded.
"""

from openedx_events.tooling import OpenEdxPublicSignal

from mastery_exam.data import AttemptEventData, DecisionEventData

# .. event_type: org.openedx_mastery.learning.attempt.started.v1
# .. event_name: ATTEMPT_STARTED
# .. event_description: A candidate's clock has started.
# .. event_data: AttemptEventData
# .. event_trigger: mastery_exam.api.start_attempt, once per attempt
ATTEMPT_STARTED = OpenEdxPublicSignal(
    event_type="org.openedx_mastery.learning.attempt.started.v1", data={"attempt": AttemptEventData}
)

# .. event_type: org.openedx_mastery.learning.attempt.submitted.v1
# .. event_name: ATTEMPT_SUBMITTED
# .. event_description: An attempt has ended, by the candidate or by its time.
# .. event_data: AttemptEventData
# .. event_trigger: mastery_exam.api.submit_attempt and mastery_exam.api.close_due_attempts
ATTEMPT_SUBMITTED = OpenEdxPublicSignal(
    event_type="org.openedx_mastery.learning.attempt.submitted.v1", data={"attempt": AttemptEventData}
)

# .. event_type: org.openedx_mastery.learning.mastery.decided.v1
# .. event_name: MASTERY_DECIDED
# .. event_description: A decision was released to the candidate; it may repeat, so receivers are idempotent.
# .. event_data: DecisionEventData
# .. event_trigger: mastery_exam.api.release_decisions and release_due, or the submission where release is immediate
MASTERY_DECIDED = OpenEdxPublicSignal(
    event_type="org.openedx_mastery.learning.mastery.decided.v1", data={"decision": DecisionEventData}
)

# .. event_type: org.openedx_mastery.learning.mastery.withdrawn.v1
# .. event_name: MASTERY_WITHDRAWN
# .. event_description: A released decision no longer stands.
# .. event_data: DecisionEventData
# .. event_trigger: mastery_exam.api.withdraw_decision and void_attempt
MASTERY_WITHDRAWN = OpenEdxPublicSignal(
    event_type="org.openedx_mastery.learning.mastery.withdrawn.v1", data={"decision": DecisionEventData}
)
