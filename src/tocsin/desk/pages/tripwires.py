"""What may warn, how often it was right, and whether it keeps its word. Open to all; no current firing is named."""

from __future__ import annotations

import math
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tocsin.catalog.geography import places
from tocsin.catalog.tripwires import Tripwire, all_tripwires, shipped_backtest
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.core.numbers import count, percent, risk
from tocsin.desk.charts import firings
from tocsin.desk.charts.svg import Chart
from tocsin.desk.context import context, reader
from tocsin.desk.outsiders import outsider
from tocsin.evidence import armed, backtests
from tocsin.evidence.past import past as evidence_past
from tocsin.response.docket.acts.promises import judged
from tocsin.response.oversight.answered import with_actions
from tocsin.response.register import runs
from tocsin.response.register.models import LedgerEntry
from tocsin.response.register.seals import KIND
from tocsin.tripwires import gate
from tocsin.tripwires.choose import Wish
from tocsin.tripwires.followed import followed

DRAWN = 120
WITHHELD = "withheld until what followed is known"
HEAD = ("fired", "place", "on what", "what happened after", "lead", "action")
WAY_WORDS = {
    "budget": ("by budget", "firings a year, worldwide"),
    "miss-rate": ("by miss rate", "of onsets missed at most, in expectation"),
    "costs": ("by costs", "a false alarm against a miss"),
}


def mark(tripwire: Tripwire, value: float | None) -> str:
    """Return a threshold, or a value held against it, in the unit of its tripwire."""
    if value is None:
        return "none"
    if tripwire.kind == "collapse":
        return f"fallen to 1 in {value:.3g}"
    measure = getattr(tripwire.params, "measure", None)
    if measure == "level":
        return f"risk {risk(value)}"
    return f"{value:.3g} times the last forecast" if measure == "rise" else f"{count(value)} deaths in a month"


