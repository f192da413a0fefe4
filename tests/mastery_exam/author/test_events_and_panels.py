"""What the app promises to the apps above: events that the bus can carry, and slots on its pages."""

from __future__ import annotations

import pytest
from openedx_events.event_bus.avro.serializer import AvroSignalSerializer

from mastery_exam import panels
from mastery_exam.data import AttemptEventData, DecisionEventData
from mastery_exam.signals import signals

EVENTS = {
    signals.ATTEMPT_STARTED: {"attempt": AttemptEventData("a", "e", 1)},
    signals.ATTEMPT_SUBMITTED: {"attempt": AttemptEventData("a", "e", 1)},
    signals.MASTERY_DECIDED: {"decision": DecisionEventData("d", "e", 1, True)},
    signals.MASTERY_WITHDRAWN: {"decision": DecisionEventData("d", "e", 1, False)},
}


@pytest.mark.parametrize("signal", EVENTS, ids=lambda signal: signal.event_type)
def test_event_has_an_avro_schema_and_can_be_written(signal):
    serializer = AvroSignalSerializer(signal)
    assert serializer.schema_string
    assert serializer.to_dict(EVENTS[signal])
    assert signal.event_type.startswith("org.openedx_mastery.learning.") and signal.event_type.endswith(".v1")


def test_event_signals_are_loaded_with_the_models():
    """The event bus looks for a configured event when models are loaded."""
    from mastery_exam import models

    assert models.signals is signals


def test_panels_unknown_slot_is_an_error():
    with pytest.raises(KeyError):
        panels.register("exam.colour", lambda **_subject: None)
