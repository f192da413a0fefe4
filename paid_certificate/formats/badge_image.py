"""The picture of a badge, as PNG and SVG; it shows achievement and issuer, and never the holder."""

from __future__ import annotations

import io
import textwrap
from pathlib import Path
from xml.sax.saxutils import escape

import reportlab
from PIL import Image, ImageDraw, ImageFont

SIZE = 512  # pixels, both ways
INK, PAPER, LINE = "#1b2a41", "#ffffff", "#2b6777"
LINE_LENGTH, MAX_LINES = 20, 5
# reportlab ships Vera, which has Latin letters only; DejaVu covers far more scripts where the system has it.
FONTS = (
    Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"),
    Path("/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf"),
    Path(reportlab.__file__).parent / "fonts" / "Vera.ttf",
)


def badge_png(title: str, issuer: str) -> bytes:
    """Draw the badge as a PNG of 512 by 512 pixels."""
    image = Image.new("RGB", (SIZE, SIZE), PAPER)
    draw = ImageDraw.Draw(image)
    draw.ellipse((16, 16, SIZE - 16, SIZE - 16), outline=LINE, width=10)
    path = str(next(path for path in FONTS if path.exists()))
    for text, top, size in _lines(title, issuer):
        draw.text((SIZE / 2, top), text, fill=INK, font=ImageFont.truetype(path, size), anchor="mm")
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def badge_svg(title: str, issuer: str) -> bytes:
    """Draw the badge as an SVG with the same lines."""
    texts = "".join(
        f'<text x="{SIZE // 2}" y="{top}" font-size="{size}" text-anchor="middle" dominant-baseline="middle"'
        f' font-family="sans-serif" fill="{INK}">{escape(text)}</text>'
        for text, top, size in _lines(title, issuer)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" role="img"><title>{escape(title)}</title>'
        f'<circle cx="{SIZE // 2}" cy="{SIZE // 2}" r="{SIZE // 2 - 20}" fill="{PAPER}" stroke="{LINE}"'
        f' stroke-width="10"/>{texts}</svg>'
    ).encode()


def _lines(title: str, issuer: str) -> list[tuple[str, int, int]]:
    """Every line as text, vertical centre and font size (pixels)."""
    wrapped = textwrap.wrap(title, LINE_LENGTH, max_lines=MAX_LINES, placeholder="…")
    top = SIZE // 2 - 24 - 40 * (len(wrapped) - 1) // 2
    lines = [(text, top + 40 * number, 32) for number, text in enumerate(wrapped)]
    below = textwrap.wrap(issuer, LINE_LENGTH + 8, max_lines=2, placeholder="…")
    return lines + [(text, SIZE - 140 + 24 * number, 18) for number, text in enumerate(below)]
