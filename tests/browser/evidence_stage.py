"""Claims by evidence of the demo's people, one in each state that its pages have."""

from __future__ import annotations

import sys
from pathlib import Path

from paid_certificate import api
from sandbox.loading.plan import BODY

sys.path.append(str(Path(__file__).resolve().parents[1] / "paid_certificate" / "proofs"))

from strangers import stranger_by_key, stranger_by_web

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
NAME = "Łucja Αλεξίου-李"


def stage_evidence(people: dict[str, int]) -> list[tuple[str, str | None, str]]:
    """Make the claims; each screen as its name, who looks at it, and its path."""
    achievement = next(entry for entry in api.list_achievements() if entry.key == "introductory-statistics")
    draft, returned, waiting = (
        _filled(people[who], achievement.uuid, len(achievement.outcomes))
        for who in ("learner", "invigilator", "author")
    )
    for who, uuid in (("invigilator", returned), ("author", waiting)):
        api.submit_claim(people[who], uuid, holder_name=NAME, consent=True)
    api.return_claim(returned, question="Which part of the report is your own work?", actor_id=people["operator"])
    api.add_assessor(BODY, username="student", actor_id=people["operator"])
    refused = _refused(people, achievement.uuid)
    return [
        ("begin with evidence", "student", f"/credentials/evidence/start/{achievement.uuid}/"),
        ("claim not sent", "learner", f"/credentials/evidence/{draft}/"),
        ("claim with a question", "invigilator", f"/credentials/evidence/{returned}/"),
        ("claim that waits", "author", f"/credentials/evidence/{waiting}/"),
        ("claim refused", "operator", f"/credentials/evidence/{refused}/"),
        ("add a credential", "learner", f"/credentials/evidence/{draft}/add/credential/"),
        ("add a file", "learner", f"/credentials/evidence/{draft}/add/file/"),
        ("add a link", "learner", f"/credentials/evidence/{draft}/add/link/"),
        ("add a note", "learner", f"/credentials/evidence/{draft}/add/note/"),
        ("evidence desk", "operator", "/credentials/evidence/desk/"),
        ("evidence desk of an assessor", "student", "/credentials/evidence/desk/"),
        ("evidence of a person", "student", f"/credentials/evidence/desk/{waiting}/"),
    ]


def _filled(user_id: int, achievement_uuid, outcomes: int):  # type: ignore[no-untyped-def]
    """A claim with a piece of every kind, and credentials that hold, that cannot be checked, and that were altered."""
    claim = api.start_claim(user_id, achievement_uuid=achievement_uuid)
    every = list(range(1, outcomes + 1))
    good, web = stranger_by_key().text(), stranger_by_web().text(revocable=True)
    for text in (good, web):
        api.add_credential_piece(user_id, claim.uuid, credential=text.encode(), outcomes=[1])
    api.add_file_piece(
        user_id, claim.uuid, content=PDF, file_name="A-very-long-name-of-a-report-without-any-space.pdf", outcomes=every
    )
    address = "https://work.example.org/" + "a-long-address/" * 12
    api.add_link_piece(user_id, claim.uuid, url=address, title="My work", outcomes=every[:2])
    text = "I led a survey of 400 households.\n\nاستطلاع 400 أسرة"
    api.add_note_piece(user_id, claim.uuid, text=text, title="What I did", outcomes=every)
    return claim.uuid


def _refused(people: dict[str, int], achievement_uuid):  # type: ignore[no-untyped-def]
    claim = api.start_claim(people["operator"], achievement_uuid=achievement_uuid)
    every = [entry.num for entry in claim.outcomes]
    api.add_note_piece(people["operator"], claim.uuid, text="I can do it.", title="Note", outcomes=every)
    api.submit_claim(people["operator"], claim.uuid, holder_name=NAME, consent=True)
    api.refuse_claim(claim.uuid, reason="A note alone shows none of the outcomes.", actor_id=people["student"])
    return claim.uuid
