"""A wide bank with drafts for the delivery rules without fixed forms, and people who sit what is published."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
from django.contrib.auth.models import User
from small_bank import JUDGES, build_bank, build_exam, keys, rate

from mastery_exam import api
from mastery_exam.data import BankData
from mastery_exam.models import Attempt, ExamVersion, Item
from mastery_exam.services.delivery import render_attempt_item

FIVE = (*JUDGES, "Examiner", "Employer")
PER_AREA = 14
ADDING = keys(PER_AREA)["adding"]
LINEAR = {"delivery_rule": "linear_on_the_fly", "max_attempts": 2}
TEST = {
    "delivery_rule": "classification",
    "blueprint": {"adding": 3, "times": 2},
    "min_items": 5,
    "max_items": 8,
    "max_attempts": 2,
}
DEVICE = "device"


def build_wide_bank(folder: Path, actor_id: int) -> BankData:
    """28 scored items from easy to hard, rated by five judges, and a practice item."""
    bank = build_bank(folder, actor_id, per_area=PER_AREA, judges=FIVE)
    rate(bank, actor_id, wide_ratings(), judges=FIVE)
    return bank


def wide_ratings() -> dict[str, str]:
    """Ratings from .4 to .79 in each area."""
    return {key: f"{0.4 + 0.03 * n:.2f}" for area in keys(PER_AREA).values() for n, key in enumerate(area)}


@attrs.frozen
class Stage:
    """A draft that a test may spoil before publishing is tried."""

    bank: BankData
    key: str
    actor_id: int

    @classmethod
    def of(cls, bank: BankData, actor_id: int, key: str, **draft: Any) -> Stage:
        """Create the draft."""
        return cls(bank, build_exam(bank, actor_id, key=key, **draft), actor_id)

    def change(self, **draft: object) -> None:
        """Change the draft."""
        api.update_exam(self.key, actor_id=self.actor_id, **draft)

    def item(self, key: str, **changes: object) -> None:
        """Change an item of the bank."""
        api.set_item(Item.objects.get(bank__uuid=self.bank.uuid, key=key).uuid, actor_id=self.actor_id, **changes)

    def pilots(self, *names: str) -> None:
        """Have these items tried out."""
        table = "item,use\n" + "\n".join(f"{name},pilot" for name in names)
        api.import_item_table(self.bank.uuid, source=table, actor_id=self.actor_id)

    def publish(self, **options: object) -> ExamVersion:
        """Publish and return the version."""
        api.publish_exam(self.key, actor_id=self.actor_id, **options)
        return ExamVersion.objects.filter(exam__key=self.key).latest("num")


def sit(user: User, key: str, ability: float) -> Attempt:
    """The person sits what is published, right on every item that is rated at least `ability`, and is decided."""
    terms = api.get_exam(key).terms_version
    registration = api.register(user.pk, exam_key=key, legal_name="A Candidate", terms_version=terms)
    uuid = api.start_attempt(user.pk, registration_uuid=registration.uuid, device_token=DEVICE).uuid
    attempt = Attempt.objects.get(uuid=uuid)
    can_go_back = attempt.exam_version.can_go_back
    position: int | None = 1
    while position is not None:
        _answer(user, attempt, position, ability)
        if can_go_back:
            position = position + 1 if position < attempt.items.count() else None
        else:
            position = api.settle_item(
                user.pk, attempt_uuid=uuid, position=position, client_seq=1, device_token=DEVICE
            ).position
    if can_go_back:
        api.submit_attempt(user.pk, attempt_uuid=uuid)
    api.decide_attempt(uuid)
    return Attempt.objects.get(uuid=uuid)


def _answer(user: User, attempt: Attempt, position: int, ability: float) -> None:
    item = attempt.items.get(position=position)
    item.attempt = attempt
    rating = wide_ratings()[item.version_item.item_version.item.key]
    (field,) = render_attempt_item(item, answers={}, files_url=lambda sha256, name: name).inputs
    value = next(value for value, text in field.choices if (text == "yes") == (float(rating) >= ability))
    api.save_answer(
        user.pk,
        attempt_uuid=attempt.uuid,
        position=position,
        client_seq=1,
        answers={field.name: value},
        device_token=DEVICE,
    )
