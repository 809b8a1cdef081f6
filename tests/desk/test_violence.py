"""Violence, month by month, on the page of a place: a fan with its gaps, chances beside baselines (M11, M68)."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from typing import Any
from xml.etree import ElementTree as ET

from django.template.loader import render_to_string

from tocsin.core.months import month_index, month_text
from tocsin.desk.charts.fan import fan
from tocsin.desk.charts.line import Point
from tocsin.desk.pages.violence import BEHIND, scored, section

ORIGIN = "2026-02"
LEVELS = ("0.05", "0.1", "0.25", "0.5", "0.75", "0.9", "0.95")


def place(**about: Any) -> dict[str, Any]:
    """A place as the run tells it: deaths to the origin with a hole, chances and counts from it."""
    months = [month_text(month_index(ORIGIN) - i) for i in range(BEHIND)]
    signals = [
        {"indicator": "one_sided_deaths", "period": m, "value": None if m < "2025-01" else 7.0, "status": status}
        for m in months
        for status in ["gap" if m < "2025-01" else "provisional"]
    ]
    chances = [
        {
            "target": f"one_sided_deaths_ge{floor}",
            "horizon": h,
            "model_id": model,
            "yes": p,
            "low": p / 2,
            "high": p * 1.5,
        }
        for floor in (25, 100, 1000)
        for h in (1, 3, 6, 12)
        for model, p in (("violence_v1", h * 0.4 / floor), ("persistence", 0.01), ("conflictology", 0.02))
    ]
    chances += [
        {**c, "model_id": "climatology_monthly", "yes": 0.05} for c in chances if c["model_id"] == "persistence"
    ]
    quantiles = dict(zip(LEVELS, (0.0, 0.0, 1.0, 5.4, 20.6, 90.0, 1234.0), strict=True))
    counts = {"one_sided_deaths": {"violence_v1": dict.fromkeys(range(1, 37), quantiles)}}
    return {"signals": signals, "violence": {"origin": ORIGIN, "about": about, "chances": chances, "counts": counts}}


def test_a_run_without_monthly_forecasts_has_no_section() -> None:
    assert section({"signals": [], "violence": None}) is None
    assert section({"signals": []}) is None


def test_the_table_has_every_floor_and_horizon_with_baselines_and_base_rate() -> None:
    told = section(place())
    assert told is not None
    rows = told["chances"]["rows"]
    assert [r[:2] for r in rows][:5] == [("1 month", "25"), ("3 months", "25"), ("6 months", "25"), ("12 months", "25"), ("1 month", "100")]  # fmt: skip # noqa: E501
    assert len(rows) == 12 and all(len(r) == len(told["chances"]["head"]) for r in rows)
    assert rows[3] == ("12 months", "25", "19%", "9.6% to 29%", "3.8×", "1%", "2%", "5%")


def test_what_stands_behind_the_numbers_is_said_and_only_where_it_holds() -> None:
    told = section(place(provisional=True, learnt_to="2021-06", missing_of_last_12=1, without=["os_36"]))
    assert told is not None
    said = " ".join(told["notes"])
    for words in (
        "2021-06",
        "provisional",
        "1 of the last 12 months is not counted",
        "missing, not zero",
        "look-ahead",
    ):
        assert words in said
    plain = section(place())
    assert plain is not None
    assert "provisional" not in " ".join(plain["notes"]) and "not counted" not in " ".join(plain["notes"])


def test_the_page_says_where_its_chances_are_behind_persistence() -> None:
    said = scored()
    assert len(said) == 1 and said[0].count(" against ") >= 3
    told = json.loads((files("tocsin") / "data/snapshot/forecasts/violence_record.json").read_text(encoding="utf-8"))
    for one in told["thresholds"]:
        if one["horizon"] == 12:
            ours, theirs = (one["all"]["models"][m]["log_loss"] for m in ("violence_v1", "persistence"))
            piece = f"{one['floor']:,} deaths {ours:.4f} against {theirs:.4f}" + (" (behind)" if ours > theirs else "")
            assert piece in said[0]


def test_the_fan_draws_a_hole_as_a_band_and_never_as_zero() -> None:
    told = section(place())
    assert told is not None
    root = ET.fromstring(str(told["fan"].svg))
    by_class = {e.get("class"): e for e in root.iter() if e.get("class")}
    assert {"gap", "fan50", "fan90", "line ahead"} <= set(by_class)
    drawn = [e for e in root.iter() if e.get("class") == "line"]
    assert sum(e.get("d", "").count("L") + 1 for e in drawn) == 14, "only the months that were counted"
    assert len([e for e in root.iter() if e.get("class") == "hollow"]) == 14
    assert "between 1 and 21" in told["fan"].sentence and "0 and 1,234" in told["fan"].sentence
    assert told["fan"].rows == [("2026-03 to 2029-02", "5", "1 and 21", "0 and 1,234", "90")]
    assert "nan" not in str(told["fan"].svg)


def test_bands_lie_inside_each_other_and_higher_counts_higher_up() -> None:
    ahead = [("2026-03", dict(zip(LEVELS, (0.0, 1.0, 2.0, 5.0, 9.0, 20.0, 500.0), strict=True)))] * 3
    chart = fan([Point("2026-02", 3.0)], ahead, key="k", title="t", sentence="s")
    root = ET.fromstring(str(chart.svg))

    def span(name: str) -> tuple[float, float]:
        d = next(e.get("d", "") for e in root.iter() if e.get("class") == name)
        heights = [float(y) for y in re.findall(r",([\d.]+)", d)]
        return min(heights), max(heights)

    wide, narrow, middle = span("fan90"), span("fan50"), span("line ahead")
    assert wide[0] < narrow[0] < middle[0] <= middle[1] < narrow[1] < wide[1]


def test_the_section_renders_with_its_table_inside_a_box_that_scrolls() -> None:
    html = render_to_string("desk/violence.html", {"violence": section(place(learnt_to="2021-06"))})
    assert "Violence, month by month" in html and "Chances from 2026-02 on" in html
    assert html.count("<tr>") >= 13
    assert re.search(r'class="scroll"[^>]*>\s*<table>', html)
    assert len(html.encode()) < 20_000
