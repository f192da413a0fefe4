"""The certificate for print: A4 landscape, the holder's name as the largest words, code and QR to check it."""

from __future__ import annotations

import io
import re
from functools import cache
from pathlib import Path
from typing import Any

import segno
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from paid_certificate.data import CredentialData, CredentialForm
from paid_certificate.services.body_marks import get_logo
from paid_certificate.services.issue import document_of
from paid_certificate.wording import assurance_words, form_words

LOGO_IN_ADDRESS = re.compile(r"/bodies/(?P<slug>[\w-]+)/logo-(?P<sha256>[0-9a-f]{64})\.png$")
WIDTH, HEIGHT = landscape(A4)
MARGIN = 24 * mm
# reportlab ships Vera, which has Latin letters only; DejaVu covers far more scripts where the system has it.
WIDE_FONTS = (
    Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"),
    Path("/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf"),
)


@cache
def font_name() -> str:
    """Register and return the font with the widest coverage that there is."""
    path = next((str(path) for path in WIDE_FONTS if path.exists()), "Vera.ttf")
    pdfmetrics.registerFont(TTFont("Certificate", path))
    return "Certificate"


def certificate_pdf(credential: CredentialData) -> bytes:
    """Return the PDF of an issued credential; its words are those of the signed document, not today's."""
    signed = document_of(credential.uuid)
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(WIDTH, HEIGHT), invariant=True)
    canvas.setTitle(signed["name"])
    canvas.setAuthor(signed["issuer"]["name"])
    canvas.setSubject(credential.holder_name)
    canvas.setLineWidth(1.2)
    canvas.rect(12 * mm, 12 * mm, WIDTH - 24 * mm, HEIGHT - 24 * mm)
    top = HEIGHT - 30 * mm
    top = _line(canvas, signed["issuer"]["name"], top, 14)
    top = _line(canvas, signed["name"], top - 10 * mm, 20)
    top = _line(canvas, _("awarded to"), top - 8 * mm, 11)
    top = _line(canvas, credential.holder_name, top - 4 * mm, 32)
    top = _line(canvas, _dates(credential), top - 6 * mm, 12)
    for text in _small_print(credential, signed):
        top = _line(canvas, text, top - 3 * mm, 10)
    for name, office in credential.signatories:
        top = _line(canvas, f"{name}, {office}", top - 3 * mm, 10)
    _logo(canvas, signed["issuer"])
    _check_line(canvas, credential)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _dates(credential: CredentialData) -> str:
    awarded = date_format(credential.awarded_at, "j F Y")
    if credential.valid_until is None:
        return awarded
    ends = date_format(credential.valid_until, "j F Y")
    return _("{awarded}, valid until {ends}").format(awarded=awarded, ends=ends)


def _small_print(credential: CredentialData, signed: dict[str, Any]) -> list[str]:
    """What stands behind it, in words; a statement of accomplishment says first what it is not."""
    lines = [signed["issuer"].get("description", ""), assurance_words(credential.identity, credential.supervision)]
    if credential.form is CredentialForm.STATEMENT:
        lines.insert(0, form_words(credential.form, signed["issuer"]["name"]))
    return lines


def _line(canvas: Canvas, text: str, top: float, size: float) -> float:
    """Draw a centred paragraph below `top` (points); returns where it ends."""
    style = ParagraphStyle(
        "line", fontName=font_name(), fontSize=size, leading=size * 1.25, alignment=1, wordWrap="LTR"
    )
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    paragraph = Paragraph(escaped, style)
    _width, height = paragraph.wrap(WIDTH - 2 * MARGIN, HEIGHT)
    paragraph.drawOn(canvas, MARGIN, top - height)
    return top - height


def _logo(canvas: Canvas, issuer: dict[str, Any]) -> None:
    """Draw the logo that the signed document names, at the right of the foot."""
    named = LOGO_IN_ADDRESS.search(issuer.get("image", {}).get("id", ""))
    if named is None:
        return
    picture = ImageReader(io.BytesIO(get_logo(named["slug"], named["sha256"])))
    size = 28 * mm
    canvas.drawImage(
        picture, WIDTH - MARGIN - size, 18 * mm, size, size, mask="auto", preserveAspectRatio=True, anchor="se"
    )


def _check_line(canvas: Canvas, credential: CredentialData) -> None:
    """Draw the QR code, its address in letters, and the verification code at the foot."""
    code = segno.make(credential.verify_url, error="m")
    size, left, bottom = 30 * mm, MARGIN, 18 * mm
    modules = list(code.matrix)
    step = size / len(modules)
    for row, line in enumerate(modules):
        for column, dark in enumerate(line):
            if dark:
                canvas.rect(left + column * step, bottom + size - (row + 1) * step, step, step, stroke=0, fill=1)
    canvas.setFont(font_name(), 9)
    canvas.drawString(left + size + 6 * mm, bottom + 18 * mm, _("Check this certificate:"))
    canvas.drawString(left + size + 6 * mm, bottom + 12 * mm, credential.verify_url)
    canvas.drawString(left + size + 6 * mm, bottom + 6 * mm, _("Code: {code}").format(code=credential.uuid))
