"""The situation file of a place: what is happening, how sure, what is being done. And ringing the bell on it."""

from __future__ import annotations

from math import exp, log
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from tocsin.catalog import directive
from tocsin.core.errors import Misuse, Refused
from tocsin.core.numbers import one_in, percent
from tocsin.desk import choices, facts, knowledge, remedies, silence
from tocsin.desk.charts import bars, whisker
from tocsin.desk.charts.line import Point, line
from tocsin.desk.charts.svg import Chart
from tocsin.desk.context import context
from tocsin.desk.facts import CONFLICT, ONSET, Picture, Row
from tocsin.desk.pages import figures, violence
from tocsin.desk.who import actor, standing
from tocsin.response.docket import acts, will
from tocsin.response.docket.models import Commitment, Item, Warning
from tocsin.response.register import assessments, situations
from tocsin.response.register import refreshed as by_month
from tocsin.response.register.assessments import tables
from tocsin.response.register.assessments.changes import unexplained
from tocsin.response.register.techniques import due

# Log-odds within which two forecasts are one: drivers are kept to fewer digits than probabilities.
SAME = 1e-3
LAST_HITS = 3
SPELLED = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def spelled(n: int) -> str:
    """Return a small number as a word."""
    return SPELLED[n] if n < len(SPELLED) else str(n)


def middle_place(rows: list[Row], field: str, log_odds: float) -> str:
    """Return in words the place that drivers are measured against: named when the run's list has it, else described.

    ``log_odds`` is that place's forecast, from the drivers; in the list it is the one with the same forecast.
    """
    near = [r["name"] for r in rows if r[field] and abs(log(r[field] / (1 - r[field])) - log_odds) < SAME]
    return f"{near[0]}, the place in the middle of the list" if near else "the place in the middle of the year’s list"


def drivers_chart(place: Row, target: str, key: str, rows: list[Row]) -> Chart | None:
    """Draw what raises and lowers a forecast; None when the run has no drivers of it for this place."""
    drivers = [d for d in place["drivers"] if d["target"] == target]
    field = "p_onset" if target == ONSET else "p_conflict"
    p = place["board"][field]
    if not drivers or not p:
        return None
    total = sum(d["log_odds"] for d in drivers)
    middle = middle_place(rows, field, log(p / (1 - p)) - total)
    first = max(drivers, key=lambda d: abs(d["log_odds"]))
    side = "above" if total >= 0 else "below"
    said = (
        f"Together the groups put this place {abs(total):.2f} log-odds {side} {middle}: its odds are "
        f"{odds_words(total)}. The most by {first['label']} ({first['log_odds']:+.2f}: {first['top']}). "
        "Log-odds add up; +0.7 about doubles the odds, −0.7 about halves them."
    )
    listed = [(d["label"], d["log_odds"], d["top"]) for d in drivers]
    return bars.diverging(listed, key=key, title="Drivers of this forecast", sentence=said)


def odds_words(log_odds: float) -> str:
    """Return how many times the middle place's odds a place has: ``3.6 times its own``, ``0.28 times``."""
    times = exp(log_odds)
    return f"{times:.0f} times that place’s" if times >= 10 else f"{times:.2g} times that place’s"


def record_chart(place: Row) -> Chart | None:
    """Draw what would have been forecast each year and mark the years before an onset; None without a record."""
    rows = place["record"]
    if not rows:
        return None
    hits = [r for r in rows if r["onset_within"]]
    said = "What this model would have said each year, trained only on the years before. "
    if hits:
        told = [
            f"ranked {knowledge.ordinal(r['rank'])} of {r['of']} at the end of {r['base_year']} ({one_in(r['p'])})"
            for r in hits[-LAST_HITS:]
        ]
        years = "one year" if len(hits) == 1 else f"{spelled(len(hits))} years"
        many = len(hits) > LAST_HITS
        last = f"The last {spelled(LAST_HITS)} of the {spelled(len(hits))}: it" if many else "It"
        said += f"An onset followed within two years of {years} (triangles). {last} {'; '.join(told)}."
    else:
        said += f"No onset followed any year since {rows[0]['base_year']}."
    unknown = [r["base_year"] for r in rows if r["onset_within"] is None]
    if unknown:
        said += f" What followed {', '.join(map(str, unknown))} is not known yet."
    marks = {str(r["base_year"]): "onset within two years" for r in hits}
    points = [Point(str(r["base_year"]), 100 * r["p"]) for r in rows]
    return line(points, key="record", title="Record of the forecast", unit="%", sentence=said, marks=marks)


def refreshed(pic: Picture, place: Row) -> dict[str, Any] | None:
    """Return the refreshed forecast of a place: its sentence, a chart where there is a figure, and its notes."""
    row = place["board"]
    said = by_month.of(pic.run, row["place_id"])
    if said is None:
        return None
    words = by_month.words(said, further=row["state"] == "under way")
    if said["p"] is None:
        return {"words": words, "chart": None, "notes": said["notes"]}
    one = whisker.Estimate(f"months to {said['months_to']}", said["p"], said["low"], said["high"], "ours")
    title = "Mass-killing risk in one year, refreshed by month"
    chart = whisker.compare([one], base=said["base_rate"], key="mon", title=title, sentence=words)
    return {"words": words, "chart": chart, "notes": said["notes"]}


