"""Words of `wording` in templates."""

from django import template

from paid_certificate.wording import assurance_words, form_words, reason_words, state_words, validity_words

register = template.Library()
register.simple_tag(assurance_words)
register.simple_tag(form_words)
register.filter("reason_words", reason_words)
register.filter("state_words", state_words)
register.filter("validity_words", validity_words)
