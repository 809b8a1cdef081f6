"""Back-tests and drills on the tables in force: what a tripwire must pass before it is armed."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from tocsin.catalog.tripwires import Tripwire
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.evidence import series
from tocsin.evidence.forecast import record
from tocsin.evidence.run_folder import parquet_bytes, sha256
from tocsin.evidence.store import Tables, load_tables
from tocsin.tripwires import Heartbeat, backtest, silence


def run(ctx: Context, tripwire: Tripwire, threshold: float | None = None) -> dict[str, Any]:
    """Return the back-test of a forecast or event tripwire, or the drill of a silence tripwire.

    ``threshold`` asks what another threshold would have done; without it the alert budget sets it. Raises Refused when
    there is nothing to test it on, or nothing to test (the bell).
    """
    if tripwire.kind == "bell":
        raise Refused(
            "The bell is always armed: it has no threshold to test", todo="Ring it: tocsin bell PLACE --because TEXT"
        )
    tables = load_tables(ctx)
    if tripwire.kind == "silence":
        if threshold is not None:
            raise Refused(f"{tripwire.id} has no threshold: cadence and grace are each source's own")
        return drill(ctx, tripwire, tables)
    known = facts(tables)
    if tripwire.kind == "forecast":
        kept = record.read()
        if kept is None:
            raise Refused("There is no rolling record to test forecasts on", todo="Make one: tocsin score record")
        shown = record.shown(kept.history, known.last_year)
        result = backtest.forecasts(tripwire, series.record_points(shown, known), known, threshold=threshold)
        ground = {"record_sha256": sha256(parquet_bytes(shown)), "record": kept.about.get("model", "onset_v1")}
        sources = {"facts_mass_killing"}
    else:
        months = series.months(tables.country_month, tripwire.params.column)  # type: ignore[union-attr]
        result = backtest.events(tripwire, months, known, threshold=threshold)
        ground, sources = {}, {"ucdp_ged", "facts_mass_killing"}
    inputs = [{"source_id": s.id, "release": s.release, "sha256": s.sha256} for s in tables.sources if s.id in sources]
    return result | {"data": ground | {"inputs": inputs}}


def facts(tables: Tables) -> backtest.Facts:
    """Return onsets and spells of mass killing from the tables in force."""
    return series.facts(tables.mass_killings, tables.mass_killings_to)


def drill(ctx: Context, tripwire: Tripwire, tables: Tables) -> dict[str, Any]:
    """Move a clock past every source's cadence and grace and see the tripwire keep still, then fire.

    Raises Refused when it fires early or stays still: such a tripwire is not armed.
    """
    today, tested = ctx.now().date(), []
    for source in sorted(tables.sources, key=lambda s: s.id):
        beat = Heartbeat(source.id, source.title, True, today, source.cadence_days, source.grace_days)
        last = today + timedelta(days=source.cadence_days + source.grace_days)
        quiet = not _silent(tripwire, beat, last)
        fires = _silent(tripwire, beat, last + timedelta(days=1))
        tested.append(
            {
                "source_id": source.id,
                "cadence_days": source.cadence_days,
                "grace_days": source.grace_days,
                "still_quiet_after_days": source.cadence_days + source.grace_days if quiet else None,
                "fires_after_days": source.cadence_days + source.grace_days + 1 if fires else None,
            }
        )
        if not (quiet and fires):
            raise Refused(
                f"The drill of {tripwire.id} failed on {source.id}: quiet in time {quiet}, fires late {fires}"
            )
    if not tested:
        raise Refused(f"There is no source to drill {tripwire.id} on")
    return {
        "tripwire_id": tripwire.id,
        "version": tripwire.version,
        "kind": tripwire.kind,
        "rule_sha256": tripwire.digest(),
        "threshold": None,
        "drill": tested,
        "years": None,
        "firings_per_year": None,
        "hits": None,
        "misses": None,
        "false_alarms": None,
        "median_lead_days": None,
        "caveats": ["A drill shows that the alarm rings; it does not show how often sources fall silent."],
    }


def _silent(tripwire: Tripwire, beat: Heartbeat, day: object) -> bool:
    """Tell whether the tripwire fires on a source on a day of the moved clock."""
    moment = datetime.combine(day, time(12), UTC)  # type: ignore[arg-type]
    return bool(silence.evaluate(tripwire, [beat], moment.date()))