def grid(place_id: str) -> dict[str, Any]:
    """Return the assessment of a place and how much of it has been looked at."""
    rows = assessments.grid(place_id)
    return {
        "factors": rows,
        "answered": sum(r["answered"] for r in rows),
        "of": sum(r["of"] for r in rows),
        "disagree": sum(bool(r["disagree"]) or any(i["disagree"] for i in r["indicators"]) for r in rows),
        "lines": assessments.lines(place_id),
        "unexplained": unexplained(place_id),
        "rounds": tables.of_place(place_id),
    }


def work(place_id: str) -> dict[str, list[Any]]:
    """Return items and commitments of a place by track: what prevents a new killing, what answers one under way."""
    items = list(Item.objects.filter(place_id=place_id).order_by("-id"))
    return {"items": items, "commitments": list(Commitment.objects.filter(item__in=items).order_by("due"))}


@require_GET
def situation(request: HttpRequest, place_id: str) -> HttpResponse:
    """Show the file on one place."""
    return _file(request, place_id)


def _file(request: HttpRequest, place_id: str, *, refused: str = "", part: str = "", status: int = 200) -> HttpResponse:
    """Show the file; with ``refused``, the form ``part`` (bell or track) comes back with why and what was typed."""
    name = facts.known_place(place_id)
    ctx = context()
    pic = facts.picture(ctx)
    row = next((r for r in pic.rows if r["place_id"] == place_id), None) if pic else None
    told: dict[str, Any] = {}
    if pic and row:
        told = _from_run(pic, place_id)
    open_item = Item.objects.filter(place_id=place_id, state__in=facts.AWAITING).order_by("-id").first()
    asked = choices.of_item(ctx, open_item, pic) if open_item else choices.of_place(ctx, place_id, pic)
    assert asked is not None, "an item of a place has a place"
    return render(
        request,
        "desk/situation.html",
        {
            "place_id": place_id,
            "overdue": sum(row["overdue"] for row in due.waiting(ctx, place_id)),
            "name": name,
            "row": row,
            "uncovered": "" if row else facts.uncovered(place_id),
            "pic": pic,
            "silent": silence.now(ctx, pic).of_place(place_id),
            "base": pic.base if pic else {},
            "tracks": situations.tracks(place_id),
            "warnings": Warning.objects.filter(place_id=place_id)
            .prefetch_related("items")
            .order_by("-fired_at", "-id"),
            "grid": grid(place_id),
            "beside": figures.beside(ctx, place_id),
            "labels": will.labels_of(place_id)[-3:],
            "answer": asked.answer,
            "said": asked.said,
            "options": choices.spread(asked.answer),
            "may_bell": standing(request, "bell"),
            "may_own": standing(request, "own"),
            "assignable": [p for p in directive.current().posts if p.tier],
            "refused": {part: refused} if refused else {},
            "typed": request.POST if refused else {},
            "licences": facts.licences(pic.run.sources) if pic else "",
            **work(place_id),
            **told,
        },
        status=status,
    )


def _from_run(pic: Picture, place_id: str) -> dict[str, Any]:
    place = pic.run.place(place_id)
    every = knowledge.signals(place)
    drawn = [one for one in every if one["id"] in knowledge.SHOWN]
    charts = [(one, knowledge.signal_chart(one, f"s{i}")) for i, one in enumerate(drawn)]
    rest = [one | knowledge.newest(one) for one in every if one not in drawn]
    return {
        "place": place,
        "state_words": knowledge.state_words(place["board"]),
        "forecast": knowledge.comparison(pic, place, ONSET, "cmp"),
        "refreshed": refreshed(pic, place),
        "conflict": knowledge.comparison(pic, place, CONFLICT, "con"),
        "conflict_heading": f"Fighting {pic.run.when(CONFLICT)}",
        "drivers": drivers_chart(place, ONSET, "drv", pic.rows),
        "record": record_chart(place),
        "violence": violence.section(place),
        "signals": charts,
        "more_signals": rest,
        "unknown": knowledge.unknowns(pic, place),
        "interval_level": percent(pic.info["interval"]["level"]),
    }


@require_POST
def ring(request: HttpRequest, place_id: str) -> HttpResponse:
    """Ring the bell: anybody signed in, with reasons; nobody can veto it."""
    facts.known_place(place_id)
    because = request.POST.get("because", "")
    try:
        if not because.strip():
            raise Refused("The bell is rung with reasons", todo="Say what you have seen or heard, and since when")
        item = acts.ring_bell(context(), place_id, because, actor(request))
    except (Refused, Misuse) as error:
        return _file(request, place_id, refused=remedies.sentence(error), part="bell", status=422)
    messages.success(
        request,
        f"The bell is rung. Item {item.pk} asks what will be done, and its clocks run.",
        extra_tags=f"bell-{place_id}",
    )
    return redirect(f"/docket/{item.pk}")


@require_POST
def assign(request: HttpRequest, place_id: str, track: str) -> HttpResponse:
    """Give the prevention or the response track of a place to a post: an act of a post that stands on a tier."""
    facts.known_place(place_id)
    try:
        owner = request.POST.get("owner", "")
        if not owner:
            raise Refused("The track was given to no post", todo="Choose the post that is to own it")
        situations.assign(context(), place_id, track, owner, actor(request))
    except (Refused, Misuse) as error:
        return _file(request, place_id, refused=remedies.sentence(error), part="track", status=422)
    messages.success(request, f"The {track} track belongs to: {facts.post_title(owner)}. The ledger says who gave it.")
    return redirect(f"/places/{place_id}")
