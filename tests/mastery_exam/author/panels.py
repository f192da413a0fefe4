"""A panel with judges who rate on pages of their own, for the tests of standard setting."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.models import User

from mastery_exam import api
from mastery_exam.data import BankData
from mastery_exam.models import Item, RatingPanel


def begin(bank: BankData, author: User, judges: Sequence[User], *, role: str = "Lecturer") -> RatingPanel:
    """A new modified Angoff panel with these judges and its first round open."""
    api.open_panel(bank.uuid, actor_id=author.pk)
    for judge in judges:
        api.invite_judge(bank.uuid, username=judge.username, role=role, actor_id=author.pk)
    api.open_round(bank.uuid, actor_id=author.pk)
    return newest(bank)


def newest(bank: BankData) -> RatingPanel:
    """The bank's newest panel, as it stands."""
    return RatingPanel.objects.filter(bank__uuid=bank.uuid).latest("num")


def rate_all(panel: RatingPanel, judge: User, percent: str, **others: str) -> None:
    """The judge gives every item this percentage, but those named in `others`."""
    for item in Item.objects.filter(bank=panel.bank, is_practice=False, retired=False):
        api.rate_item(judge.pk, panel_uuid=panel.uuid, item_uuid=item.uuid, percent=others.get(item.key, percent))
