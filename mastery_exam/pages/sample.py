"""The sample question at check-in: shows how answering works, counts for nothing, is stored nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.html import escape
from django.utils.translation import gettext as _

from openedx_bridge import capa

SEED = 1
KEY = "sample"


def sample_olx() -> str:
    """A question of our own, of two common kinds, in the reader's language."""
    return (
        "<problem>"
        "<multiplechoiceresponse><label>{choose}</label><choicegroup type='MultipleChoice'>"
        "<choice correct='true'>{ready}</choice><choice correct='false'>{other}</choice>"
        "</choicegroup></multiplechoiceresponse>"
        "<numericalresponse answer='7'><label>{number}</label><textline size='10'/></numericalresponse>"
        "</problem>"
    ).format(
        choose=escape(_("Choose either of these.")),
        ready=escape(_("This one")),
        other=escape(_("Or this one")),
        number=escape(_("Type a number, for example 7 or 3.5.")),
    )


def render_sample(answers: Mapping[str, Any]) -> capa.RenderedItem:
    """Render the sample with what was typed."""
    return capa.render_item(sample_olx(), seed=SEED, answers=answers, files_url=lambda name: "", item_key=KEY)


def check_sample(answers: Mapping[str, Any]) -> dict[str, str]:
    """Say what in the answers cannot be read, as the exam itself would."""
    return dict(capa.check_answers(sample_olx(), seed=SEED, answers=answers, item_key=KEY))
