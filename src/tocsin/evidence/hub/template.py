"""A form to fill: every place, horizon and output type of a target with an empty value, and the metadata beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import polars as pl

from tocsin.catalog.geography import places
from tocsin.catalog.outcomes import Outcome, outcome
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.core.files import write_whole
from tocsin.evidence.hub import place_words, windows
from tocsin.evidence.hub.metadata import MODEL, TEAM
from tocsin.evidence.sheets import in_cells
from tocsin.evidence.store.files import parquet_bytes

LEVELS = ("0.05", "0.1", "0.25", "0.5", "0.75", "0.9", "0.95", "0.99")
COLUMNS = {
    "origin": "last period whose figures may be used: a year (2024), or a month (2024-06) if the target is by month",
    "target": "what is forecast, by the name of its outcome",
    "place_id": "ISO 3166 alpha-3; a name or a number of a declared list (metadata: places) is read too",
    "place_name": "for your eyes; not read",
    "horizon": "how many units after the origin the window ends, or the step lies",
    "output_type": "pmf: a probability; quantile, sample, mean: of a count (a probability's 90% interval too)",
    "output_type_id": "yes for a probability; the level of a quantile; the number of a sample; nothing for a mean",
    "value": "your number: a probability between 0 and 1, or deaths. Leave out the rows you have no forecast for",
    "forecaster": "a pseudonym or an office; never a name that could harm its bearer",
    "probability": "between 0 and 1",
    "made_at": "the day this person gave the number: 2026-11-23",
}

METADATA = """\
# What the makers say of a forecast. Every entry is needed unless it says otherwise. No personal data.
team: Your team's full name
team_abbr: {team}        # small letters, digits, _
model: Your model's full name
model_abbr: {model}      # small letters, digits, _
kind: {kind}                # model or human
method: How it is done, in a few sentences, with a link to a paper or to code.
licence: CC BY 4.0         # terms under which the figures may be passed on
contact: The office to ask # an office, not a person
{until}
places: iso3               # what the place column holds: iso3, name, cow, gw or views
origin: "{origin}"             # the one origin of the file; leave it out if the rows carry several
# made_at: 2026-01-31      # only if the forecasts are older than the day you hand them in
# retrospective: true      # only for hindcasts: made when the outcome could be known. They are scored apart
"""
UNTIL = {
    "model": "data_until: {end}     # last day that any figure used describes; or: origin, if each origin's own",
    "human": "# data_until is not asked of people: the day of each number (made_at) says what they could know",
}


@dataclass(frozen=True)
class Written:
    """The two files of a template, the rows to fill and what each column means."""

    form: Path
    metadata: Path
    rows: int
    columns: dict[str, str]


def write(  # noqa: PLR0917 - the options of one command
    ctx: Context, target: str, origin: str | None, kind: str, folder: Path, form: str = "csv"
) -> Written:
    """Write the form and the metadata into a folder. The origin defaults to the last year (of a count: month) over.

    Steps whose window has ended are left out, unless all have: then the form is one for hindcasts.

    Raises Misuse for an unknown target, origin or kind, Refused when a file of that name is there.
    """
    declared = outcome(target)
    if kind not in UNTIL or (kind == "human" and declared.target.kind != "probability"):
        raise Misuse(
            f"there is no form of kind {kind} for {target}",
            todo="Choose model, or human for a target that is a probability",
        )
    if form not in ("csv", "parquet"):
        raise Misuse(f"{form!r} is not a form", todo="Choose csv or parquet")
    said = windows.origin_of(origin or _newest(ctx, declared), declared.target.unit)
    if said is None:
        raise Misuse(f"{origin!r} is not an origin of {target}", todo="Write it as 2024, or 2024-06 by month")
    spans = {h: windows.window(said, declared.target, h) for h in declared.target.horizons}
    steps = [h for h, (_, last) in spans.items() if last >= ctx.now().date()] or list(spans)
    table = _people(declared, said, steps) if kind == "human" else _model(declared, said, steps)
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{windows.ends(said)}-{TEAM}-{MODEL}"  # as hubverse names a file: round, team, model
    out = Written(folder / f"{stem}.{form}", folder / f"{TEAM}-{MODEL}.yml", len(table), _meaning(table))
    until = UNTIL[kind].format(end=windows.ends(said))
    text = METADATA.format(team=TEAM, model=MODEL, kind=kind, origin=said, until=until)
    data = parquet_bytes(table) if form == "parquet" else in_cells(table).write_csv().encode()
    for path, body in ((out.form, data), (out.metadata, text.encode())):
        try:
            write_whole(path, body, replace=False)
        except FileExistsError:
            raise Refused(f"{path} is there already", todo="Move it away, or give another folder with --to") from None
    return out


def _newest(ctx: Context, declared: Outcome) -> str:
    """Return the last period that has ended: of a count the month, of a probability the year."""
    today = ctx.now().date()
    if declared.target.kind == "probability":
        return str(today.year - 1)
    last = today.replace(day=1) - timedelta(days=1)
    return f"{last:%Y-%m}"


def _meaning(table: pl.DataFrame) -> dict[str, str]:
    """Return what each column of a form means."""
    return {c: COLUMNS[c] for c in table.columns}


def _model(declared: Outcome, origin: str, steps: list[int]) -> pl.DataFrame:
    """Return a row a place, horizon and output type; the value is empty."""
    kinds = [("pmf", "yes")] if declared.target.kind == "probability" else [("quantile", level) for level in LEVELS]
    known = places()
    rows = [
        (origin, declared.id, place, known[place].name, horizon, kind, kind_id, None)
        for place in place_words.listed(origin)
        for horizon in steps
        for kind, kind_id in kinds
    ]
    columns = ("origin", "target", "place_id", "place_name", "horizon", "output_type", "output_type_id", "value")
    types = dict.fromkeys(columns, pl.String) | {"horizon": pl.Int32, "value": pl.Float64}
    return pl.DataFrame(rows, schema=types, orient="row")


def _people(declared: Outcome, origin: str, steps: list[int]) -> pl.DataFrame:
    """Return a row a place and horizon; who, how likely and when are empty."""
    known = places()
    rows = [
        ("", place, known[place].name, declared.id, origin, horizon, None, "")
        for place in place_words.listed(origin)
        for horizon in steps
    ]
    columns = ("forecaster", "place_id", "place_name", "target", "origin", "horizon", "probability", "made_at")
    types = dict.fromkeys(columns, pl.String) | {"horizon": pl.Int32, "probability": pl.Float64}
    return pl.DataFrame(rows, schema=types, orient="row")
