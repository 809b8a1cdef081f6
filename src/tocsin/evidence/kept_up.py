"""A thinned input never lowers a risk: where less is known of a place than before, its earlier, higher numbers stay.

Less is known where fewer predictors are, and where the place's reporting has collapsed (*dark*): its figures are there
and say little. What a number is held against: the last run, and for a dark place also the last run made before the
dark, for the first dark month lowers a forecast before two have shown the collapse.

A yearly forecast is one number with its interval, drivers and changes: the higher one is put back whole. A forecast of
months is a grid of chances and a distribution a month: each number is the higher of the two, which keeps every order
that both have. Of two sets of quantiles that do not cross the higher ones do not; of two grids of chances that fall
with the floor and rise with the months the higher one does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from tocsin.evidence.history import Earlier
from tocsin.evidence.standing import OF_MODELS, base_year

KEY = ["model_id", "target", "place_id"]
STEP = [*KEY, "horizon"]
NUMBER = [*STEP, "unit", "output_type", "output_type_id"]
MONTHS = pl.col("target").str.starts_with("one_sided_deaths") | (pl.col("target") == "state_based_deaths")
"""What is forecast from the newest month of deaths."""
OF_NO_PLACE = "climatology_monthly"
"""A base rate: the same for every place, so the silence of one cannot move it."""

Row = dict[str, Any]
Frames = dict[str, pl.DataFrame]


def keep_up(tables: Frames, runs: Sequence[Earlier], dark: Iterable[Row] = ()) -> tuple[Frames, list[str], list[Row]]:
    """Return the tables with earlier, higher numbers put back, that in sentences, and a row for each place held.

    ``dark`` are the rows of ``warn.quiet``. A row held has place_id, ``what`` (``years``, ``months``), the run it was
    held against last (run_id, as_of), for a dark place that before the dark (``before``; None when no run here is
    older than the dark: then there is nothing to hold, which is said), and how many predictors lacked before it was
    thinned (``lacked``; None when it was not): it is held until no more lack. Places held are marked stale. With
    nothing to hold the tables are returned as they are.
    """
    gone_dark = {row["place_id"]: str(row.get("dark") or row["since"]) for row in dark}
    last = next((r for r in reversed(runs) if base_year(r.table("forecasts"))), None)
    if last is None:
        return tables, [_nothing_before(sorted(gone_dark))] if gone_dark else [], []
    before = {place: _before(runs, month) for place, month in gone_dark.items()}
    thinned = _thinned(tables["coverage"], last)
    asked: dict[str, set[str]] = {last.run_id: {*gone_dark, *thinned}}
    for place, run in before.items():
        if run is not None:
            asked.setdefault(run.run_id, set()).add(place)
    against = [(run, asked[run.run_id]) for run in runs if run.run_id in asked]
    out, years = _years(tables, against)
    out, months = _months(out, against)
    stands = {"run_id": last.run_id, "as_of": last.info["as_of"]}
    held = [
        {"place_id": p, "what": what, **stands, "before": _told(before.get(p)), "lacked": thinned.get(p)}
        for what, places in (("years", years), ("months", months))
        for p in sorted(places)
    ]
    if held:
        out["coverage"] = _marked(tables["coverage"], last.table("coverage"), years | months)
    return out, _sentences(last, years, months, [p for p in sorted(before) if before[p] is None]), held


def _before(runs: Sequence[Earlier], month: str) -> Earlier | None:
    """Return the newest run whose deaths were known to before a month; None when no run here is so old."""
    return next((r for r in reversed(runs) if _months_to(r) < month), None)


def _months_to(run: Earlier) -> str:
    """Return the month a run's forecasts of months start from; of a run without any, the month of its day."""
    said = (run.info.get("about") or {}).get("violence") or {}
    return str(said.get("origin") or run.info["as_of"])[:7]


def _thinned(now: pl.DataFrame, last: Earlier) -> dict[str, int]:
    """Return the places of which fewer predictors are known than were, with how many lacked then.

    A place that the last run held for it was thinned before that run.
    """
    lacking = pl.col("predictors_total") - pl.col("predictors_present")
    was = dict(last.table("coverage").select("place_id", lacking).iter_rows())
    for row in last.info.get("held") or []:
        if row["lacked"] is not None:
            was[row["place_id"]] = min(row["lacked"], was.get(row["place_id"], row["lacked"]))
    known = dict(now.select("place_id", lacking).iter_rows())
    return {place: n for place, n in was.items() if place not in known or known[place] > n}


