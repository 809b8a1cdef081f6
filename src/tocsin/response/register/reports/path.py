"""Where a report stands on its way up, since when, until when: computed from its rows, stored nowhere.

It enters at tier 1 before two readers. Whoever stands at a tier sends it up or holds it with a reason; who does neither
by its clock is gone around, and the original goes on instead. No act moves a running clock later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tocsin.catalog.directive import Directive
from tocsin.response.register.reports.models import Hop, Reading, Report

GRAVE = 2
"""Severity from which a report must be sent up or held with a reason: serious violence, or an explicit threat."""


@dataclass(frozen=True)
class Standing:
    """The tier a report has reached, when it came there, and until when that tier may keep it (None: no clock)."""

    tier: int
    arrived_at: datetime
    due: datetime | None
    held: bool = False
    routine: bool = False
    """Both readers graded it below serious: it need not travel."""


def hop_due(rules: Directive, tier: int, arrived: datetime) -> datetime | None:
    """Return until when a tier may keep a report; None at the top, or where the directive sets no clock."""
    hours = rules.reports.hop_hours.get(tier)
    return None if hours is None or tier >= rules.top else arrived + timedelta(hours=hours)


def standing(report: Report, hops: Sequence[Hop], readings: Sequence[Reading], rules: Directive) -> Standing:
    """Return where a report stands. ``hops`` and ``readings`` are its own, oldest first."""
    now = Standing(1, report.received_at, report.read_due)
    for hop in hops:
        if hop.kind == Hop.Kind.HELD:
            if hop.from_tier == now.tier:
                now = Standing(now.tier, now.arrived_at, None, held=True)
        elif hop.to_tier > now.tier:
            now = Standing(hop.to_tier, hop.at, hop.due)
    if now.tier == 1 and not now.held and routine(readings, rules):
        return Standing(1, now.arrived_at, None, routine=True)
    return now


def routine(readings: Sequence[Reading], rules: Directive) -> bool:
    """Tell whether every reader has read it and none graded it serious."""
    read = {r.post for r in readings}
    return read >= set(rules.reports.readers) and all((r.severity or 0) < GRAVE for r in readings)


def arrived_text(report_text: str, hops: Sequence[Hop], tier: int) -> str:
    """Return the text that a tier has before it: as sent to it, or the original where it was gone around to it."""
    for hop in reversed(hops):
        if hop.kind != Hop.Kind.HELD and hop.to_tier == tier:
            return hop.text if hop.kind == Hop.Kind.SENT else report_text
    return report_text
