"""What a goal means: the outputs that would meet it, and the words by which goals are listed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tocsin.catalog.library import Library
from tocsin.catalog.links import Kind, Links
from tocsin.catalog.rows import Option
from tocsin.core.errors import Misuse
from tocsin.core.places import fold
from tocsin.options.routes.paths import ANY


@dataclass(frozen=True)
class Goal:
    """The outputs that meet a goal, in the order of the file, and what it is in words.

    ``option``: set when the goal is an option of the catalogue; its actors may need no procedure at all.
    """

    says: str
    kinds: tuple[Kind, ...]
    option: Option | None = None


def slug(body: str) -> str:
    """Return a body as it may be written on a command line: ``un-security-council``."""
    return re.sub(r"[^a-z0-9]+", "-", fold(body)).strip("-")


def bodies(library: Library) -> dict[str, str]:
    """Return every body by its slug, in the order of the procedures."""
    return {slug(p.body): p.body for p in library.procedures.values()}


def goal_of(goal: str, library: Library, known: Links) -> Goal:
    """Return what a goal means. Raises Misuse, with what may be asked, for one that means nothing."""
    word = goal.strip()
    if word == ANY:
        return Goal("Anything that a procedure gives", tuple(k for k in known.kinds.values() if k.procedure))
    option = library.options.get(word.removeprefix("option:").upper())
    if option is not None:
        given = tuple(k for code in option.procedures for k in known.given[code][:1])
        return Goal(f"{option.id} {option.name}", given, option)
    procedure = library.procedures.get(word.removeprefix("procedure:").upper())
    if procedure is not None:
        return Goal(f"{procedure.body}: {procedure.procedure}", known.given[procedure.id][:1])
    if word in known.kinds:
        members = tuple(known.kinds[one] for one in known.members[word])
        return Goal(known.kinds[word].says, tuple(k for k in members if k.is_ == "output"))
    named = bodies(library).get(slug(word))
    if named:
        codes = {p.id for p in library.procedures.values() if p.body == named}
        return Goal(f"An act of {named}", tuple(k for k in known.kinds.values() if k.procedure in codes))
    families = ", ".join(k.id for k in known.kinds.values() if k.is_ == "family")
    raise Misuse(
        f"{word[:60]!r} is not a goal",
        todo=f"Give an option such as D05, a body, a procedure as procedure:U14, or one of: {families}; "
        "tocsin options route any lists every output",
    )
