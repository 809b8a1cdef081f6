"""Numbers as people use them. One writer for page, PDF, terminal and JSON labels, so that they agree."""

from __future__ import annotations

NOT_KNOWN = "not known"


def percent(p: float | None) -> str:
    """Return a probability as a percentage: ``8%``, ``0.4%``, ``<0.1%``, ``not known``."""
    if p is None:
        return NOT_KNOWN
    if p < 0.001:
        return "<0.1%"
    if p < 0.1:
        return f"{100 * p:.1f}".rstrip("0").rstrip(".") + "%"
    return f"{100 * p:.0f}%"


def one_in(p: float | None) -> str:  # noqa: PLR0911 - one line a case
    """Return a probability as a frequency: ``1 in 12``; from a third upward in tenths: ``4 in 10``."""
    if p is None:
        return NOT_KNOWN
    if p <= 0:
        return "less than 1 in 10,000"
    if p > 0.95:
        return "more than 19 in 20"
    if p >= 0.3:
        return f"{round(10 * p)} in 10"
    n = 1 / p
    if n > 10_000:
        return "less than 1 in 10,000"
    if n >= 1000:
        return f"1 in {round(n, -2):,.0f}"
    return f"1 in {round(n) if n < 100 else round(n, -1):,.0f}"


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
