"""How courts, oversight and early-warning bodies stood over time, beside the support they were given (M81).

Side by side in time, and no more: support that was followed by a change is no proof that it caused it.
"""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

from django.db import transaction

from tocsin.catalog.development.institutions import Institutions, book
from tocsin.catalog.geography import places
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.core.words import SHORT, in_cell, said
from tocsin.response.register.country.figures import Series, newest, series_of
from tocsin.response.register.country.support import of_sectors, projects_in
from tocsin.response.register.models import InstitutionWord
from tocsin.response.register.people import Actor, may
from tocsin.response.register.portfolio.importing import signed

NO_PROOF = (
    "Side by side in time only. Support that was followed by a change is no proof that it caused it: other things "
    "changed too, and support often goes where change is expected."
)
YEARS_BACK = 5
Row = dict[str, Any]


def institutions(ctx: Context, place_id: str) -> list[Row]:
    """Return each kind of institution: its figures over time, dated judgements, and the support given, by year."""
    series = series_of(ctx, place_id)
    projects = projects_in(place_id)
    words = list(InstitutionWord.objects.filter(place_id=place_id).order_by("as_of", "id"))
    this_year = ctx.now().year
    return [_kind(key, kind, series, words, projects, this_year=this_year) for key, kind in book().kinds.items()]


def _kind(
    key: str,
    kind: Institutions,
    series: dict[str, Series],
    words: list[InstitutionWord],
    projects: list[Row],
    *,
    this_year: int,
) -> Row:
    figures = [
        {**series[column], "stands_for": why, **_course(series[column])}
        for column, why in kind.columns.items()
        if column in series
    ]
    own = [_word(w) for w in words if w.kind == key]
    given = of_sectors(projects, kind.sectors)
    return {
        "kind": key,
        "title": kind.title,
        "factors": list(kind.factors),
        "figures": figures,
        "has_columns": bool(kind.columns),
        "words": own,
        "support": given,
        "years": _years(figures, own, given, this_year),
        "basis": book().basis_label,
    }


def _course(series: Series) -> Row:
    """Return the newest figure against the one some years before it; nothing where either is not known."""
    last = newest(series)
    if last is None:
        return {"newest": None, "before": None, "course": "no figure is known"}
    by_period = {p["period"]: p for p in series["points"] if p["value"] is not None}
    before = by_period.get(str(int(last["period"][:4]) - YEARS_BACK)) if last["period"][:4].isdigit() else None
    if before is None:
        return {"newest": last, "before": None, "course": f"no figure {YEARS_BACK} years before {last['period']}"}
    moved = last["value"] - before["value"]
    way = "higher than" if moved > 0 else "lower than" if moved < 0 else "the same as"
    return {"newest": last, "before": before, "course": f"{way} in {before['period']}"}


def _years(figures: list[Row], words: list[Row], given: list[Row], this_year: int) -> list[Row]:
    """Return, newest first, each year so far in which a judgement was dated or support ran, with its figures.

    Support of which nobody says that it ended runs on: its end is not known.
    """
    spans = [(p, int(p["starts"][:4]), int(p["ends"][:4]) if p["ends"] else this_year) for p in given if p["starts"]]
    dated = {int(w["as_of"][:4]) for w in words} | {y for _, a, b in spans for y in range(a, min(b, this_year) + 1)}
    return [
        {
            "year": year,
            "figures": [
                {"label": f["label"], "value": p["value"], "status": p["status"]}
                for f in figures
                for p in f["points"]
                if p["period"] == str(year)
            ],
            "words": [w for w in words if w["as_of"][:4] == str(year)],
            "support": [p for p, first, last in spans if first <= year <= last],
        }
        for year in sorted(dated, reverse=True)
    ]


def _word(row: InstitutionWord) -> Row:
    return {
        "body": row.body,
        "as_of": row.as_of.isoformat(),
        "state": row.state,
        "state_said": book().states[row.state],
        "trend": row.trend,
        "trend_said": book().trends[row.trend],
        "source": row.source,
        "vintage": row.vintage.isoformat(),
        "note": row.note,
        "post": row.post,
        "at": row.at.isoformat(),
    }


def say(
    ctx: Context,
    place_id: str,
    actor: Actor,
    *,
    kind: str,
    body: str,
    as_of: date,
    state: str,
    trend: str,
    source: str,
    vintage: date,
    note: str = "",
) -> InstitutionWord:
    """Enter a dated judgement of an institution, with its source and the day the source is of. Appended, never edited.

    Raises Misuse for a place or choice there is not; Refused without a name or a source, for a day that has not come,
    or when the actor may not.
    """
    from tocsin.response.register.record import enter

    may(actor, "assess").enforce()
    if place_id not in places():
        raise Misuse(f"{place_id!r} is not a place", todo="Write its three letters, as in SDN")
    for value, known, what in (
        (kind, book().kinds, "kind"),
        (state, book().states, "state"),
        (trend, book().trends, "trend"),
    ):
        if value not in known:
            raise Misuse(f"{value!r} is no {what} of an institution", todo=f"Choose one of {', '.join(known)}")
    named, source, note = " ".join(said(body, 200).split()), said(source, SHORT), said(note, SHORT)
    if not named:
        raise Refused("The judgement names no institution", todo="Write its name, as 'Constitutional Court'")
    if not source:
        raise Refused("A judgement needs its source", todo="Give a link or a citation")
    today = ctx.now().date()
    if as_of > today or vintage > today:
        raise Refused("The day has not come yet", todo="Judgements are of the past, by sources that are there")
    what = {"place_id": place_id, "kind": kind, "body": named, "state": state, "trend": trend, "source": source}
    days = {"as_of": as_of.isoformat(), "vintage": vintage.isoformat()}
    with transaction.atomic():
        entry = enter(ctx, kind="institution.judged", body={**what, **days, "note": note, "by": actor.body()})
        return InstitutionWord.objects.create(
            **what, as_of=as_of, vintage=vintage, note=note, **signed(ctx, actor, entry.seq)
        )


def as_csv(kinds: list[Row]) -> bytes:
    """Return figures, judgements and support as one table, a line each, in order of time within a kind."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(["kind", "what", "period", "name", "value", "source", "vintage", "note"])
    for kind in kinds:
        for f in kind["figures"]:
            for p in f["points"]:
                value = "" if p["value"] is None else f"{p['value']:g}"
                cells = ["figure", p["period"], f["label"], value, f["source_id"], f["release"], p["status"]]
                table.writerow([kind["kind"], *map(in_cell, cells)])
        for w in kind["words"]:
            state = f"{w['state']}, {w['trend']}"
            cells = ["judgement", w["as_of"], w["body"], state, w["source"], w["vintage"], w["note"]]
            table.writerow([kind["kind"], *map(in_cell, cells)])
        for p in kind["support"]:
            amount = f"{p['budget']} {p['currency']}" if p["budget"] else ""
            cells = ["support", p["dates"], p["title"], amount, p["iati_identifier"], p["portfolio"], p["status_said"]]
            table.writerow([kind["kind"], *map(in_cell, cells)])
    return out.getvalue().encode()
