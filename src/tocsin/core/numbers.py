"""Numbers as people use them. One writer for page, PDF, terminal and JSON labels, so that they agree."""

from __future__ import annotations

NOT_KNOWN = "not known"
MOST = 10_000
LEAST = f"1 in {MOST:,}"
"""The rarest frequency that is told apart."""


def percent(p: float | None) -> str:
    """Return a probability as a percentage: ``8%``, ``0.4%``, ``<0.1%``, ``not known``."""
    if p is None:
        return NOT_KNOWN
    if p < 0.001:
        return "<0.1%"
    if p < 0.1:
        return f"{100 * p:.1f}".rstrip("0").rstrip(".") + "%"
    if 0.995 <= p < 1:
        return ">99.9%" if p > 0.999 else f"{100 * p:.1f}%"
    return f"{100 * p:.0f}%"


def one_in(p: float | None) -> str:
    """Return a probability as a frequency: ``1 in 12``; from 0.3 in tenths; near 1: ``all but 1 in 19``."""
    if p is None:
        return NOT_KNOWN
    if p <= 0:
        return f"less than {LEAST}"
    if p >= 0.9:
        rest = 1 - p
        return f"all but less than {LEAST}" if rest < 1 / MOST else f"all but {_one_of(1 / rest)}"
    if p >= 0.3:
        return f"{round(10 * p)} in 10"
    return f"less than {LEAST}" if p < 1 / MOST else _one_of(1 / p)


def _one_of(n: float) -> str:
    """Return ``1 in n``, with n to two figures from 100 upward."""
    return f"1 in {round(n) if n < 100 else round(n, -1) if n < 1000 else round(n, -2):,.0f}"


def risk(p: float | None) -> str:
    """Return a probability in both forms: ``1 in 12 (8%)``."""
    return NOT_KNOWN if p is None else f"{one_in(p)} ({percent(p)})"


def times_base(p: float | None, base: float | None) -> str:
    """Return how many times the base rate a probability is: ``7×``, ``1.4×``, ``0.2×``."""
    if p is None or not base:
        return NOT_KNOWN
    ratio = p / base
    return f"{ratio:.0f}×" if ratio >= 10 else f"{ratio:.1f}×"


def count(n: float | None) -> str:
    """Return a whole number with thousands separated: ``12,345``."""
    return NOT_KNOWN if n is None else f"{n:,.0f}"


def counted(n: int, one: str, many: str = "") -> str:
    """Return a number with what it counts: ``1 row``, ``2,400 rows``. ``many`` where an s does not make it."""
    return f"{n:,} {one if n == 1 else many or f'{one}s'}"
