"""What a reader moved in the question to the catalogue: weights, who is at hand, the day. It stands in the URL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from tocsin.catalog.fitting import actors
from tocsin.core.clock import parse_date
from tocsin.core.errors import Misuse
from tocsin.options.weights import WORDS, Weights, read

PREFIX = "w-"


@dataclass(frozen=True)
class Moved:
    """What was moved, as ``docket.asked`` takes it, and as the address says it. ``refused``: what could not be read."""

    weights: Weights = field(default_factory=Weights)
    actors: tuple[str, ...] = ()
    onset: date | None = None
    refused: str = ""

    @property
    def any(self) -> bool:
        """Whether anything was moved."""
        return bool(self.weights.moved or self.actors or self.onset)

    @property
    def query(self) -> str:
        """Return it as the query of an address, with its question mark; empty when nothing was moved."""
        pairs = [(f"{PREFIX}{name}", value) for name, value in self.weights.moved.items()]
        pairs += [("at-hand", kind) for kind in self.actors]
        pairs += [("onset", self.onset.isoformat())] if self.onset else []
        return f"?{urlencode(pairs)}" if pairs else ""

    def given(self, today: date) -> dict[str, Any]:
        """Return it as ``docket.asked`` takes it."""
        days = {"days": (self.onset - today).days} if self.onset else {}
        return {"weights": self.weights, "actors": self.actors, **days}


def moved(said: QueryDict, today: date) -> Moved:
    """Read an address. What cannot be read moves nothing, and is said: a wrong weight must not order a list unseen."""
    try:
        weights = read({name: said.get(f"{PREFIX}{name}", "") for name in WORDS})
        kinds = tuple(kind for kind in actors().kinds if kind in said.getlist("at-hand"))
        typed = said.get("onset", "").strip()
        onset = parse_date(typed) if typed else None
        if onset and onset < today:
            raise Misuse(f"{onset} is past", todo="Give today or a later day")
    except Misuse as error:
        return Moved(refused=f"{error} The list stands as it is by default.")
    return Moved(weights, kinds, onset)


def kinds(chosen: Mapping[str, Any] | tuple[str, ...]) -> list[dict[str, Any]]:
    """Return every kind of actor for a form: id, words, whether it is ticked, whether it acts or is reached."""
    known = actors()
    return [
        {"id": kind, "words": kind.replace("_", " "), "ticked": kind in chosen, "acts": kind in known.acts}
        for kind in known.kinds
    ]
