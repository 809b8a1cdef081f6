"""What is known of a place and what is not, in sentences: for the decision page, the situation and the brief."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from tocsin.catalog.geography import places
from tocsin.catalog.models import IN_FORCE
from tocsin.core.clock import period_in_words
from tocsin.core.context import Context
from tocsin.core.numbers import count, one_in, percent, risk, times_base
from tocsin.desk import facts
from tocsin.desk.charts import whisker
from tocsin.desk.charts.line import Point, line
from tocsin.desk.charts.svg import Chart
from tocsin.desk.facts import CONFLICT, ONSET, Picture, Row
from tocsin.response.docket.models import Item
from tocsin.response.register.dated import not_apart, nothing_known
from tocsin.response.register.models import Answer

MODEL_WORDS = {
    "onset_v1": "this forecast (onset_v1)",
    "onset_v2": "next model, beside it (onset_v2)",
    "climatology": "climatology: everywhere alike",
    "zsum4": "z-sum of four columns",
    "last_forecast": "last forecast (base 2023)",
    "conflict_v1": "this forecast (conflict_v1)",
}
# Drawn on the situation page; every other column stands in a table below them.
SHOWN = (
    "one_sided_deaths",
    "state_based_deaths",
    "battle_deaths_log2",
    "refugees_from_log2",
    "idps_log2",
    "v2csreprss_ord",
    "v2x_libdem",
    "infant_mortality",
    "gdp_per_capita_log2",
    "coups_5y",
    "region_conflict_share",
)
STATUS = {"carried": ", carried from an earlier year", "provisional": " (provisional: candidate counts rise later)"}
LAST_MONTHS = 60
ORDER = ("onset_v1", "onset_v2", "last_forecast", "zsum4", "climatology", "conflict_v1")


def ordinal(n: int) -> str:
    """Return 1st, 2nd, 3rd, 4th."""
    ending = "th" if 10 <= n % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"


def state_words(row: Row) -> str:
    """Return the state of a place in one sentence."""
    if row["state"] == "under way":
        since = f" since {row['under_way_since']}" if row["under_way_since"] else ""
        led = f" ({row['under_way_led_by']}-led)" if row["under_way_led_by"] else ""
        return f"A mass killing is under way in {row['name']}{since}{led}, by the record of EWP."
    if row["state"] == "not assessed":
        return f"Whether a mass killing is under way in {row['name']} is not assessed."
    return f"Mass killing in {row['name']}: {row['state_said']}. What happened since is not known here."


def forecast_words(row: Row, base: float) -> str:
    """Return the forecast of mass killing in one sentence: frequency, interval, multiple, rank, change."""
    if row["p_onset"] is None:
        return "There is no forecast for this place: too little is known of it."
    what = "a further, separate mass killing begins" if row["state"] == "under way" else "a mass killing begins"
    window = row["window"]
    when = f"in {window['dates']}" if window else "within two years"
    said = f"That {what} {when}: {risk(row['p_onset'])}"
    if row["interval"]:
        i = row["interval"]
        said += f", {one_in(i['low'])} to {one_in(i['high'])} ({percent(i['level'])} interval)"
    said += f"; {times_base(row['p_onset'], base)} the base rate, {ordinal(row['rank'])} of {row['of']}"
    if row["previous"] is not None:
        was = one_in(row["previous"])
        now = one_in(row["p_onset"])
        said += "; unchanged" if was == now else f"; {'up' if row['change'] > 0 else 'down'} from {was}"
    if window and window["said"]:
        said += f". Of these years: {window['said']}"
    return said + "."


def conflict_words(row: Row, base: float) -> str:
    """Return the forecast of conflict in one sentence, apart from the other."""
    if row["p_conflict"] is None:
        return "There is no forecast of conflict for this place."
    window = row["conflict_window"]
    when = f"in {window['dates']}" if window else "in the 12 months after the base year"
    said = f"That fighting a state takes part in kills at least 25 {when}: {risk(row['p_conflict'])}"
    said += f", {times_base(row['p_conflict'], base)} the base rate of {percent(base)}."
    return said + (f" {window['said'][:1].upper()}{window['said'][1:]}." if window and window["said"] else "")


def estimates(facts_of_place: Row, target: str) -> list[whisker.Estimate]:
    """Return the forecasts of a target for the chart that sets ours beside its baselines."""
    found = []
    models = [f for f in facts_of_place["forecasts"] if f["target"] == target]
    for f in sorted(models, key=lambda f: ORDER.index(f["model_id"]) if f["model_id"] in ORDER else 99):
        i = f["interval"] or {}
        label = MODEL_WORDS.get(f["model_id"], f["model_id"])
        kind = "ours" if f["model_id"] in IN_FORCE.values() else "other"
        found.append(whisker.Estimate(label, f["p"], i.get("low"), i.get("high"), kind))
    return found


def comparison(pic: Picture, facts_of_place: Row, target: str, key: str) -> Chart:
    """Draw the forecasts of one target beside each other."""
    row = facts_of_place["board"]
    words = forecast_words(row, pic.base[ONSET]) if target == ONSET else conflict_words(row, pic.base[CONFLICT])
    title = "Mass-killing risk, our forecast and its baselines" if target == ONSET else "Conflict risk"
    return whisker.compare(
        estimates(facts_of_place, target), base=pic.base[target], key=key, title=title, sentence=words
    )


def signals(facts_of_place: Row) -> list[dict[str, Any]]:
    """Return the signals of a place in the order of ``SHOWN``, then the rest, each with its points in order of time.

    What the panel keeps as a logarithm is shown in the units people count in.
    """
    series: dict[str, dict[str, Any]] = {}
    for s in facts_of_place["signals"]:
        back = _units(s["unit"])
        one = series.setdefault(
            s["indicator"],
            {
                "id": s["indicator"],
                "label": s["label"],
                "unit": back[0],
                "points": [],
                "source_id": s["source_id"],
                "release": s["release"],
            },
        )
        one["points"].append(Point(s["period"], None if s["value"] is None else back[1](s["value"]), s["status"]))
    order = {name: n for n, name in enumerate(SHOWN)}
    return sorted(series.values(), key=lambda one: order.get(one["id"], len(order)))


def _units(unit: str) -> tuple[str, Callable[[float], float]]:
    """Return the unit people count in, and the way back to it from the panel's logarithm."""
    if unit.endswith(", log2(1 + n)"):
        return unit.removesuffix(", log2(1 + n)"), lambda v: max(2**v - 1, 0.0)
    if unit.endswith(", log2"):
        return unit.removesuffix(", log2"), lambda v: float(2**v)
    return unit, lambda v: v


