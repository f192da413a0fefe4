"""The suite's events: named as promised, and with data that the event bus can carry."""

from __future__ import annotations

import json

import pytest
from openedx_events.event_bus.avro.serializer import AvroSignalSerializer
from openedx_events.tooling import OpenEdxPublicSignal

from credit_transfer.signals import signals as transfer
from mastery_exam.signals import signals as exams
from micromasters_pathway.signals import signals as pathways
from paid_certificate.signals import signals as certificates

SIGNALS = [
    signal
    for module in (exams, pathways, certificates, transfer)
    for signal in vars(module).values()
    if isinstance(signal, OpenEdxPublicSignal)
]


def test_events_are_those_that_the_architecture_promises() -> None:
    assert sorted(signal.event_type for signal in SIGNALS) == sorted(
        f"org.openedx_mastery.learning.{name}.v1"
        for name in (
            "attempt.started",
            "attempt.submitted",
            "mastery.decided",
            "mastery.withdrawn",
            "pathway_requirement.met",
            "pathway.completed",
            "pathway_completion.withdrawn",
            "order.paid",
            "order.refunded",
            "credential.issued",
            "credential.revoked",
            "credential.superseded",
            "transfer.requested",
            "transfer.answered",
            "transfer.withdrawn",
        )
    )


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda signal: signal.event_type)
def test_event_data_has_an_avro_schema(signal: OpenEdxPublicSignal) -> None:
    schema = json.loads(AvroSignalSerializer(signal).schema_string())
    assert [field["name"] for field in schema["fields"]] == list(signal.init_data)
