"""What a package of options should have, and what the first ones of the list lack of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tocsin.options.answer import Line, Match

FIRST = 5
INSTRUMENTS = 3
BUILDING = ("economic", "local/civil-society")
USUAL = ("diplomatic", "economic", "security")


def is_building(m: Match) -> bool:
    """Tell whether an option builds restraint or is development: not coercive, and economic or local."""
    return m.coercive == "no" and m.instrument in BUILDING


def is_unusual(m: Match) -> bool:
    """Tell whether an option is none of the usual three: envoys, sanctions and soldiers."""
    return m.instrument not in USUAL


ASKED: tuple[tuple[str, str, Callable[[Match], bool]], ...] = (
    ("non_coercive", "one option that coerces nobody", lambda m: m.coercive == "no"),
    ("building", "one development or restraint-building line", is_building),
    ("unusual", "one option that is not diplomacy, sanctions or soldiers", is_unusual),
)


def portfolio(options: Sequence[Match]) -> list[Line]:
    """Return each thing a package should have, what of the first five meets it, and the best candidate if nothing does.

    ``options`` are in order, without doing nothing, which is always beside them.
    """
    first, rest = options[:FIRST], options[FIRST:]
    return [_instruments(first, rest), *(_line(key, asks, fits, first, rest) for key, asks, fits in ASKED)]


def _instruments(first: Sequence[Match], rest: Sequence[Match]) -> Line:
    kinds = list(dict.fromkeys(m.instrument for m in first))
    asks = f"at least {INSTRUMENTS} kinds of instrument"
    if len(kinds) >= INSTRUMENTS:
        return Line("instruments", asks, [m.id for m in first], None, f"The first five use {', '.join(kinds)}.")
    other = next((m for m in rest if m.instrument not in kinds), None)
    best = f"the best of another kind is {other.id} {other.name}" if other else "the catalogue has no other kind here"
    return Line("instruments", asks, [], other.id if other else None, f"Missing: {asks}; {best}.")


def _line(key: str, asks: str, fits: Callable[[Match], bool], first: Sequence[Match], rest: Sequence[Match]) -> Line:
    met = [m.id for m in first if fits(m)]
    if met:
        return Line(key, asks, met, None, f"{asks[:1].upper()}{asks[1:]}: {', '.join(met)}.")
    other = next((m for m in rest if fits(m)), None)
    best = f"the best is {other.id} {other.name}" if other else "the catalogue has none that fits here"
    return Line(key, asks, [], other.id if other else None, f"Missing: {asks}; {best}.")
