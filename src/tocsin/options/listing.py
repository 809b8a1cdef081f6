"""The catalogue searched: options by phase, instrument, coercion, actor, factor, strategy, grade, lead time, words."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, get_args

from tocsin.catalog.library import Library
from tocsin.catalog.rows import GRADES, INSTRUMENTS, PHASES, Option
from tocsin.core.errors import Misuse

STRATEGIES = ("dissuade", "degrade", "protect", "transition")
COERCIVE = {"no": "not coercive", "yes-mild": "mildly coercive", "yes": "coercive"}
MOST_DAYS = 5000


@dataclass(frozen=True)
class Wanted:
    """What an option must be to be listed; what is empty rules nothing out.

    ``lead_under``: days within which it can have a first effect, if it goes fast.
    ``actor`` and ``words`` are found anywhere in the text, whatever their case and accents; every word must be there.
    """

    words: str = ""
    phase: str = ""
    instrument: str = ""
    coercive: str = ""
    actor: str = ""
    factor: str = ""
    strategy: str = ""
    grade: str = ""
    lead_under: int | None = None

    @property
    def filled(self) -> dict[str, Any]:
        """What was asked for, without what was left empty."""
        return {name: value for name, value in asdict(self).items() if value not in {"", None}}


def checked(wanted: Wanted, library: Library) -> Wanted:
    """Return what is wanted. Raises Misuse, with the valid list, for a value there is not."""
    valid: Mapping[str, Iterable[str]] = {
        "phase": PHASES,
        "instrument": INSTRUMENTS,
        "coercive": COERCIVE,
        "factor": library.framework.factors,
        "strategy": STRATEGIES,
        "grade": GRADES,
    }
    for name, values in valid.items():
        value = getattr(wanted, name)
        if value and value not in values:
            raise Misuse(f"{value[:60]!r} is no {name}", todo=f"Choose one of {', '.join(values)}")
    if wanted.lead_under is not None and not 0 <= wanted.lead_under <= MOST_DAYS:
        raise Misuse(f"{wanted.lead_under} days is not possible", todo=f"Give 0 to {MOST_DAYS} whole days")
    return wanted


def chosen(library: Library, wanted: Wanted) -> list[Option]:
    """Return the options that are all of what is wanted, in the catalogue's order. Raises Misuse as ``checked``."""
    checked(wanted, library)
    words, actors = folded(wanted.words).split(), folded(wanted.actor).split()
    return [
        option
        for option in library.options.values()
        if (not wanted.phase or wanted.phase in option.phase)
        and (not wanted.instrument or wanted.instrument == option.instrument)
        and (not wanted.coercive or wanted.coercive == option.coercive)
        and (not wanted.factor or wanted.factor in option.risk_factors)
        and (not wanted.strategy or wanted.strategy in option.strategy)
        and (not wanted.grade or wanted.grade == option.evidence_grade)
        and (wanted.lead_under is None or option.lead_days_min <= wanted.lead_under)
        and all(word in folded("; ".join(option.actors_with_authority)) for word in actors)
        and all(word in _text(option) for word in words)
    ]


def _text(option: Option) -> str:
    """Return everything a search for words looks at."""
    parts = (
        *(option.id, option.name, option.mechanism, option.evidence_text, option.needs_people, option.needs_access),
        *(*option.actors_with_authority, *option.preconditions, *option.known_risks, *option.may_harm),
        *option.historical_cases,
    )
    return folded("\n".join(parts))


def folded(text: str) -> str:
    """Return a text without case and accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()


assert set(COERCIVE) == set(get_args(Option.model_fields["coercive"].annotation)), "the words follow the schema"
