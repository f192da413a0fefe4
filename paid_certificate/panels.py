"""Places on our pages that upper apps fill, and the one question that we ask them: what credit is recommended?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from openedx_bridge.panels import Panels
from paid_certificate.data import CreditInfo

_panels = Panels(
    {
        "credential.below": "credential: CredentialData -> html: where it counts and whom to ask",
        "verification.credit": "credential: CredentialData -> html: credit as recommended by",
        "achievement.below": "achievement: AchievementData -> html: where it counts",
    }
)
register, unregister, render, first = _panels.register, _panels.unregister, _panels.render, _panels.first

CreditProvider = Callable[[UUID, datetime], list[CreditInfo]]
_credit_providers: list[CreditProvider] = []


def register_credit_provider(provider: CreditProvider) -> None:
    """Let `provider` tell what credit is recommended for an achievement (its uuid) at a time."""
    if provider not in _credit_providers:
        _credit_providers.append(provider)


def recommended_credit(achievement_uuid: UUID, at: datetime) -> list[CreditInfo]:
    """Every recommendation of credit for the achievement that holds at `at`."""
    return [credit for provider in _credit_providers for credit in provider(achievement_uuid, at)]
