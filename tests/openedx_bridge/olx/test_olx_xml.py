"""XML from outside is read as it was meant; a problem is written in one form, whoever exported it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from openedx_bridge.olx import canonical_olx, parse_xml, sha256_of
from openedx_bridge.olx.xml import XmlError, drop_element

CAFE = "<problem><p>Café ≥ 2</p></problem>"


@pytest.mark.parametrize(
    "content",
    [
        CAFE,
        f'<?xml version="1.0" encoding="ascii"?>{CAFE}',
        f"\ufeff{CAFE}",
        CAFE.encode(),
        b"\xef\xbb\xbf" + CAFE.encode(),
        CAFE.encode("utf-16"),
        f'<?xml version="1.0" encoding="UTF-8"?>{CAFE}'.encode(),
        b"<problem><p>Caf&eacute; &ge; 2</p></problem>",
        b'<?xml version="1.0" encoding="iso-8859-1"?><problem><p>Caf\xe9 &#8805; 2</p></problem>',
        b'<?xml version="1.0" encoding="UTF-8"?><problem><p>Caf\xe9 &ge; 2</p></problem>',
    ],
)
def test_parse_xml_reads_every_encoding_that_exports_come_in(content: bytes | str):
    assert parse_xml(content).findtext("p") == "Café ≥ 2"


@pytest.mark.parametrize("content", ["", "text", "<a>", "<a>&unknown;</a>", b"\xff\xfe", b"\x00", "<a/><b/>"])
def test_parse_xml_refuses_what_is_no_xml(content: bytes | str):
    with pytest.raises(XmlError):
        parse_xml(content)


@given(st.binary(max_size=200))
def test_parse_xml_fails_in_no_other_way(content: bytes):
    try:
        parse_xml(content)
    except XmlError:
        pass


def test_canonical_olx_is_the_same_for_copies_of_one_problem():
    first = '<problem url_name="a" max_attempts="2" display_name="T"><p class="x" id="y">1<br/></p><!-- 7 --></problem>'
    second = "<problem display_name='T' markdown='secret'><p id='y'\n  class='x'>1<br></br></p></problem>"
    texts = {canonical_olx(parse_xml(text)) for text in (first, second)}
    assert texts == {'<problem display_name="T"><p class="x" id="y">1<br></br></p></problem>'}


def test_canonical_olx_differs_with_the_key():
    texts = [
        canonical_olx(parse_xml(f'<problem><choice correct="{key}">1</choice></problem>')) for key in ("true", "false")
    ]
    assert sha256_of(texts[0]) != sha256_of(texts[1])


TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=30)


@given(TEXTS, TEXTS, TEXTS)
def test_canonical_olx_is_stable_and_loses_nothing(title: str, text: str, tail: str):
    problem = etree.Element("problem", display_name=title)
    child = etree.SubElement(problem, "p")
    child.text, child.tail = text, tail
    written = canonical_olx(problem)
    read = parse_xml(written)
    assert (read.get("display_name"), read.findtext("p"), read[0].tail or "") == (title, text, tail)
    assert canonical_olx(read) == written


@given(TEXTS, TEXTS, TEXTS)
def test_drop_element_keeps_the_text_around_it(before: str, between: str, after: str):
    root = etree.Element("p")
    root.text = before
    for tail in (between, after):
        etree.SubElement(root, "hint").tail = tail
    for element in list(root):
        drop_element(element)
    assert (root.text or "") == before + between + after and len(root) == 0