@login_not_required
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Show every tripwire with its promise and its record, and all of them together."""
    ctx = context()
    # A later seal takes the place of an earlier one; the page of the tripwire shows them all.
    since = {t["tripwire_id"]: t for t in _judged(ctx)}
    rows = []
    for tripwire in all_tripwires().values():
        how = armed.state(ctx, tripwire)
        told = (how or {}).get("backtest") or {}
        rows.append(
            {
                "t": tripwire,
                "armed": how,
                "mark": mark(tripwire, how["threshold"]) if how and how["threshold"] is not None else None,
                "b": told if told.get("firings") is not None else None,
                "since": since.get(tripwire.id),
                "chains": told.get("words") if tripwire.kind == "report" else None,
            }
        )
    try:
        together = backtests.combined(ctx)
    except Refused as reason:
        together, why = None, reason.sentence()
    else:
        why = ""
    return render(request, "desk/tripwires.html", {"rows": rows, "c": together, "why": why})


@login_not_required
@require_GET
def tripwire(request: HttpRequest, tripwire_id: str) -> HttpResponse:
    """Show the past of one tripwire at a threshold: in force, asked for, or chosen in one of three ways."""
    ctx = context()
    if tripwire_id not in all_tripwires():
        raise Http404(f"There is no tripwire {tripwire_id}")
    it = all_tripwires()[tripwire_id]
    how = armed.state(ctx, it)
    shown: dict[str, Any] = {"t": it, "armed": how, "since": [t for t in _judged(ctx) if t["tripwire_id"] == it.id]}
    if it.kind == "report":
        shown |= {"chains": shipped_backtest(it), "held_back": armed.why_not(it), "missing": gate.MISSING}
    if it.back_tested:
        from tocsin.desk import past

        wish, said = _wish(request, it, how)
        try:
            result = past.tested(ctx, it, wish)
        except Refused as reason:
            # What cannot be promised is an answer; the figures below it are those of the threshold in force.
            said = reason.sentence()
            result = past.tested(ctx, it, _in_force(how))
        outcomes = evidence_past(ctx).outcomes(it)
        shown["since"] = [{**t, "followed": followed(t, outcomes)} for t in shown["since"]]
        grid = it.params.grid  # type: ignore[union-attr]
        kept = ((how or {}).get("backtest") or {}).get("chosen_by")
        if kept and how and result["threshold"] == how["threshold"] and result["chosen_by"]["way"] == "given":
            # The one in force was not given: it was chosen when it was armed, and that is how.
            result = {**result, "chosen_by": kept}
        shown |= {
            "b": result,
            "said": said,
            "grid": grid,
            "mark": mark(it, result["threshold"]),
            "in_force": mark(it, how["threshold"]) if how else None,
            "chart": _chart(it, result, named=reader(request) is not None and not outsider(request)),
            "missed": _missed(result),
            "ways": [(w, *WAY_WORDS[w], [(v, _way_said(w, v)) for v in values]) for w, values in past.WAYS.items()],
        }
    return render(request, "desk/tripwire.html", shown)


def _way_said(way: str, value: str) -> str:
    return percent(float(value)) if way == "miss-rate" else value


def _in_force(how: dict[str, Any] | None) -> Wish:
    return Wish(threshold=how["threshold"]) if how else Wish()


def _wish(request: HttpRequest, it: Tripwire, how: dict[str, Any] | None) -> tuple[Wish, str]:
    """Return what the address asks for, and a sentence when it could not be understood."""
    from tocsin.desk import past

    by, value, text = (request.GET.get(name, "") for name in ("by", "value", "threshold"))
    if by:
        wish = past.WAYS.get(by, {}).get(value)
        return (wish, "") if wish else (_in_force(how), f"“{by} {value}” is not a choice of this page.")
    if not text:
        return _in_force(how), ""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        return _in_force(how), f"“{text}” is no threshold; these are the figures of the one in force."
    return Wish(threshold=past.near(it, number)), ""


def _name(place_id: str) -> str:
    return places()[place_id].name if place_id in places() else place_id


def _chart(it: Tripwire, result: dict[str, Any], *, named: bool) -> Chart | None:
    """Draw the firings, newest first. What nobody can judge yet may stand on the docket: not named to the open."""
    fired = with_actions(result["fired"], it.id, it.version, open_to_all=not named)[::-1]
    if not fired:
        return None
    rows = []
    for f in fired[:DRAWN]:
        shown = named or f["outcome"] != "undecided"
        name = _name(f["place_id"]) if shown else WITHHELD
        lead = f"{f['lead_days']} days" if f["lead_days"] is not None else ""
        after = f["after"] + (f" {f['onset']}" if f["onset"] else "")
        if f["outcome"] == "false alarm" and f["action"] == "action taken":
            after += ", action taken"
        cells = (f["fired"], name, mark(it, f["value"]) if shown else "", after, lead, f["action"])
        rows.append(firings.Row(name if shown else "withheld", f["fired"], f["outcome"], f["onset"], cells))
    seen = sorted({r.outcome for r in rows}, key=list(firings.SHAPES).index)
    words = {o: firings.SHAPES[o] for o in seen}
    said = "; ".join(f"{'already running' if o == 'running' else o}: {w}" for o, w in words.items())
    said = said[:1].upper() + said[1:]
    most = f" The newest {DRAWN} of {len(fired)} are drawn." if len(fired) > DRAWN else ""
    span = result["scored_on"]
    return firings.firings(
        rows,
        first=span["first"],
        last=span["last"],
        head=HEAD,
        key="past",
        title=f"Past firings of {it.id}",
        sentence=f"{len(fired)} firings from {span['first']} to {span['last']}, one a row. {said}.{most}",
    )


def _missed(result: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the onsets no firing claimed, by place, each with its years."""
    found: dict[str, list[str]] = {}
    for onset in result["onset_list"]:
        if not onset["caught"]:
            found.setdefault(_name(onset["place_id"]), []).append(onset["onset"])
    return [(name, ", ".join(years)) for name, years in sorted(found.items())]


_KEPT: dict[tuple[object, ...], list[dict[str, Any]]] = {}


def _judged(ctx: Context) -> list[dict[str, Any]]:
    """Return the seals with what was counted since; worked out once for the same day, runs and seals."""
    made = tuple(runs.identifiers(ctx.settings.home))
    sealed = LedgerEntry.objects.filter(kind=KIND).order_by("-seq").values_list("commitment", flat=True).first()
    key = (ctx.settings.home, ctx.now().date(), made, sealed)
    if key not in _KEPT:
        told = [{**t, "promised": {k: v and float(v) for k, v in t["promise"].items()}} for t in judged(ctx)]
        _KEPT.clear()
        _KEPT[key] = told
    return _KEPT[key]
