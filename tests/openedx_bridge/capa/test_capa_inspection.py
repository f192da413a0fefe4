"""Inspection refuses, with a remedy, every item that this installation could not deliver to everyone."""

from __future__ import annotations

import pytest
from specimens import SPECIMENS, item

from openedx_bridge.capa import inspect_item

QUESTION = '<stringresponse answer="yes"><label>Write yes.</label><textline/></stringresponse>'
CHOICES = (
    '<multiplechoiceresponse><label>q</label><choicegroup><choice correct="{0}">{1}</choice>'
    '<choice correct="false">b</choice></choicegroup></multiplechoiceresponse>'
)

REFUSED = {
    "broken: cut off": ("broken", "<problem><p>"),
    "broken: empty": ("broken", ""),
    "broken: not a problem": ("broken", "<html/>"),
    "broken: entity": ("broken", '<!DOCTYPE p [<!ENTITY x "y">]><problem>&x;</problem>'),
    "broken: script fails": (
        "broken",
        item('<script type="loncapa/python">raise ValueError("no")</script>' + QUESTION),
    ),
    "broken: number without a key": ("broken", item("<numericalresponse><textline/></numericalresponse>")),
    "broken: two keys in a dropdown": (
        "broken",
        item(
            '<optionresponse><optioninput><option correct="True">a</option><option correct="True">b</option>'
            "</optioninput></optionresponse>"
        ),
    ),
    "broken: shuffle and pool at once": (
        "broken",
        item(CHOICES.format("true", "a").replace("<choicegroup>", '<choicegroup shuffle="true" answer-pool="2">')),
    ),
    "nothing asked": ("no_response", item("<p>Read this.</p>")),
    "response without input": ("no_response", item("<stringresponse answer='x'><p>q</p></stringresponse>" )),
    "external grader": ("external_grader", item("<coderesponse><textbox/></coderesponse>")),
    "external response": ("external_grader", item("<externalresponse><textline/></externalresponse>")),
    "image to click": (
        "unsupported_response",
        item('<imageresponse><imageinput src="/static/a.png"/></imageresponse>'),
    ),
    "drawing": (
        "unsupported_input",
        item("<customresponse><jsinput html_file='/static/a.html'/><answer>1</answer></customresponse>"),
    ),
    "script in the page": ("page_script", item('<script type="text/javascript">go()</script>' + QUESTION)),
    "hidden input": ("page_script", item('<stringresponse answer="a"><textline hidden="true"/></stringresponse>')),
    "included file": ("file_missing", item('<include file="more.xml"/>' + QUESTION)),
    "missing image": ("file_missing", item('<img src="/static/gone.png" alt="a"/>' + QUESTION)),
    "missing download": ("file_missing", item('<a href="/static/gone.pdf">a</a>' + QUESTION)),
    "image at no known place": ("file_missing", item('<img src="pictures/a.png" alt="a"/>' + QUESTION)),
    "missing image that a script names": (
        "file_missing",
        item(
            '<script>import random\npic = "/static/%d.png" % random.randint(1, 9)</script><img src="$pic" alt="a"/>'
            + QUESTION
        ),
    ),
    "image elsewhere": ("outside_file", item('<img src="https://example.org/a.png" alt="a"/>' + QUESTION)),
    "image without text": ("image_without_text", item('<img src="/static/a.png"/>' + QUESTION)),
    "image with blank text": ("image_without_text", item('<img src="/static/a.png" alt=" "/>' + QUESTION)),
    "image without text in a choice": (
        "image_without_text",
        item(CHOICES.format("true", '<img src="/static/a.png"/>')),
    ),
    "video": ("embedded_content", item('<video src="/static/a.png"/>' + QUESTION)),
    "frame": ("embedded_content", item('<iframe src="/static/a.png"/>' + QUESTION)),
    "drawing in SVG": (
        "embedded_content",
        item('<svg xmlns="http://www.w3.org/2000/svg"><circle r="1"/></svg>' + QUESTION),
    ),
    "MathML": (
        "embedded_content",
        item('<math xmlns="http://www.w3.org/1998/Math/MathML"><mi>x</mi></math>' + QUESTION),
    ),
    "button of its own": ("embedded_content", item('<input type="button" value="x"/>' + QUESTION)),
    "no right choice": ("key_not_accepted", item(CHOICES.format("false", "a"))),
    "dropdown without a key": (
        "key_not_accepted",
        item("<optionresponse><optioninput options=\"('a','b')\"/></optionresponse>"),
    ),
    "dropdown whose key is not offered by text": (
        "key_not_accepted",
        item('<optionresponse><optioninput><option correct="False">a</option></optioninput></optionresponse>'),
    ),
    "checkboxes of which none is right": (
        "key_not_accepted",
        item('<choiceresponse><checkboxgroup><choice correct="false">a</choice></checkboxgroup></choiceresponse>'),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("code", "olx"), REFUSED.values(), ids=REFUSED)
def test_item_is_refused_with_its_reason_and_a_remedy(code: str, olx: str):
    inspection = inspect_item(olx, files={"a.png": b"", "a.html": b""})
    assert not inspection.is_deliverable
    assert [refusal.code for refusal in inspection.refusals] == [code] * len(inspection.refusals)
    for refusal in inspection.refusals:
        assert refusal.message.rstrip().endswith(".") and refusal.remedy.endswith(".")
        assert "SECRET" not in refusal.message


@pytest.mark.parametrize(
    "body",
    [
        '<img src="/static/a.png" alt="A chart of two bars"/>' + QUESTION,
        '<img src="/static/a.png" role="presentation" alt=""/>' + QUESTION,
        '<a href="https://example.org">a page</a>' + QUESTION,
        '<a href="#below">below</a>' + QUESTION,
        '<img src="data:image/png;base64,AAAA" alt="dot"/>' + QUESTION,
        '<script type="loncapa/python">n = 3</script><p>$n</p>' + QUESTION,
        '<numericalresponse answer="$n"><label>n</label><textline/></numericalresponse>'
        '<script type="loncapa/python">import random\nn = random.randint(1, 99)</script>',
    ],
)
def test_item_that_everyone_can_take_is_not_refused(body: str):
    assert inspect_item(item(body), files={"a.png": b""}).refusals == ()


def test_inspection_describes_the_item():
    olx = item(
        '<p>Look at <img src="/static/a.png" alt="x"/> and <a href="/static/b%20c.pdf">this</a>.</p>'
        + CHOICES.format("true", "a")
        + SPECIMENS["several parts"].olx.removeprefix('<problem display_name="Item">').removesuffix("</problem>")
    )
    inspection = inspect_item(olx, files={"a.png": b"", "b c.pdf": b""})
    assert inspection.refusals == ()
    assert inspection.response_types == ("multiplechoiceresponse", "numericalresponse", "stringresponse")
    assert (inspection.parts, inspection.max_points) == (3, 3)
    assert inspection.static_files == ("a.png", "b c.pdf")
    assert inspection.text == "Look at and this. q First part: 1 + 1 is Second part"


def test_refused_item_still_has_a_text_for_lists_and_its_files():
    inspection = inspect_item(item('<p>Draw <img src="/static/a.png" alt="x"/> it.</p><schematicresponse/>'), files={})
    assert (inspection.text, inspection.static_files) == ("Draw it.", ("a.png",))


def test_files_of_every_seed_are_found():
    olx = item(
        '<script>import random\npic = random.choice("abc")</script><img src="/static/$pic.png" alt="p"/>' + QUESTION
    )
    files = {f"{name}.png": b"" for name in "abc"}
    inspection = inspect_item(olx, files=files, seeds=range(12))
    assert inspection.refusals == () and set(inspection.static_files) == set(files)
