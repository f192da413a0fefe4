"""TeX becomes MathML, everything else stays as it was, and nothing that runs gets through."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from openedx_bridge.mathml import render_math, tex_to_mathml


@pytest.mark.parametrize(
    ("tex", "part"),
    [
        (r"\frac{1}{n}\sum_{i=1}^{n} x_i", "<mfrac>"),
        (r"P(A \mid B)", "∣"),
        (r"\bar{x} \pm 1.96 \frac{\sigma}{\sqrt{n}}", "<msqrt>"),
        (r"\binom{n}{k} p^k", "<msup>"),
    ],
)
def test_formula_becomes_mathml(tex, part):
    assert part in (tex_to_mathml(tex) or "")


def test_formulas_between_text_keep_their_places():
    page = render_math(r"<p>The mean \(\bar{x}\) of<br>many \[x^2\] values, \(n\).</p>")

    words = html.fromstring(page).text_content()
    assert page.count("<math") == 3 and 'display="block"' in page
    assert words.startswith("The mean ") and words.endswith(".") and " values, " in words


@pytest.mark.parametrize("tex", [r"\left( \frac a b", "{", r"\nonsense{x}", "x" * 6000])
def test_formula_that_is_not_understood_stays_readable(tex):
    page = render_math(rf"<p>Before \({tex}\) after</p>")

    assert '<span class="ms-math">\\(' in page and page.endswith(" after</p>")


def test_inputs_options_and_attributes_are_left_alone():
    page = r'<input type="text" value="\(x\)"><select><option>\(x\)</option></select><img alt="\(x\)" src="/a.png">'

    assert "<math" not in render_math(rf"<div>{page}</div>")
    assert render_math(rf"<div>{page}</div>").count(r"\(x\)") == 3


@pytest.mark.parametrize(
    "tex",
    [
        r"\text{<script>alert(1)</script>}",
        r"\href{javascript:alert(1)}{x}",
        r"\text{<img src=x onerror=alert(1)>}",
        r"\style{onmouseover:alert(1)}{x}",
        r"\class{a}{x}",
    ],
)
def test_nothing_that_runs_gets_through(tex):
    escaped = tex.replace("<", "&lt;").replace(">", "&gt;")
    page = render_math(rf"<p>\({escaped}\)</p>")
    root = html.fromstring(f"<div>{page}</div>")

    assert not root.xpath("//script|//img|//a|//*[@href]|//@*[starts-with(name(), 'on')]|//@style")


@settings(deadline=None)
@given(st.text(max_size=80))
def test_any_formula_is_converted_or_left_and_never_breaks(tex):
    result = tex_to_mathml(tex)

    assert result is None or "<math" in result
