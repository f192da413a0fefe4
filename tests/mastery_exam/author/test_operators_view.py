"""What the operator sees: wrong settings are named, and the admin shows rows without changing any."""

from __future__ import annotations

import pytest

from mastery_exam.checks import COUNTS, check_counts


def test_check_counts_defaults_are_right():
    assert check_counts(None) == []


@pytest.mark.parametrize("value", [-1, 1.5, "many", None, True])
@pytest.mark.parametrize("name", COUNTS)
def test_check_counts_wrong_number_is_named(settings, name, value):
    setattr(settings, name, value)
    messages = check_counts(None)
    assert [message.id for message in messages] == ["mastery_exam.E001"] and name in messages[0].msg


@pytest.mark.django_db
def test_admin_shows_the_bank_and_no_item_text_and_changes_nothing(bank, client_of, make_user):
    root = client_of(make_user("root", is_staff=True, is_superuser=True))
    assert root.get("/admin/mastery_exam/bank/").status_code == 200
    page = root.get("/admin/mastery_exam/item/")
    assert page.status_code == 200 and "Question adding_1</p>" not in page.content.decode()
    assert root.get("/admin/mastery_exam/bank/add/").status_code == 403
    assert root.get("/admin/mastery_exam/itemversion/").status_code == 404
