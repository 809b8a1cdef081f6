"""Drills on a moved clock: what a tripwire without a threshold must pass before it is armed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from tocsin.catalog.tripwires import Tripwire, all_tripwires
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.evidence.store import SourceState
from tocsin.tripwires import Heartbeat, feed, judge, promise, silence

CADENCES = (15, 60, 24 * 60, 7 * 24 * 60, 30 * 24 * 60, 365 * 24 * 60)
"""Cadences of the drill of feeds, in minutes."""
NO_FIGURES = ("years", "firings_per_year", "hits", "misses", "false_alarms", "median_lead_days")
CAVEATS = {
    "silence": "A drill shows that the alarm rings; it does not show how often sources fall silent.",
    "feed": "A drill shows that the alarm rings; it does not show how often feeds fall silent.",
    "promise": "A drill shows that the alarm rings; it does not show how often promises are broken.",
}


def run(ctx: Context, tripwire: Tripwire, sources: list[SourceState]) -> dict[str, Any]:
    """Return what a silence, feed or promise tripwire did in its drill.

    Raises Refused when it fires early or stays still: such a tripwire is not armed.
    """
    if tripwire.kind == "feed":
        tested = _feeds(tripwire)
    else:
        tested = _promises(tripwire) if tripwire.kind == "promise" else _sources(ctx, tripwire, sources)
    if not tested:
        raise Refused(f"There is no source to drill {tripwire.id} on")
    return {
        "tripwire_id": tripwire.id,
        "version": tripwire.version,
        "kind": tripwire.kind,
        "rule_sha256": tripwire.digest(),
        "threshold": None,
        "drill": tested,
        **dict.fromkeys(NO_FIGURES),
        "caveats": [CAVEATS[tripwire.kind]],
    }


def _sources(ctx: Context, tripwire: Tripwire, sources: list[SourceState]) -> list[dict[str, Any]]:
    """Move a clock past every source's cadence and grace and see the tripwire keep still, then fire."""
    today, tested = ctx.now().date(), []
    for source in sorted(sources, key=lambda s: s.id):
        beat = Heartbeat(source.id, source.title, True, today, source.cadence_days, source.grace_days)
        allowed = source.cadence_days + source.grace_days
        last = today + timedelta(days=allowed)
        quiet = not _silent(tripwire, beat, last)
        fires = _silent(tripwire, beat, last + timedelta(days=1))
        tested.append(
            {
                "source_id": source.id,
                "cadence_days": source.cadence_days,
                "grace_days": source.grace_days,
                "still_quiet_after_days": allowed if quiet else None,
                "fires_after_days": allowed + 1 if fires else None,
            }
        )
        if not (quiet and fires):
            raise Refused(
                f"The drill of {tripwire.id} failed on {source.id}: quiet in time {quiet}, fires late {fires}"
            )
    return tested


def _feeds(tripwire: Tripwire) -> list[dict[str, Any]]:
    """Let feeds of every cadence between a quarter of an hour and a year be heard, wait, and see what rings when.

    Late: quiet to the last second of cadence and grace, ringing at the next. Emptied: at the first empty answer. Old:
    quiet to the last second of cadence and grace after the next period, ringing at the next.
    """
    begun, tested = datetime(2000, 1, 1, tzinfo=UTC), []
    for minutes in CADENCES:
        cadence = timedelta(minutes=minutes)
        heard = feed.Sign("drill", "Drill", cadence, cadence, begun, begun, begun, begun)
        if tripwire.params.cause == "late":  # type: ignore[union-attr]
            last = begun + 2 * cadence
            quiet = not feed.evaluate(tripwire, [heard], last - timedelta(seconds=1))
            fires = bool(feed.evaluate(tripwire, [heard], last))
        elif tripwire.params.cause == "old":  # type: ignore[union-attr]
            last = datetime(2000, 3, 1, tzinfo=UTC) + 2 * cadence
            dated = replace(heard, newest="2000-01")
            quiet = not feed.evaluate(tripwire, [dated], last - timedelta(seconds=1))
            fires = bool(feed.evaluate(tripwire, [dated], last))
        else:
            quiet = not feed.evaluate(tripwire, [heard], begun + cadence)
            fires = bool(feed.evaluate(tripwire, [replace(heard, emptied=True)], begun + cadence))
        if not (quiet and fires):
            raise Refused(f"The drill of {tripwire.id} failed at {minutes} minutes: quiet {quiet}, fires {fires}")
        tested.append(
            {"cadence": feed.span(cadence), "grace": feed.span(cadence), "quiet_in_time": quiet, "fires": fires}
        )
    return tested


def _silent(tripwire: Tripwire, beat: Heartbeat, day: date) -> bool:
    """Tell whether the tripwire fires on a source on a day of the moved clock."""
    return bool(silence.evaluate(tripwire, [beat], datetime.combine(day, time(12), UTC).date()))


def _promises(tripwire: Tripwire) -> list[dict[str, Any]]:
    """Seal a promise of two firings a year, let years pass, and see the tripwire fire on what breaks it alone."""
    of = next(t for t in all_tripwires().values() if t.kind == "forecast")
    sealed = judge.Sealed(
        of.id, of.version, "drill", "1.0", {"years": "20", "firings": "40"},
        datetime(2000, 1, 1, tzinfo=UTC), date(2000, 1, 2), "1999", by_hand=False,
    )  # fmt: skip
    cases = {"as promised": (2, "drill"), "more": (8, "drill"), "fewer": (0, "drill"), "seal": (2, "another")}
    tested = []
    for case, (a_year, now) in cases.items():
        looks = [
            judge.Look(date(y + 1, 4, 1), now, str(y), [judge.Fired(f"P{i}{y}", str(y)) for i in range(a_year)])
            for y in range(2000, 2005)
        ]
        fired = promise.evaluate(tripwire, [judge.judge(of, sealed, looks)])
        causes = [f.period.split(".")[-1] for f in fired]
        if causes != ([] if case == "as promised" else [case]):
            raise Refused(f"The drill of {tripwire.id} failed on {case}: it fired on {causes or 'nothing'}")
        tested.append({"case": case, "firings_a_year": a_year, "years": len(looks), "fires": bool(fired)})
    return tested
