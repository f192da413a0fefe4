"""Which font draws which letter: an embedded one of wide coverage, and Adobe's standard fonts for CJK.

The CJK fonts are named and not embedded, as PDF allows: every current viewer has them.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont

from credit_transfer.formats.scripts import printable

# reportlab ships Vera, which has Latin letters only; DejaVu covers far more scripts where the system has it.
WIDE_FONTS = (
    Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"),
    Path("/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf"),
)
HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")
KANA = re.compile(r"[\u3040-\u30ff\u31f0-\u31ff]")
HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
NO_GLYPH = "\N{WHITE SQUARE}"


@cache
def base_font() -> str:
    """Register the font with the widest coverage that there is and return its name."""
    path = next((str(path) for path in WIDE_FONTS if path.exists()), "Vera.ttf")
    pdfmetrics.registerFont(TTFont("Transcript", path))
    return "Transcript"


@cache
def _cid_font(name: str) -> str:
    pdfmetrics.registerFont(UnicodeCIDFont(name))
    return name


def marked_up(text: str) -> str:
    """`text` escaped for a reportlab paragraph, with a font tag around letters that the base font lacks."""
    drawn = printable(text)
    japanese = bool(KANA.search(drawn))
    pieces = []
    for font, letters in groupby(drawn, key=lambda letter: font_for(letter, japanese=japanese)):
        run = escape("".join(letters)).replace("\n", "<br/>")
        if font is None:
            pieces.append(NO_GLYPH * len(run))
        else:
            pieces.append(run if font == base_font() else f'<font name="{font}">{run}</font>')
    return "".join(pieces)


def font_for(letter: str, *, japanese: bool = False) -> str | None:
    """The font that has the letter; None where none has, and a square is drawn instead."""
    if letter in "\n " or ord(letter) in _coverage():
        return base_font()
    if HANGUL.match(letter):
        return _cid_font("HYSMyeongJo-Medium")
    if KANA.match(letter) or (japanese and HAN.match(letter)):
        return _cid_font("HeiseiMin-W3")
    if HAN.match(letter):
        return _cid_font("STSong-Light")
    return None


@cache
def _coverage() -> frozenset[int]:
    return frozenset(pdfmetrics.getFont(base_font()).face.charToGlyph)
