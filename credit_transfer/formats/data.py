"""What is on a paper: words already chosen and translated by whoever asks for it."""

from __future__ import annotations

import attrs


@attrs.frozen
class Section:
    """A heading and its rows of (label, value)."""

    title: str
    rows: tuple[tuple[str, str], ...]


@attrs.frozen
class Paper:
    """A transcript or a receipt: `status` stands right below the title, `check_url` as QR code and in letters."""

    title: str
    status: str
    sections: tuple[Section, ...]
    check_label: str
    check_url: str
    notes: tuple[str, ...] = ()
    page_label: str = "{page}"
