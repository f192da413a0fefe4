"""Words of `wording` in templates."""

from django import template

from credit_transfer.services import wording

register = template.Library()
register.simple_tag(wording.assurance_words)
register.filter("verdict_words", wording.verdict_words)
register.filter("answer_words", wording.answer_words)
register.filter("level_words", wording.level_words)
register.filter("number", wording.number)
