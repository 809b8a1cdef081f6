"""In whose words a page is read: the address (``?words=us``), else the reader's choice, else the United Nations'."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.http import HttpRequest

from tocsin.catalog.terms import VOCABULARIES, Term, say

DEFAULT = "un"


@dataclass
class Speech:
    """The vocabulary of one page, and the words it has said so far, for the notes at its foot.

    ``unknown`` is what the address asked for and does not exist; the page then says so.
    """

    vocabulary: str = DEFAULT
    unknown: str = ""
    switch: list[tuple[str, str, str]] = field(default_factory=list)
    said: dict[str, Term] = field(default_factory=dict)
    anchors: set[str] = field(default_factory=set)

    @property
    def name(self) -> str:
        """The vocabulary's name."""
        return VOCABULARIES[self.vocabulary]

    def say(self, concept: str) -> Term:
        """Return the word for a concept; one that needs a note is remembered for the foot of the page."""
        term = say(concept, self.vocabulary)
        if noted(term):
            self.said.setdefault(concept, term)
        return term

    def anchor(self, concept: str) -> bool:
        """Tell whether a concept is marked on this page for the first time: there its note leads back to."""
        first = concept not in self.anchors
        self.anchors.add(concept)
        return first


def noted(term: Term) -> bool:
    """Tell whether a word needs a note at the foot of the page."""
    return bool(term.warning) or not term.own


def note(term: Term) -> str:
    """Return the note on a word: that it is none of the vocabulary's own, and what it is easily mistaken for."""
    parts = [] if term.own else ["no word of its own here, this is the concept's name"]
    parts += [term.warning] if term.warning else []
    said = ". ".join(parts)
    return said[:1].upper() + said[1:]


def speech(request: HttpRequest) -> Speech:
    """Return the speech of a page: its vocabulary and the addresses under which it is read in the others."""
    asked = request.GET.get("words", "")
    own = getattr(getattr(request, "user", None), "words", "") or DEFAULT
    chosen = asked if asked in VOCABULARIES else own if own in VOCABULARIES else DEFAULT
    switch = []
    for name, title in VOCABULARIES.items():
        query = request.GET.copy()
        query["words"] = name
        switch.append((name, title, f"?{query.urlencode()}"))
    return Speech(chosen, "" if asked in VOCABULARIES else asked[:40], switch)
