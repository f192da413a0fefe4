"""One item of every response type that exams deliver, each with hints, feedback and a solution that must stay inside.

Texts with SECRET stand only where a person under examination may not look.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs

from openedx_bridge.capa import ItemInput, RenderedItem, render_item

SOLUTION = '<solution><div class="detailed-solution"><p>SECRET-SOLUTION</p></div></solution>'
DEMAND = "<demandhint><hint>SECRET-DEMAND-HINT</hint></demandhint>"

Given = Mapping[int, str | Sequence[str]]


@attrs.frozen
class Specimen:
    """An item; right and wrong answers by the number of the input, choices by their text; `rekey` changes its key."""

    olx: str
    right: Given
    wrong: Given
    rekey: tuple[str, str]
    points: int = 1
    has_script: bool = False


def item(body: str) -> str:
    """Wrap responses into a whole problem with everything around them that must not be seen."""
    return f'<problem display_name="Item"><!-- SECRET-COMMENT -->{body}{SOLUTION}{DEMAND}</problem>'


def render(olx: str, *, seed: int = 5, key: str = "k", answers: Mapping[str, object] | None = None) -> RenderedItem:
    """Render with files under /f/."""
    return render_item(olx, seed=seed, answers=answers or {}, files_url=lambda name: f"/f/{name}", item_key=key)


def answers_to(rendered: RenderedItem, given: Given) -> dict[str, str | list[str]]:
    """Say by input name what `given` says by number and text, as a browser would send it."""
    return {rendered.inputs[number].name: _values(rendered.inputs[number], text) for number, text in given.items()}


def _values(field: ItemInput, text: str | Sequence[str]) -> str | list[str]:
    if not field.choices:
        return text if isinstance(text, str) else list(text)
    value_of = {label: value for value, label in field.choices}
    return value_of[text] if isinstance(text, str) else [value_of[label] for label in text]


SPECIMENS = {
    "single choice": Specimen(
        item(
            '<multiplechoiceresponse><label>Which is even?</label><choicegroup type="MultipleChoice">'
            '<choice correct="true" name="SECRET-right">2<choicehint>SECRET-HINT</choicehint></choice>'
            '<choice correct="false">3<choicehint>SECRET-HINT</choicehint></choice></choicegroup>'
            "</multiplechoiceresponse>"
        ),
        right={0: "2"},
        wrong={0: "3"},
        rekey=('<choice correct="true" name="SECRET-right">2', '<choice correct="false" name="SECRET-right">2'),
    ),
    "single choice, shuffled": Specimen(
        item(
            "<p>Which is even?</p><multiplechoiceresponse>"
            '<choicegroup type="MultipleChoice" shuffle="true"><choice correct="true">2</choice>'
            '<choice correct="false">3</choice><choice correct="false">5</choice>'
            '<choice correct="false" fixed="true">None of them</choice></choicegroup></multiplechoiceresponse>'
        ),
        right={0: "2"},
        wrong={0: "None of them"},
        rekey=('<choice correct="true">2</choice>', '<choice correct="false">2</choice>'),
    ),
    "targeted feedback": Specimen(
        item(
            '<multiplechoiceresponse targeted-feedback="alwaysShowCorrectChoiceExplanation"><label>Even?</label>'
            '<choicegroup type="MultipleChoice"><choice correct="true" explanation-id="SECRET-ID">2</choice>'
            '<choice correct="false" explanation-id="bad">3</choice></choicegroup></multiplechoiceresponse>'
            '<targetedfeedbackset><targetedfeedback explanation-id="bad"><p>SECRET-FEEDBACK</p></targetedfeedback>'
            '</targetedfeedbackset><solutionset><solution explanation-id="SECRET-ID"><p>SECRET-SOLUTION</p></solution>'
            "</solutionset>"
        ),
        right={0: "2"},
        wrong={0: "3"},
        rekey=('correct="true"', 'correct="false"'),
    ),
    "true or false": Specimen(
        item(
            "<truefalseresponse><label>Is 7 a prime number?</label><choicegroup>"
            '<choice correct="true" name="SECRET">Yes</choice><choice correct="false" name="b">No</choice>'
            "</choicegroup></truefalseresponse>"
        ),
        right={0: "Yes"},
        wrong={0: "No"},
        rekey=('correct="true"', 'correct="false"'),
    ),
    "checkboxes": Specimen(
        item(
            "<choiceresponse><label>Which are even?</label><description>Choose all.</description><checkboxgroup>"
            '<choice correct="true">2<choicehint selected="true">SECRET-HINT</choicehint></choice>'
            '<choice correct="false">3</choice><choice correct="true">4</choice>'
            '<compoundhint value="A C">SECRET-HINT</compoundhint></checkboxgroup></choiceresponse>'
        ),
        right={0: ["2", "4"]},
        wrong={0: ["2"]},
        rekey=('<choice correct="true">4', '<choice correct="false">4'),
    ),
    "radio group": Specimen(
        item(
            "<choiceresponse><label>Which is even?</label><radiogroup><choice correct='true'>2</choice>"
            "<choice correct='false'>3</choice></radiogroup></choiceresponse>"
        ),
        right={0: "2"},
        wrong={0: "3"},
        rekey=("correct='true'", "correct='false'"),
    ),
    "dropdown": Specimen(
        item(
            "<optionresponse><label>The mean of 1 and 3 is</label><optioninput>"
            '<option correct="False">1<optionhint>SECRET-HINT</optionhint></option>'
            '<option correct="True">2<optionhint label="SECRET">SECRET-HINT</optionhint></option>'
            '<option correct="False">it isn\'t known</option></optioninput></optionresponse>'
        ),
        right={0: "2"},
        wrong={0: "it isn't known"},
        rekey=('<option correct="True">2', '<option correct="False">2'),
    ),
    "dropdowns of the old style": Specimen(
        item(
            '<optionresponse><p>First <optioninput inline="1" options="(\'up\',\'down\')" correct="up"/> and'
            ' then <optioninput inline="1" options="(\'up\',\'down\')" correct="down"/></p></optionresponse>'
        ),
        right={0: "up", 1: "down"},
        wrong={0: "down", 1: "up"},
        rekey=('correct="up"', 'correct="down"'),
        points=2,
    ),
    "number with tolerance": Specimen(
        item(
            '<numericalresponse answer="4317.25"><label>How many?</label><responseparam type="tolerance" default="5%"/>'
            '<formulaequationinput trailing_text="kg"/><correcthint>SECRET-HINT</correcthint>'
            '<additional_answer answer="8888"><correcthint>SECRET-HINT</correcthint></additional_answer>'
            "</numericalresponse>"
        ),
        right={0: "4300"},
        wrong={0: "4800"},
        rekey=('answer="4317.25"', 'answer="17"'),
    ),
    "number in a range": Specimen(
        item('<numericalresponse answer="[4317,4318)"><label>About how many?</label><textline/></numericalresponse>'),
        right={0: "4317"},
        wrong={0: "4318"},
        rekey=("[4317,4318)", "(1,2)"),
    ),
    "text": Specimen(
        item(
            '<stringresponse answer="Ouagadougou" type="ci"><label>The capital of Burkina Faso?</label>'
            "<correcthint>SECRET-HINT</correcthint><additional_answer answer='Ouaga'><correcthint>SECRET-HINT"
            "</correcthint></additional_answer><stringequalhint answer='Bobo'>SECRET-HINT</stringequalhint>"
            "<regexphint answer='B.*'>SECRET-HINT</regexphint><textline size='20'/><hintgroup>"
            '<stringhint answer="Bamako" name="h"/><hintpart on="h"><text>SECRET-HINT</text></hintpart></hintgroup>'
            "</stringresponse>"
        ),
        right={0: " ouagadougou "},
        wrong={0: "Bobo"},
        rekey=('answer="Ouagadougou"', 'answer="Bobo"'),
    ),
    "text by pattern": Specimen(
        item(
            '<stringresponse answer="col(o|ou)r" type="ci regexp"><label>What is red?</label><textline/>'
            "</stringresponse>"
        ),
        right={0: "Colour"},
        wrong={0: "colr"},
        rekey=("col(o|ou)r", "shape"),
    ),
    "formula": Specimen(
        item(
            '<formularesponse answer="3*x^2" samples="x@1:3#8" type="ci"><label>The derivative of x cubed?</label>'
            '<responseparam type="tolerance" default="0.01%"/><formulaequationinput/><hintgroup>'
            '<formulahint samples="x@1:3#8" answer="x^2" name="h"/><hintpart on="h"><text>SECRET-HINT</text></hintpart>'
            "</hintgroup></formularesponse>"
        ),
        right={0: "x*x*3"},
        wrong={0: "3*x"},
        rekey=('answer="3*x^2"', 'answer="2*x"'),
    ),
    "custom check": Specimen(
        item(
            '<script type="loncapa/python">\ndef check(expect, ans):\n    return int(ans) == 1234\nsecret = "SECRET"\n'
            '</script><customresponse cfn="check" expect="1234"><label>Which year?</label><textline/></customresponse>'
        ),
        right={0: "1234"},
        wrong={0: "1235"},
        rekey=("== 1234", "== 1"),
        has_script=True,
    ),
    "several parts": Specimen(
        item(
            "<p>First part: 1 + 1 is</p><numericalresponse answer='2'><formulaequationinput/></numericalresponse>"
            "<p>Second part</p><stringresponse answer='Ouagadougou'><textline/></stringresponse>"
        ),
        right={0: "2", 1: "Ouagadougou"},
        wrong={0: "3", 1: "Rome"},
        rekey=("answer='2'", "answer='7'"),
        points=2,
    ),
}
