"""Letters of any script on paper: Arabic joined, right-to-left runs in reading order, a font for every letter.

reportlab lays out letters in the order in which they come and joins none. This covers what names and titles need:
Arabic letters take their joined forms (Unicode presentation forms B), and runs of Hebrew and Arabic are reversed.
Scripts that reorder or stack letters (Devanagari, Thai vowels) are printed letter by letter.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

RTL = re.compile(
    r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff](?:[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\s\-'.,]*"
    r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff])?"
)
FORMS = ("isolated", "final", "initial", "medial")


def printable(text: str) -> str:
    """`text` as it must be drawn from left to right; control and direction marks are dropped."""
    kept = "".join(letter for letter in text if letter in "\n " or unicodedata.category(letter) not in ("Cc", "Cf"))
    return RTL.sub(lambda run: _reversed(joined(run.group())), kept)


def joined(text: str) -> str:
    """Arabic letters in the form that their neighbours ask for; everything else as it is."""
    letters = _ligatures(text)
    result = []
    for position, letter in enumerate(letters):
        forms = _forms().get(letter)
        if forms is None:
            result.append(letter)
            continue
        before = _joins_after(_neighbour(letters, position, -1)) and "final" in forms
        after = "initial" in forms and _joins_before(_neighbour(letters, position, 1))
        wanted = "medial" if before and after else "final" if before else "initial" if after else "isolated"
        result.append(forms.get(wanted, letter))
    return "".join(result)


def _neighbour(letters: list[str], position: int, step: int) -> str:
    """The next letter on one side, past vowel marks, which stand above or below and do not part letters."""
    position += step
    while 0 <= position < len(letters) and unicodedata.category(letters[position][0]) == "Mn":
        position += step
    return letters[position] if 0 <= position < len(letters) else ""


def _joins_after(letter: str) -> bool:
    return "initial" in _forms().get(letter, {})


def _joins_before(letter: str) -> bool:
    return "final" in _forms().get(letter, {})


def _ligatures(text: str) -> list[str]:
    """The letters of `text`; lam followed by alef counts as one."""
    letters: list[str] = []
    for letter in text:
        if letters and letters[-1] + letter in _forms():
            letters[-1] += letter
        else:
            letters.append(letter)
    return letters


@cache
def _forms() -> dict[str, dict[str, str]]:
    """Letter (or ligature) to its forms, from the decompositions in the Unicode Character Database."""
    table: dict[str, dict[str, str]] = {}
    for code in range(0xFE80, 0xFEFD):
        kind, *parts = unicodedata.decomposition(chr(code)).split() or [""]
        if kind.strip("<>") in FORMS:
            base = "".join(chr(int(part, 16)) for part in parts)
            table.setdefault(base, {})[kind.strip("<>")] = chr(code)
    return table


def _reversed(text: str) -> str:
    """The run from right to left, with marks kept behind their letters and brackets mirrored."""
    clusters: list[str] = []
    for letter in text:
        if clusters and unicodedata.category(letter) == "Mn":
            clusters[-1] += letter
        else:
            clusters.append(letter)
    return "".join(reversed(clusters))
