"""Tripwires: when evidence obliges somebody to answer.

Takes in a tripwire (``catalog.tripwires``) and a series of plain values; gives out firings, back-tests, thresholds.
Pure functions: no file, no clock, no Django. Used by both wings. May import ``catalog`` and ``core`` alone.
"""

from __future__ import annotations

from tocsin.tripwires.evaluate import evaluate
from tocsin.tripwires.series import Because, Firing, Heartbeat, Months, Point, Unable

__all__ = ["Because", "Firing", "Heartbeat", "Months", "Point", "Unable", "evaluate"]
