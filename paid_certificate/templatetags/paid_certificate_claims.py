"""Words of `claim_wording` in templates."""

from django import template

from paid_certificate import claim_wording as words

register = template.Library()
for function in (
    words.claim_words,
    words.kind_words,
    words.found_words,
    words.found_tone,
    words.next_words,
    words.basis_words,
    words.check_words,
):
    register.filter(function.__name__, function)
