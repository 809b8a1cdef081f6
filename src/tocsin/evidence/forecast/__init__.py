"""Forecasts: split, fit, calibrate, combine, explain, score.

Takes in a country-year panel and gives out forecasts in the hubverse table, each with an interval, its drivers and
its record. Knows nothing of warnings, items or pages. Must not import tripwires or anything below evidence.
"""

from tocsin.evidence.forecast.one_pass import ForecastResult, produce

__all__ = ["ForecastResult", "produce"]
