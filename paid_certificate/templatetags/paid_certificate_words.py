"""Words of `wording` in templates."""

from django import template

from paid_certificate.wording import assurance_words, reason_words, state_words

register = template.Library()
register.simple_tag(assurance_words)
register.filter("reason_words", reason_words)
register.filter("state_words", state_words)
