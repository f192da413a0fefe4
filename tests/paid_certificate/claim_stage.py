"""An achievement that evidence leads to, an assessor, and a claim with something in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from strangers import Stranger, stranger_by_key, stranger_by_web

from paid_certificate import api
from paid_certificate.claim_data import ClaimData
from paid_certificate.data import AchievementData, BodyData

__all__ = ["PDF", "approve", "assessor", "by_key", "by_web", "evidence", "filled", "sent", "stranger_of_nothing"]

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
NAME = "Ana Ćosić"


@pytest.fixture(scope="session")
def by_key() -> Stranger:
    """An issuer that is its key."""
    return stranger_by_key()


@pytest.fixture(scope="session")
def by_web() -> Stranger:
    """An issuer with a site."""
    return stranger_by_web()


@pytest.fixture
def evidence(body: BodyData, operator: User) -> Callable[..., AchievementData]:
    """A function that makes an achievement of two outcomes which evidence leads to."""

    def make(key: str = "applied-statistics", **route: Any) -> AchievementData:
        made = api.create_achievement(
            key=key,
            body_slug=body.slug,
            title="Applied statistics",
            actor_id=operator.pk,
            description="Works with data.",
            criteria="Show each outcome.",
            outcomes=[{"name": "Describes data"}, {"name": "Tests a hypothesis"}],
        )
        return api.add_route(made.uuid, kind="evidence", reference=key, actor_id=operator.pk, **route)

    return make


@pytest.fixture
def assessor(make_user: Callable[..., User], body: BodyData, operator: User) -> User:
    """Somebody who assesses for the body and may do nothing else."""
    person = make_user("assessor")
    api.add_assessor(body.slug, username="assessor", actor_id=operator.pk)
    return person


@pytest.fixture
def stranger_of_nothing(make_user: Callable[..., User]) -> User:
    """Somebody who assesses for no body."""
    return make_user("nobody")


@pytest.fixture
def filled(evidence: Callable[..., AchievementData], learner: User, by_key: Stranger) -> Callable[..., ClaimData]:
    """A function that begins a claim and puts a credential, a file, a link and a note into it."""

    def make(user: User = learner, **route: Any) -> ClaimData:
        claim = api.start_claim(user.pk, achievement_uuid=evidence(**route).uuid)
        api.add_credential_piece(user.pk, claim.uuid, credential=by_key.text().encode(), outcomes=[1])
        api.add_file_piece(user.pk, claim.uuid, content=PDF, file_name="report.pdf", title="Report", outcomes=[2])
        api.add_link_piece(user.pk, claim.uuid, url="https://work.example.org/1", title="My work", outcomes=[1, 2])
        api.add_note_piece(user.pk, claim.uuid, text="I led a survey.", title="What I did", outcomes=[2])
        return api.get_claim(claim.uuid)

    return make


@pytest.fixture
def sent(filled: Callable[..., ClaimData]) -> Callable[..., ClaimData]:
    """A function that makes a claim which waits for an assessor."""

    def make(**route: Any) -> ClaimData:
        claim = filled(**route)
        return api.submit_claim(claim.user_id, claim.uuid, holder_name=NAME, consent=True)

    return make


def approve(claim: ClaimData, actor: User, **values: Any) -> ClaimData:
    """Approve with everything shown, unless `values` say otherwise."""
    given = {"covered": [1, 2], "identity": "checked", "identity_how": "Passport seen", "supervision": "none"}
    return api.approve_claim(claim.uuid, actor_id=actor.pk, **given | values)
