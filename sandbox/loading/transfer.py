"""The demo's credit: a value with its recommender, a university, a signed agreement and an admission offer."""

from __future__ import annotations

from sandbox.loading.plan import Actors


def load_transfer(actors: Actors) -> None:
    """Filled when the door of credit_transfer opens."""
