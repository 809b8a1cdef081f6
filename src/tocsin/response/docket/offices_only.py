"""No dossiers on persons: what is recorded of barriers, positions and labels is of offices, bodies and states."""

from __future__ import annotations

from tocsin.core import words as text
from tocsin.core.errors import Refused
from tocsin.response.register.models import Person

MOST_ACTOR = 120


def office(name: str) -> str:
    """Return the name of an office, a body or a state, made safe to keep.

    Raises Refused when there is none, or when it is the name of a person as far as the register knows persons.
    """
    said = " ".join(text.said(name, MOST_ACTOR).split())
    if text.letters(said) < 2:
        raise Refused("The office, body or state is not named", todo="Write --actor")
    known = {w.casefold() for pair in Person.objects.values_list("username", "display_name") for w in pair if w}
    if said.casefold() in known:
        raise Refused(f"{said!r} is a person here", todo="Name the office, the body or the state, never a person")
    no_person(said)
    return said


def no_person(*texts: str) -> None:
    """Refuse a text that holds the full name of somebody the register knows. It knows account holders, no others."""
    names = [n for n in Person.objects.values_list("display_name", flat=True) if len(n.split()) > 1]
    for said in texts:
        folded = " ".join(said.casefold().split())
        for name in names:
            if name.casefold() in folded:
                raise Refused(
                    "The text names a person; no dossiers are kept on persons",
                    todo="Name the office, the body or the state",
                )