def signal_chart(one: dict[str, Any], key: str, *, most: int | None = None, alarm: str = "") -> Chart:
    """Draw one signal with a sentence on its newest figure, its highest and its gaps.

    With ``most``, only so many of its last periods; ``alarm`` is the period that gave an alarm, marked and named.
    """
    points: list[Point] = one["points"][-most:] if most else one["points"]
    known = [p for p in points if p.value is not None]
    if not known:
        said = "No figure in this window."
    else:
        high = max(known, key=lambda p: (p.value or 0, p.period))
        last = known[-1]
        status = STATUS.get(last.status, "")
        of = ""
        if len(known) < len(points):
            of = " of the months known" if "-" in last.period else " of the years known"
        last_when, high_when = period_in_words(last.period), period_in_words(high.period)
        said = f"{_figure(last.value)} in {last_when}{status}; highest{of} {_figure(high.value)} in {high_when}."
    if most:
        said = f"The last {len(points)} months. {said}"
    missing = len(points) - len(known)
    if missing:
        said += f" Not known in {missing} of {len(points)} periods (shaded)."
    label = period_in_words(alarm) if alarm else ""
    return line(points, key=key, title=one["label"], unit=one["unit"], sentence=said, alarm=(alarm, label))


def newest(one: dict[str, Any]) -> dict[str, str]:
    """Return the newest figure of a signal and its period, in words."""
    last = next((p for p in reversed(one["points"]) if p.value is not None), None)
    if last is None:
        return {"newest": "not known", "period": "–"}
    return {
        "newest": _figure(last.value),
        "period": last.period + ("" if last.status == "observed" else f", {last.status}"),
    }


def _figure(value: float | None) -> str:
    if value is None:
        return "not known"
    return count(value) if abs(value) >= 100 or abs(value - round(value)) < 1e-6 else f"{value:.3g}"


def gaps(points: list[Point]) -> list[tuple[str, str]]:
    """Return the stretches without a figure, each as its first and last period."""
    found: list[tuple[str, str]] = []
    open_since = ""
    before = ""
    for point in points:
        if point.value is None:
            open_since = open_since or point.period
        elif open_since:
            found.append((open_since, before))
            open_since = ""
        before = point.period
    return [*found, (open_since, before)] if open_since else found


def without_figure(pic: Picture, facts_of_place: Row) -> list[str]:
    """Return the labels of the columns that the forecast reads and that have no figure for this place's base year."""
    year = str(pic.info.get("base_year", ""))
    return sorted(
        {
            s["label"]
            for s in facts_of_place["signals"]
            if s["period"] == year and s["value"] is None and "-" not in year
        }
    )


@dataclass(frozen=True)
class Read:
    """What the forecast of one target reads of a place: labels of columns, those without a figure, carried, sources."""

    columns: list[str]
    missing: list[str]
    carried: list[str]
    sources: set[str]


