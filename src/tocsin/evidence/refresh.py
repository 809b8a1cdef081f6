"""One refresh: tables in force → panel → forecasts → tripwires → an immutable run folder.

Deterministic: the as-of date, the tables, the catalogue, how tripwires are armed, the seed and the runs before it
decide every byte. Evidence carries its as-of date (the instant is its midnight, UTC); the clocks of docket items are
not the evidence's business and start when the docket takes the run.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import polars as pl

import tocsin
from tocsin.catalog.tripwires import all_tripwires
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.evidence import armed, history, kept, pulse, run_folder
from tocsin.evidence.coverage import coverage, signals
from tocsin.evidence.kept_up import keep_up
from tocsin.evidence.panel.as_known import FIRST_YEAR, PACE, digest, flat, tables_known
from tocsin.evidence.series import months_seen
from tocsin.evidence.standing import base_year, sentences, stand_in, whole
from tocsin.evidence.store import SourceState, Tables, good
from tocsin.evidence.warn import Warned, quiet, warn

FIRST_BASE = 1997
"""The first base year with a year of past conflict forecasts to calibrate on; UCDP counts deaths from 1989."""

SNAPSHOT_NOTE = "figures to {newest}{months}; connect live sources"
MONTHLY_MODEL = "onset_monthly_v1"
MONTHLY = "ucdp_ged"
"""The source of deaths by month, which may run past the yearly figures."""


@dataclass(frozen=True)
class Refreshed:
    """What a refresh made, or found already made from the same inputs."""

    run_id: str
    folder: Path
    reused: bool


def refresh(ctx: Context, as_of: date | None = None, *, hindsight: bool = False) -> Refreshed:
    """Make the run of a day and return it; with unchanged inputs the run already there is checked and returned.

    ``as_of`` defaults to today; a day in the past leaves out what was not known by it, and ``hindsight`` lets the
    bundled figures stand in where nothing was (``store.known``): the run then says so. Raises Refused for a day that
    has not come or on which too little was known, Damaged when a table, an earlier run or an armed file is not what was
    written.
    """
    today = ctx.now().date()
    day = as_of or today
    if day > today:
        raise Refused(
            f"{day} has not come: nothing can be known as of then", todo="Give today's date or an earlier one"
        )
    ctx.progress(f"Refreshing as of {day}")
    tables = tables_known(ctx, as_of, hindsight=hindsight)
    earlier = history.earlier(ctx.settings.runs, day, hindsight=any(s.grounds == "hindsight" for s in tables.sources))
    inputs = [{"source_id": s.id, "release": s.release, "status": s.status, "sha256": s.sha256} for s in tables.sources]
    at = datetime.combine(day, time(0), UTC)
    signs = pulse.signs(ctx, at)
    sources_said = [*_sources_degraded(ctx, tables, day), *pulse.sentences(signs, at)]
    grounds = _grounds(ctx, tables, day)
    how = {t.id: armed.state(ctx, t) for t in all_tripwires().values()}
    # Everything but the earlier runs that decides what this run says.
    key = _digest({**grounds, "inputs": inputs, "said": sources_said, "armed": how})
    same = next((r for r in reversed(earlier) if r.info["as_of"] == day.isoformat()), None)
    same = same if same and same.info["inputs_sha256"] == key else None
    if same and not same.info.get("failed"):
        return _reused(ctx, same)
    from tocsin.evidence.forecast import guard

    try:
        evidence = kept.recall(ctx, _digest(grounds), lambda: _make(ctx, tables, day, earlier))
        evidence, stands = stand_in(evidence, earlier)
    except guard.PanelRefused as refused:
        evidence, stands = whole(earlier, refused)
    # A model that failed is asked again; when it fails in the same way, nothing has changed.
    if same and same.info["failed"] == evidence.about.get("failed"):
        return _reused(ctx, same)
    # A second run of a day follows the first: what that one opened is already on the docket.
    dark = quiet(ctx, tables, earlier)
    found, kept_up, held = keep_up(evidence.tables, earlier, dark)
    ctx.progress("Evaluating the tripwires")
    warned = warn(ctx, tables, found["forecasts"], found["coverage"], earlier, at, stands, signs)
    degraded = [*evidence.about["degraded"], *sentences(stands), *sources_said, *kept_up, *warned.degraded]
    info = {
        "as_of": day.isoformat(),
        "created_at": iso(at),
        "sequence": 1 + max((r.info["sequence"] for r in earlier), default=0),
        "after": earlier[-1].info["run_id"] if earlier else None,
        "seed": ctx.settings.seed,
        "tocsin_version": tocsin.__version__,
        "inputs": inputs,
        "hindsight": [s.id for s in tables.sources if s.grounds == "hindsight"],
        **({"look_back": True} if history.is_look_back(ctx.settings.runs, day) else {}),
        "inputs_sha256": key,
        "base_year": base_year(found["forecasts"]),
        "mass_killings_to": tables.mass_killings_to,
        "degraded": degraded,
        "failed": evidence.about.get("failed") or {},
        "standing": stands,
        "quiet": dark,
        "held": held,
        "base_rates": evidence.about["base_rates"],
        "interval": evidence.about["interval"],
        **_snapshot(tables),
        "n_places": len(found["coverage"]),
        "under_way": int((found["coverage"]["state"] == "under way").sum()),
        "budget": warned.budget,
        "tripwires": warned.tripwires,
        "models": evidence.about["models"],
        "about": evidence.about["about"],
    }
    run_id = run_folder.write(ctx.settings.runs, info, found, _said(warned), [_plain(s) for s in tables.sources])
    ctx.progress(f"Run {run_id}: {len(warned.warnings)} warnings, {len(warned.cut)} cut off by the alert budget")
    return Refreshed(run_id, ctx.settings.runs / run_id, reused=False)


def prepare(ctx: Context) -> bool:
    """Fit ahead what the next month of deaths is asked of; tell whether it was there already.

    A first refresh from the bundled figures reads bundled months and fits none of it; the first new month would wait
    for it. What is fitted is kept, and changes no number: a refresh that finds none fits the same.
    """
    from tocsin.evidence import panel as panels
    from tocsin.evidence.forecast.violence import live

    tables = tables_known(ctx)
    panel = panels.country_year(tables, first=FIRST_YEAR, last=(base := _base_year(tables, ctx.now().date())))
    covered = panel.filter(pl.col("year") == base)["place_id"].to_list()
    ctx.progress("Fitting what the next month is asked of")
    return live.prepare(panel, tables.country_month, covered, ctx)


def _reused(ctx: Context, run: history.Earlier) -> Refreshed:
    ctx.progress(f"Nothing has changed since run {run.info['run_id']}")
    return Refreshed(run.info["run_id"], run.folder, reused=True)


def _make(ctx: Context, tables: Tables, day: date, earlier: list[history.Earlier]) -> kept.Evidence:
    """Forecast and describe the places: the slow part. Raises PanelRefused when the guard lets the panel not through.

    The last run is a reference for the guard alone: what is made does not depend on it.
    """
    from tocsin.evidence import panel as panels
    from tocsin.evidence.forecast import guard, hub, produce
    from tocsin.evidence.forecast.monthly import live

    ctx.progress("Building the panel")
    panel = panels.country_year(tables, first=FIRST_YEAR, last=_base_year(tables, day))
    columns = panels.columns()
    seen = guard.reference(earlier[-1].table("signals")) if earlier else None
    sheet = guard.own(panel, columns, guard.onsets(tables.mass_killings), tables.mass_killings_to)
    flagged = guard.check(sheet, seen, where="the panel of this refresh")
    result = produce(panel, tables, ctx)
    monthly = _monthly(lambda: live.refresh(panel, tables, result.forecasts, ctx, day), result.failed)
    ctx.progress("Describing the places")
    covered = coverage(panel, tables, columns, panels.state_of)
    shown = {
        "forecasts": hub.joined(result.forecasts, hub.checked(monthly.table)),
        "drivers": result.drivers,
        "whatif": result.whatif,
        "profiles": result.profiles,
        "record": result.record,
        "conflict_record": result.conflict_record,
        "coverage": covered,
        "signals": signals(panel, tables, columns, covered["place_id"].to_list()),
    }
    about = {
        "degraded": [*(f"The panel: {f}" for f in flagged), *result.degraded, *monthly.degraded],
        "failed": result.failed,
        "base_rates": result.base_rates,
        "interval": {
            "level": result.interval_level,
            "kind": result.interval_kinds["mass_killing_onset"],
            "kinds": {**result.interval_kinds, **monthly.kinds},
        },
        "models": [*result.model_cards, *monthly.cards],
        "about": {**result.about, "monthly": monthly.about, "panel_sha256": digest(flat(panel))},
    }
    return kept.Evidence(shown, about)


def _monthly(make: Callable[[], Any], failed: dict[str, str]) -> Any:
    """Return what the layer of months says; nothing, with the reason, where its yearly forecast or itself failed."""
    from tocsin.evidence.forecast import health, hub
    from tocsin.evidence.forecast.monthly import live

    reasons = {MONTHLY_MODEL: f"onset_v1 did not speak: {failed['onset_v1']}"} if "onset_v1" in failed else {}
    made = None if reasons else health.attempt(MONTHLY_MODEL, make, reasons)
    if made is not None:
        return made
    silent = f"{MONTHLY_MODEL} gives no number: {reasons[MONTHLY_MODEL]}"
    return live.Refreshed(pl.DataFrame(schema=hub.SCHEMA), [silent], {})


def _base_year(tables: Tables, day: date) -> int:
    """Return the newest year whose figures may be used. Raises Refused when there is none by that day."""
    newest = next((s.newest[:4] for s in tables.sources if s.id == PACE and s.newest), None)
    if newest is None:
        raise Refused(
            f"No figures of {PACE} were known as of {day}",
            todo="Give a later day, load a file with its publisher's date (tocsin load --published), or look back with "
            "later figures, marked as such (--hindsight)",
        )
    base = min(int(newest), day.year - 1)
    if base < FIRST_BASE:
        raise Refused(
            f"As of {day} too little lay behind a forecast: calibration needs figures to the end of {FIRST_BASE}",
            todo=f"Give a day in {FIRST_BASE + 1} or later",
        )
    return base


def _grounds(ctx: Context, tables: Tables, day: date) -> dict[str, Any]:
    """Return everything that decides the forecasts: the figures in force, the recipe, the seed, the last year used."""
    frames = (tables.country_year, tables.country_month, tables.mass_killings, tables.coups)
    return {
        "tables": kept.tables_hash(*frames),
        "sources": [[s.id, s.status, s.release] for s in tables.sources],
        "recipe": kept.recipe_hash(),
        "seed": ctx.settings.seed,
        "last": (base := _base_year(tables, day)),
        "months_seen": months_seen(base + 1, day),
        "killings_to": tables.mass_killings_to,
    }


def _digest(value: object) -> str:
    return run_folder.sha256(run_folder.json_bytes(value))


def _sources_degraded(ctx: Context, tables: Tables, day: date) -> list[str]:
    """Return what must be said of the sources: missing, stale, or held at the last good load."""
    lines = []
    if back := [s for s in tables.sources if s.grounds == "hindsight"]:
        lines.append(looked_back(back, day))
    for s in tables.sources:
        if s.status == "missing":
            lines.append(f"{s.title} is missing: what rests on it is not known")
        elif s.status == "stale":
            lines.append(f"{s.title} is stale: last good load {s.last_good}")
        tried = good.last_attempt(ctx.settings.store, s.id, day) or {}
        if tried.get("outcome") == "refused":
            lines.append(f"{s.title}: the last file was refused; the last good figures ({s.release}) stay in force")
        elif s.quarantined and s.status != "snapshot":
            # Rows set aside when the snapshot was made are a note of the source: they lower no trust today.
            lines.append(f"{s.title}: {s.quarantined} rows are quarantined and not counted")
    return lines


def looked_back(sources: list[SourceState], day: date) -> str:
    """Return what must be said of figures that stand in for a day on which they were not known."""
    named = ", ".join(f"{s.id} ({s.release}, known from {s.known_on})" for s in sources)
    return (
        f"A look back: on {day} these figures were not known, and later ones stand in, cut to the periods and lags of "
        f"that day, with every revision since in them: {named}"
    )


def _snapshot(tables: Tables) -> dict[str, Any]:
    """Return whether the run rests on the bundled snapshot, said once and plainly."""
    bundled = [s for s in tables.sources if s.status == "snapshot"]
    newest = next((s.newest[:4] for s in tables.sources if s.id == PACE), "")
    monthly = next((s.newest for s in tables.sources if s.id == MONTHLY), "")
    months = f" (monthly deaths to {monthly})" if len(monthly) > len("2024") else ""
    note = SNAPSHOT_NOTE.format(newest=newest, months=months) if bundled else None
    if bundled and len(bundled) < len(tables.sources):
        note = f"{note} ({', '.join(s.id for s in bundled)} still bundled)"
    return {"snapshot": bool(bundled), "snapshot_note": note}


def _said(warned: Warned) -> dict[str, Any]:
    return {"warnings": warned.warnings, "cut": warned.cut}


def _plain(source: SourceState) -> dict[str, Any]:
    """Return a source's state as JSON has it."""
    return json.loads(json.dumps(asdict(source), default=str))  # type: ignore[no-any-return]
