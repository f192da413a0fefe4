"""The demo's programme: one exam by either route, and the course."""

from __future__ import annotations

from django.db import transaction

from micromasters_pathway import api
from sandbox.loading.plan import CREDENTIAL_EXAM, PROGRAMME, SITTING_EXAM, Actors, course_key

RULES = {
    "all_of": [
        {
            "slot": {
                "key": "exam",
                "title": "Introductory Statistics, by exam",
                "routes": [
                    {"kind": "exam", "exam_key": SITTING_EXAM, "least": {"identity": "none", "supervision": "none"}},
                    {"kind": "exam", "exam_key": CREDENTIAL_EXAM, "least": {"identity": "none", "supervision": "none"}},
                ],
            }
        },
        {
            "slot": {
                "key": "coursework",
                "title": "Introductory Statistics, coursework",
                "routes": [{"kind": "course", "course_key": course_key(), "least_percent": "60"}],
            }
        },
    ]
}


@transaction.atomic
def load_programme(actors: Actors) -> None:
    """Create and publish the programme where it is missing."""
    if api.find_programme(PROGRAMME) is not None:
        return
    api.create_programme(
        key=PROGRAMME,
        title="Statistics for Decisions",
        summary="A short programme of one exam and one course, as a first step towards a master’s degree.",
        organisation="Example Institute of Mastery",
        completion_gives="A credential for the whole programme, and the admission offers below.",
        actor_id=actors.operator,
    )
    api.publish_programme(PROGRAMME, rules=RULES, actor_id=actors.operator)
