"""Forecasts: split, fit, calibrate, combine, explain, score.

Takes in a country-year panel and gives out forecasts in the hubverse table, each with an interval, its drivers and
its record. Knows nothing of warnings, items or pages. Must not import tripwires or anything below evidence.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tocsin.evidence.forecast.one_pass import ForecastResult, produce

__all__ = ["ForecastResult", "produce"]


def __getattr__(name: str) -> Any:
    """Import the learners when somebody forecasts: who only reads the record need not wait for them."""
    if name in __all__:
        from tocsin.evidence.forecast import one_pass

        return getattr(one_pass, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
