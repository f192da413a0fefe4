"""Names of issuing bodies that a reader could mix up are one name."""

from __future__ import annotations

import pytest

from paid_certificate import api
from paid_certificate.errors import BodyRefused
from paid_certificate.services.look_alikes import are_alike

NAME = "Example Institute"


@pytest.mark.parametrize(
    "other",
    [
        "EXAMPLE  institute",
        "Example-Institute.",
        "Ex\u00e1mple Instit\u00fcte",
        "\u0415\u0445\u0430\u043c\u0440l\u0435 Institute",  # Cyrillic Ie, ha, a, em, er, ie
        "\u0395xample Institute",  # Greek Epsilon
        "Example Inst\u03b9tute",  # Greek iota
        "\uff25\uff58\uff41\uff4d\uff50\uff4c\uff45 Institute",  # fullwidth
        "\U0001d404xample Institute",  # mathematical bold E
        "Exam\u200bple Inst\u2060itute",  # zero-width space, word joiner
        "Exam\u00adple Institute",  # soft hyphen
        "\u202eExample Institute\u202c",  # right-to-left override
        "Example\ufe0f Institute",  # variation selector
        "Examp1e Institute",
        "Example lnstitute",  # small l for capital I
        "Exarnple Institute",  # r and n for m
        "Exa\u217fple Institute",  # small roman numeral one thousand
    ],
)
def test_are_alike_look_alike_names(other: str) -> None:
    assert are_alike(NAME, other)
    assert are_alike(other, NAME)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("\u0391\u03b8\u03ae\u03bd\u03b1", "\u0391\u0398\u0397\u039d\u0391"),  # Greek, small and capital
        ("\u0391\u03b8\u03ae\u03bd\u03b1", "\u0391\u0398\u0397N\u0391"),  # with a Latin N
        ("\u041c\u043e\u0441\u043a\u0432\u0430", "\u041c\u041e\u0421\u041a\u0412\u0410"),  # Cyrillic, small and capital
        ("\u041c\u041e\u0421\u041a\u0412\u0410", "MOCKBA"),
        ("\u6771\u4eac\u5927\u5b66", "\u6771\u4eac\u2f24\u5b66"),  # a radical for the character
        ("Wien", "VVien"),
    ],
)
def test_are_alike_names_in_other_scripts(name: str, other: str) -> None:
    assert are_alike(name, other)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        (NAME, "Example Institution"),
        ("Northern College", "Southern College"),
        ("\u6771\u4eac\u5927\u5b66", "\u6771\u4eac\u5b66"),
        ("\u0915\u0932", "\u0915\u093e\u0932"),  # a vowel sign tells two Hindi words apart
        (
            "\u062c\u0627\u0645\u0639\u0629 \u0627\u0644\u0642\u0627\u0647\u0631\u0629",
            "\u062c\u0627\u0645\u0639\u0629 \u062f\u0645\u0634\u0642",
        ),
    ],
)
def test_are_alike_other_names_are_not(name: str, other: str) -> None:
    assert not are_alike(name, other)


def test_create_body_name_in_look_alike_letters_is_refused(body, operator) -> None:
    with pytest.raises(BodyRefused, match="looks like"):
        api.create_body(slug="other", name="\u0415x\u0430mple Institute of M\u0430stery", actor_id=operator.pk)


def test_create_body_name_that_nobody_sees_is_refused(operator) -> None:
    with pytest.raises(BodyRefused):
        api.create_body(slug="other", name="\u200b\u200b", actor_id=operator.pk)