def _years(tables: Mapping[str, pl.DataFrame], against: list[tuple[Earlier, set[str]]]) -> tuple[Frames, set[str]]:
    """Return the tables with whole yearly forecasts put back where they were higher, and their places."""
    out, back = dict(tables), set()
    for run, places in against:
        old = run.table("forecasts")
        yes = (pl.col("output_type_id") == "yes") & ~MONTHS
        lower = (
            old.filter(yes & pl.col("place_id").is_in(sorted(places)))
            .select(*KEY, was="value")
            .join(out["forecasts"].filter(yes).select(*KEY, now="value"), on=KEY, how="left")
            .filter(pl.col("now").is_null() | (pl.col("now") < pl.col("was")))
            .select(KEY)
        )
        if lower.is_empty():
            continue
        back |= set(lower["place_id"])
        for name in (t for t in OF_MODELS if run.has(t)):
            add = run.table(name).join(lower, on=KEY, how="semi").select(out[name].columns)
            add = _restamped(add, out[name], ["model_id", "target"]) if name == "forecasts" else add
            out[name] = pl.concat([out[name].join(lower, on=KEY, how="anti"), add]).sort(pl.all())
    return out, back


def _months(tables: Mapping[str, pl.DataFrame], against: list[tuple[Earlier, set[str]]]) -> tuple[Frames, set[str]]:
    """Return the tables with each number of the months ahead no lower than it was, and the places where one was."""
    held = sorted({p for _, places in against for p in places})
    mine = MONTHS & pl.col("place_id").is_in(held) & (pl.col("model_id") != OF_NO_PLACE)
    whole = tables["forecasts"]
    now = whole.filter(mine)
    before = [run.table("forecasts").filter(mine & pl.col("place_id").is_in(sorted(p))) for run, p in against]
    old = pl.concat([now.clear(), *before])
    if old.is_empty():
        return dict(tables), set()
    old = old.group_by(NUMBER).agg(pl.col("value").max().alias("was"), pl.col("origin").max().alias("from"))
    # A level that only an earlier version told is left out where the forecast of that month is there at all.
    told = now.select(*STEP).unique()
    joined = now.join(old, on=NUMBER, how="left", maintain_order="left")
    changed = set(joined.filter(pl.col("was") > pl.col("value"))["place_id"])
    higher = joined.with_columns(value=pl.max_horizontal("value", "was")).select(now.columns)
    lost = old.join(told, on=STEP, how="anti").rename({"was": "value", "from": "origin"}).select(now.columns)
    changed |= set(lost["place_id"])
    if not changed:
        return dict(tables), set()
    put = pl.concat([higher, _restamped(lost, whole.filter(MONTHS), ["target"])])
    return {**tables, "forecasts": pl.concat([whole.filter(~mine), put]).sort(pl.all())}, changed


def _restamped(rows: pl.DataFrame, now: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Return rows under the origin that the run has for the same forecast; where it has none they keep their own."""
    origins = now.group_by(by).agg(pl.col("origin").max().alias("here"))
    stamped = rows.join(origins, on=by, how="left", maintain_order="left")
    return stamped.with_columns(origin=pl.coalesce("here", "origin")).select(rows.columns)


def _marked(now: pl.DataFrame, was: pl.DataFrame, held: set[str]) -> pl.DataFrame:
    """Return the coverage with places held marked stale, and a stale row for each that the run lost altogether."""
    lost = was.filter(pl.col("place_id").is_in(sorted(held - set(now["place_id"]))))
    marked = now.with_columns(pl.col("stale") | pl.col("place_id").is_in(sorted(held)))
    return pl.concat([marked, lost.with_columns(stale=pl.lit(value=True)).select(now.columns)]).sort("place_id")


def _told(run: Earlier | None) -> Row | None:
    return {"run_id": run.run_id, "as_of": run.info["as_of"], "months_to": _months_to(run)} if run else None


def _sentences(last: Earlier, years: set[str], months: set[str], without: list[str]) -> list[str]:
    """Return what a run says of what it holds, and of dark places for which nothing older than the dark is here."""
    said = []
    fewer = f"Fewer figures or reports are known than in run {last.run_id}"
    if years:
        said.append(f"{fewer} for {_places(years)}: their earlier, higher forecasts stand and are marked stale")
    if months:
        said.append(
            f"{fewer} for {_places(months)}: no number of the months ahead there is lower than it was, in that run and "
            "in the last one before reporting collapsed"
        )
    return [*said, *([_nothing_before(without)] if without else [])]


def _nothing_before(dark: list[str]) -> str:
    return f"Reporting in {_places(dark)} had collapsed before the first run here: the months ahead may be too low"


def _places(ids: Iterable[str]) -> str:
    """Return how many places, and the first of them by their letters."""
    names = sorted(ids)
    count = f"{len(names)} place{'' if len(names) == 1 else 's'}"
    return f"{count} ({', '.join(names[:8])}{'…' if len(names) > 8 else ''})"
