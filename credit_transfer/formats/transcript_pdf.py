"""A paper for a registrar's file: A4, sections of label and value, and how to check it."""

from __future__ import annotations

import io

import segno
from reportlab.graphics.shapes import Drawing, Rect
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from credit_transfer.formats.data import Paper, Section
from credit_transfer.formats.fonts import base_font, marked_up

MARGIN = 20 * mm
LABEL_WIDTH = 52 * mm
# What reportlab's frame leaves between the margins: six points of padding on each side.
FULL_WIDTH = A4[0] - 2 * MARGIN - 12
QR_SIZE = 26 * mm
INK, FAINT = HexColor("#1c1c1c"), HexColor("#4a4a4a")
# A value longer than this is cut: one cell of a table cannot go on to the next page.
LONGEST_VALUE = 2400


def paper_pdf(paper: Paper) -> bytes:
    """Return `paper` as PDF; the same paper gives the same bytes."""
    buffer = io.BytesIO()
    document = SimpleDocTemplate(
        buffer,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title=paper.title,
        invariant=True,
    )
    story: list[Flowable] = [_text(paper.title, 18), Spacer(0, 2 * mm), _text(paper.status, 11), Spacer(0, 3 * mm)]
    for section in paper.sections:
        story += _section(section)
    story.append(KeepTogether([Spacer(0, 5 * mm), _check(paper)]))
    story += [_text(note, 8.5, color=FAINT) for note in paper.notes]

    def foot(canvas: Canvas, _document: object) -> None:
        canvas.setFont(base_font(), 8)
        canvas.setFillColor(FAINT)
        canvas.drawRightString(A4[0] - MARGIN, 12 * mm, paper.page_label.format(page=canvas.getPageNumber()))

    document.build(story, onFirstPage=foot, onLaterPages=foot)
    return buffer.getvalue()


def _section(section: Section) -> list[Flowable]:
    rows = [[_text(label, 9, color=FAINT), _text(value, 9.5)] for label, value in section.rows]
    if not rows:
        return []
    table = Table(rows, colWidths=[LABEL_WIDTH, FULL_WIDTH - LABEL_WIDTH], hAlign="LEFT")
    lines = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.25, HexColor("#b9b9b4")),
        ("LEFTPADDING", (0, 0), (0, -1), 0),
    ]
    table.setStyle(TableStyle(lines))
    return [Spacer(0, 4 * mm), _text(section.title, 12), Spacer(0, 1 * mm), table]


def _check(paper: Paper) -> Table:
    words = [_text(paper.check_label, 9.5), _text(paper.check_url, 9)]
    table = Table(
        [[_qr(paper.check_url), words]], colWidths=[QR_SIZE + 6 * mm, FULL_WIDTH - QR_SIZE - 6 * mm], hAlign="LEFT"
    )
    table.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "MIDDLE"), ("LEFTPADDING", (0, 0), (0, -1), 0)]))
    return table


def _qr(url: str) -> Drawing:
    modules = list(segno.make(url, error="m").matrix)
    step = QR_SIZE / len(modules)
    drawing = Drawing(QR_SIZE, QR_SIZE)
    for row, line in enumerate(modules):
        for column, dark in enumerate(line):
            if dark:
                top = QR_SIZE - (row + 1) * step
                drawing.add(Rect(column * step, top, step, step, fillColor=INK, strokeColor=None))
    return drawing


def _text(text: str, size: float, *, color: HexColor = INK) -> Paragraph:
    style = ParagraphStyle(
        "text", fontName=base_font(), fontSize=size, leading=size * 1.35, textColor=color, splitLongWords=1
    )
    cut = text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]} …"
    return Paragraph(marked_up(cut), style)
