"""What counts for how much in the order of options: one weight a reason, all alike until somebody moves one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from tocsin.core.errors import Misuse

MOST = 10
HUNDREDTHS = 100
DEFAULT = 100
WORDS: dict[str, str] = {
    "factors": "the risk factors it addresses, over the root of how many it lists",
    "time": "the chance that it arrives in time",
    "evidence": "the grade of its evidence",
    "consent": "how little it coerces",
    "access": "who would have to act is at hand, and whom it works on can be reached",
    "together": "it supplies what an option above it needs, or one above supplies what it needs",
    "block": "every listed procedure to it can be stopped by one member: counted against it",
}


@dataclass(frozen=True)
class Weights:
    """Weights in hundredths, 0 to 1000; 100 each unless moved. Whole numbers, so that every machine orders alike."""

    factors: int = DEFAULT
    time: int = DEFAULT
    evidence: int = DEFAULT
    consent: int = DEFAULT
    access: int = DEFAULT
    together: int = DEFAULT
    block: int = DEFAULT

    @property
    def moved(self) -> dict[str, str]:
        """Those that are not the default, as numbers to show: ``{"factors": "3"}``."""
        return {name: shown(value) for name, value in self.by_name.items() if value != DEFAULT}

    @property
    def by_name(self) -> dict[str, int]:
        """Every weight in hundredths, in the order in which they are shown."""
        return {f.name: getattr(self, f.name) for f in fields(self)}

    @property
    def sentence(self) -> str:
        """Return what was moved in one line; empty when nothing was."""
        return "; ".join(f"{name} {value} instead of 1" for name, value in self.moved.items())

    def as_list(self) -> list[dict[str, Any]]:
        """Return each weight with what it weighs, as numbers to show."""
        return [
            {"name": name, "weight": shown(value), "default": shown(DEFAULT), "for": WORDS[name]}
            for name, value in self.by_name.items()
        ]


def shown(hundredths: int) -> str:
    """Return a weight as a number: ``1``, ``2.5``."""
    return f"{hundredths / HUNDREDTHS:.2f}".rstrip("0").rstrip(".")


def read(given: Mapping[str, str]) -> Weights:
    """Return weights from what was typed: ``{"factors": "3"}``. Empty values are the default.

    Raises Misuse, with the valid list, for a name that is no weight or a value that is no number from 0 to 10.
    """
    found: dict[str, int] = {}
    for name, typed in given.items():
        if name not in WORDS:
            raise Misuse(f"{name!r} is not a weight", todo=f"Choose among {', '.join(WORDS)}")
        if not typed.strip():
            continue
        try:
            value = round(float(typed.strip().replace(",", ".")) * HUNDREDTHS)
        except (ValueError, OverflowError):
            raise Misuse(f"The weight {name} is {typed[:40]!r}, which is no number", todo="Give 0 to 10") from None
        if not 0 <= value <= MOST * HUNDREDTHS:
            raise Misuse(f"The weight {name} cannot be {typed[:40]}", todo=f"Give 0 to {MOST}; 1 is the default")
        found[name] = value
    return Weights(**found)


def parse(pairs: Iterable[str]) -> Weights:
    """Return weights from ``factors=3`` and the like. Raises Misuse as ``read``, or for a pair without ``=``."""
    given: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise Misuse(f"{pair[:40]!r} is not a weight", todo="Write --weight factors=3")
        given[name.strip()] = value
    return read(given)