def read_for(pic: Picture, facts_of_place: Row, target: str) -> Read | None:
    """Return what the forecast of a target reads; None when the run does not say (runs made before it did)."""
    columns, year = pic.run.reads(target), str(pic.info.get("base_year", ""))
    if columns is None and target == ONSET:
        columns = [s["indicator"] for s in facts_of_place["signals"] if "-" not in s["period"]]
    if columns is None:
        return None
    signals_read = [s for s in facts_of_place["signals"] if s["indicator"] in columns]
    labels = {s["indicator"]: str(s["label"]) for s in signals_read}
    last = {s["indicator"]: s["value"] for s in signals_read if s["period"] == year}
    missing = sorted(labels[c] for c in labels if last.get(c) is None)
    carried = [labels[c] for c in facts_of_place["coverage"]["carried"] if c in labels]
    return Read(sorted(labels.values()), missing, carried, {s["source_id"] for s in signals_read})


def unknowns(pic: Picture, facts_of_place: Row, target: str = ONSET) -> list[str]:
    """Return what is not known of a place, most telling first. Never empty: a forecast is not knowledge.

    Columns without a figure are those that the forecast of ``target`` reads.
    """
    row, covered = facts_of_place["board"], facts_of_place["coverage"]
    said = []
    monthly = next((s for s in signals(facts_of_place) if s["points"] and "-" in s["points"][0].period), None)
    if monthly:
        missing = gaps(monthly["points"])
        if missing:
            told = " and ".join(
                period_in_words(first) if first == last else f"{period_in_words(first)} to {period_in_words(last)}"
                for first, last in missing[-3:]
            )
            said.append(f"Deaths by month: no figures for {told}; these months are missing, not zero.")
    if row["state"] == "not assessed":
        said.append("Whether a mass killing is under way here.")
    said += [not_apart(t) for t in places().beside(row["place_id"])]
    if target == CONFLICT:
        read = read_for(pic, facts_of_place, target)
        if read and read.missing:
            said.append(f"No figure for this place: {', '.join(read.missing)}.")
    absent = covered["predictors_total"] - covered["predictors_present"] if target == ONSET else 0
    if absent:
        verb = "has" if absent == 1 else "have"
        named = ", ".join(without_figure(pic, facts_of_place)[:6])
        more = f" and {absent - 6} more" if absent > 6 else ""
        which = f": {named}{more}" if named else ""
        said.append(
            f"{absent} of the {covered['predictors_total']} columns the forecast reads {verb} no figure "
            f"for this place{which}."
        )
    if covered["carried"]:
        labels = {s["indicator"]: str(s["label"]) for s in facts_of_place["signals"]}
        said.append(f"Carried from an earlier year: {', '.join(labels.get(c, c) for c in covered['carried'])}.")
    if not Answer.objects.filter(place_id=row["place_id"]).exists():
        said.append("What people on the ground see: nobody has answered the framework for this place yet.")
    if pic.info.get("snapshot"):
        note = pic.info.get("snapshot_note")
        said.append(f"What happened after the figures end: this run rests on the bundled snapshot ({note}).")
    said.append("Who would do it, and whether it can be stopped: no forecast says.")
    return said


def age(pic: Picture, warning: Any, deaths: dict[str, Any] | None) -> str:
    """Return how long before the run the month of a warning was, and until when anything is counted here."""
    months = facts.months_past(warning, date.fromisoformat(str(pic.info["as_of"])[:10]))
    if not months:
        return ""
    said = f"{months} month{'' if months == 1 else 's'} before this run"
    last = next((p.period for p in reversed(deaths["points"]) if p.value is not None), "") if deaths else ""
    return f" ({said}; nothing is counted here after {period_in_words(last)})" if last else f" ({said})"


def of(ctx: Context, pic: Picture, item: Item) -> dict[str, Any]:
    """Return what the decision page shows: three things known, one chart, and what is not known."""
    covered = {r["place_id"] for r in pic.rows}
    warnings = [link.warning for link in item.itemwarning_set.select_related("warning").order_by("-joined_at", "-id")]
    if item.place_id not in covered:
        return {
            "known": [w.summary for w in warnings[:3]],
            "unknown": [
                nothing_known(places()[item.place_id])
                if item.place_id in places()
                else "Everything the forecasts would say: no figure covers this."
            ],
            "chart": None,
        }
    place = pic.run.place(item.place_id)
    row = place["board"]
    kinds = [w for w in warnings if w.kind != "forecast"] or warnings
    deaths = next((s for s in signals(place) if "one_sided" in s["id"]), None)
    told = [w.summary.rstrip(".") + age(pic, w, deaths) + "." for w in kinds]
    known = [state_words(row), forecast_words(row, pic.base[ONSET]), *told]
    alarms = [facts.month_of(w) for w in warnings if w.kind == "event" and facts.month_of(w)]
    if deaths and alarms:
        chart, heading = signal_chart(deaths, "one", most=LAST_MONTHS, alarm=max(alarms)), deaths["label"]
    else:
        chart, heading = comparison(pic, place, ONSET, "one"), "The forecast beside its baselines"
    return {"known": known[:3], "unknown": unknowns(pic, place)[:5], "chart": chart, "heading": heading}
