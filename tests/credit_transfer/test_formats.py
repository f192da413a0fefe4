"""Papers and tables: harmless in a spreadsheet, any script on paper, the same bytes for the same paper."""

from __future__ import annotations

import csv
import io
import re
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit_transfer.formats import Paper, Section, paper_pdf, record_csv
from credit_transfer.formats.fonts import base_font, font_for, marked_up
from credit_transfer.formats.record_csv import FORMULA_STARTS
from credit_transfer.formats.scripts import joined, printable

NAMES = ["<b>Eve</b> & co", "</para><script>", "محمد عبد الله", "שלום", "山田太郎", "やまだ", "김철수"]
NAMES += ["हिन्दी", "😀", "\x00\x1b[2J", "x" * 5000, ""]


def paper(*rows: tuple[str, str]) -> Paper:
    return Paper(
        "Transcript", "Valid.", (Section("Holder", rows),), "Check:", "https://mastery.example.org/v/1", ("n",)
    )


def test_paper_pdf_same_paper_gives_the_same_bytes() -> None:
    assert paper_pdf(paper(("Name", "Ana Ćosić"))) == paper_pdf(paper(("Name", "Ana Ćosić")))


def test_paper_pdf_other_words_give_other_bytes() -> None:
    assert paper_pdf(paper(("Name", "Ana"))) != paper_pdf(paper(("Name", "Eva")))


def test_paper_pdf_long_values_go_on_to_further_pages() -> None:
    rows = [(f"Label {number}", "word " * 300) for number in range(20)]
    assert len(re.findall(rb"/Type /Page\b", paper_pdf(paper(*rows)))) > 3


@pytest.mark.parametrize(
    "name",
    [
        "<b>Eve</b> & co",
        "</para><script>",
        "محمد عبد الله",
        "שלום",
        "山田太郎",
        "やまだ",
        "김철수",
        "हिन्दी",
        "😀",
        "\x00\x1b[2J",
        "x" * 5000,
        "",
    ],
)
def test_paper_pdf_takes_any_name(name: str) -> None:
    assert paper_pdf(paper(("Name", name), ("Next", "row"))).startswith(b"%PDF-")


@given(st.text(max_size=40))
def test_marked_up_is_well_formed_and_tags_are_only_ours(text: str) -> None:
    from lxml import etree

    root = etree.fromstring(f"<p>{marked_up(text)}</p>")
    assert {element.tag for element in root.iter()} <= {"p", "font", "br"}


def test_font_for_each_script_has_one_and_cuneiform_none() -> None:
    assert font_for("ć") == font_for("Ω") == font_for("ж") == base_font()
    assert font_for("山") == "STSong-Light"
    assert font_for("山", japanese=True) == font_for("や") == "HeiseiMin-W3"
    assert font_for("김") == "HYSMyeongJo-Medium"
    assert font_for("\U00012000") is None


def test_joined_arabic_letters_take_the_form_of_their_place() -> None:
    # meem initial, hah medial, meem medial, dal final: Unicode presentation forms B.
    assert joined("محمد") == "\ufee3\ufea4\ufee4\ufeaa"
    assert joined("لا") == "\ufefb"
    assert joined("دار") == "\ufea9\ufe8d\ufead"


def test_printable_turns_right_to_left_runs_only() -> None:
    assert printable("abc שלום def") == "abc םולש def"
    assert printable("Ana Ćosić 12") == "Ana Ćosić 12"
    assert printable("a\u202eb\u200f") == "ab"


def read(content: bytes) -> dict[str, str]:
    (row,) = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    return row


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_record_csv_formula_is_made_harmless(start: str) -> None:
    value = f"{start}cmd|' /C calc'!A0"
    assert read(record_csv([("name", value)]))["name"] == f"'{value}"
    assert read(record_csv([("name", f"  {value}")]))["name"].startswith("'")


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30))
def test_record_csv_reads_back_and_no_cell_begins_a_formula(value: str) -> None:
    cell = read(record_csv([("first", "x"), ("name", value)]))["name"]
    assert cell.removeprefix("'") == value.removeprefix("'") or cell == value
    assert not cell.lstrip(" ").startswith(FORMULA_STARTS)


def test_paper_pdf_words_are_in_the_file() -> None:
    """With Latin letters the page's text operators can be read back through the font's own map."""
    content = paper_pdf(paper(("Name", "Ana")))
    streams = re.findall(rb"stream\r?\n(.*?)\r?\n?endstream", content, re.DOTALL)
    assert streams
    assert b"/Title (Transcript)" in content
    assert any(b"Tj" in decoded(stream) for stream in streams)


def decoded(stream: bytes) -> bytes:
    import base64

    try:
        return zlib.decompress(base64.a85decode(stream.strip(), adobe=False) if stream.endswith(b"~>") else stream)
    except (ValueError, zlib.error):
        try:
            return zlib.decompress(base64.a85decode(b"<~" + stream.strip(), adobe=True))
        except (ValueError, zlib.error):
            return b""
