"""Names that a reader could mix up: one skeleton for all that look alike.

After Unicode Technical Standard 39, section 4, and stricter: letters that differ in case or by an accent are alike.
"""

from __future__ import annotations

import unicodedata
from functools import cache

from confusable_homoglyphs import confusables

__all__ = ["are_alike", "name_skeleton"]

MAX_LENGTH = 255
# Among ASCII the case decides what looks alike (I and l, but not i and l); folded, each kind keeps one member.
ASCII_ALIKE = str.maketrans({"i": "l", "1": "l", "0": "o", "m": "rn", "w": "vv"})
_DIRECTION_MARKS = dict.fromkeys(map(ord, "\u200e\u200f"))  # the data sets them around right-to-left letters
_JOINER = "\u034f"


def are_alike(name: str, other: str) -> bool:
    """Whether a reader could take one name for the other, as written or in small or capital letters.

    All three, since a letter may look like one letter when small and like another when capital, as the Greek nu does.
    """
    return not _skeletons(name).isdisjoint(_skeletons(other))


def name_skeleton(name: str) -> str:
    """Return what is left of `name` when look-alikes are one: no case, accents, spaces, punctuation or hidden signs."""
    text = _with_prototypes(unicodedata.normalize("NFKD", name))
    text = _with_prototypes(text.casefold()).casefold()
    return "".join(filter(_is_seen, text)).translate(ASCII_ALIKE)[:MAX_LENGTH]


def _skeletons(name: str) -> frozenset[str]:
    return frozenset(map(name_skeleton, (name, name.casefold(), name.upper())))


def _with_prototypes(text: str) -> str:
    table = _prototypes()
    return unicodedata.normalize("NFKD", "".join(table.get(letter, letter) for letter in text))


def _is_seen(letter: str) -> bool:
    """Whether a letter tells names apart: letters, digits, and vowel signs that are no accents."""
    if letter.isalnum():
        return True
    is_sign = unicodedata.category(letter) in ("Mc", "Mn") and not unicodedata.combining(letter)
    return is_sign and letter != _JOINER and not unicodedata.name(letter, "").startswith("VARIATION SELECTOR")


@cache
def _prototypes() -> dict[str, str]:
    """For each letter beyond ASCII that looks like another text, that text; the data lists both directions."""
    data = confusables.confusables_data
    table = {}
    for source, entries in data.items():
        if len(source) != 1 or source.isascii() or len(entries) != 1:
            continue
        target = entries[0]["c"]
        back = data.get(target, ())
        # The prototype is the one that many lead to; of a lone pair, the lower code point.
        if len(back) > 1 or target < source:
            table[source] = target.translate(_DIRECTION_MARKS)
    return table
