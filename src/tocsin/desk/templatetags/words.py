"""Concepts in the reader's words: ``{% term "T31" "plural cap" %}``, with the warning of a false friend at the word."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from tocsin.catalog.terms import VOCABULARIES, Term, glossary
from tocsin.desk.words import Speech, note, noted

register = template.Library()
MOST = 100_000
"""Characters of a text whose words are looked up."""


def shaped(text: str, form: str) -> str:
    """Return a word in the form asked for: ``plural``, ``cap``, both, or as it stands."""
    if "plural" in form and not text.endswith("s"):
        text = f"{text[:-1]}ies" if re.search(r"[^aeiou]y$", text) else f"{text}s"
    return text[:1].upper() + text[1:] if "cap" in form else text


@register.simple_tag(takes_context=True)
def term(context: dict[str, Any], concept: str, form: str = "") -> SafeString:
    """Say a concept in the reader's words. A false friend is marked and leads to its note at the foot of the page."""
    speech = _speech(context)
    spoken = speech.say(concept)
    word = escape(shaped(spoken.text, form))
    if not noted(spoken):
        return mark_safe(word)  # noqa: S308 - escaped
    first = speech.anchor(concept)
    said = f'<abbr class="term" title="{escape(note(spoken))}">{word}</abbr>' if first else word
    anchor = f' id="at-{concept}"' if first else ""
    link = f'<a class="friend"{anchor} href="#word-{concept}" aria-label="note on {word}">†</a>'
    return mark_safe(f"{said}<sup>{link}</sup>")  # noqa: S308 - escaped


@register.simple_tag(takes_context=True)
def word(context: dict[str, Any], concept: str, form: str = "") -> str:
    """Say a concept in the reader's words inside a link or an attribute, where no note fits; it joins the notes."""
    return shaped(_speech(context).say(concept).text, form)


@register.inclusion_tag("desk/words_of.html", takes_context=True)
def words_of(context: dict[str, Any], text: str) -> dict[str, Any]:
    """Set beside a text its words that the reader's vocabulary says otherwise. The text itself is not touched."""
    speech = _speech(context)
    return {"found": glossary(text[:MOST], speech.vocabulary), "name": speech.name}


register.filter("note_of", note)


@register.filter
def elsewhere(said: Term) -> str:
    """Return what the other vocabularies say instead, each word once with whose it is; empty when all agree."""
    whose: dict[str, list[str]] = {}
    for name, word in said.others.items():
        if word.casefold() != said.text.casefold():
            whose.setdefault(word, []).append(VOCABULARIES[name])
    told = "; ".join(f"{word} ({', '.join(names)})" for word, names in whose.items())
    return f"Elsewhere: {told}." if told else ""


@register.filter
def vocabulary(name: str) -> str:
    """Return the name of a vocabulary."""
    return VOCABULARIES[name]


def _speech(context: dict[str, Any]) -> Speech:
    """Return the page's speech; what is rendered without a page speaks as the United Nations do."""
    found = context.get("speech")
    return found if isinstance(found, Speech) else Speech()
