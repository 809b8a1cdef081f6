"""Charts: a gap is a gap, an interval is drawn, a name is escaped, nothing overlaps the date line."""

from __future__ import annotations

import math
import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.core.probability import wilson
from tocsin.desk.charts import bars, course, quadrant, reliability, svg, whisker, world
from tocsin.desk.charts.line import Point, line
from tocsin.desk.shapes import at_the_date_line, coarser, shapes

WHEN = {"onset": "in 2025–2026", "conflict": "in 2025"}


def parsed(chart: svg.Chart) -> ET.Element:
    return ET.fromstring(str(chart.svg))


def classes(chart: svg.Chart, name: str) -> list[ET.Element]:
    return [e for e in parsed(chart).iter() if name in (e.get("class") or "").split()]


def test_a_gap_is_a_gap_in_the_line_and_a_shaded_band() -> None:
    values = [1.0, 2.0, None, None, 3.0, 4.0]
    chart = line([Point(f"200{i}", v) for i, v in enumerate(values)], key="k", title="t", unit="u", sentence="s")
    assert len(classes(chart, "line")) == 2
    assert len(classes(chart, "gap")) == 1
    assert ("2002 to 2003", "not known", "") in chart.rows


def test_a_lone_figure_between_gaps_is_a_dot_and_provisional_ones_are_hollow() -> None:
    points = [Point("a", None), Point("b", 5.0, "provisional"), Point("c", None)]
    chart = line(points, key="k", title="t", unit="u", sentence="s")
    assert not classes(chart, "line")
    assert len(classes(chart, "dot")) == 1
    assert len(classes(chart, "hollow")) == 1


@given(st.lists(st.one_of(st.none(), st.floats(-1e9, 1e9)), max_size=60))
def test_any_series_draws_inside_its_frame(values: list[float | None]) -> None:
    chart = line([Point(f"p{i}", v) for i, v in enumerate(values)], key="k", title="t", unit="u", sentence="s")
    text = str(chart.svg)
    assert "nan" not in text
    assert "inf" not in text
    known = sum(v is not None for v in values)
    drawn = sum(e.get("d", "").count("L") + 1 for e in classes(chart, "line")) + len(classes(chart, "dot"))
    assert drawn == known


def test_the_table_behind_a_line_joins_what_is_the_same_and_loses_nothing() -> None:
    points = [Point("2001", 0.0), Point("2002", 0.0), Point("2003", None), Point("2004", 7.0)]
    chart = line(points, key="k", title="t", unit="u", sentence="s", marks={"2004": "onset"})
    assert list(chart.rows) == [
        ("2004 (onset)", "7", ""),
        ("2003", "not known", ""),
        ("2001 to 2002", "0", ""),
    ]


def test_names_are_escaped() -> None:
    chart = whisker.compare(
        [whisker.Estimate("<b>&x", 0.1, 0.05, 0.2)], base=0.01, key="k", title="<t>", sentence="a & b"
    )
    assert "<b>" not in str(chart.svg)
    assert parsed(chart).find("{*}title").text == "<t>"


def test_an_interval_is_drawn_around_its_dot() -> None:
    text = str(whisker.small(0.05, 0.02, 0.1, 0.01))
    low, high = map(float, re.search(r"M(\d+),6H(\d+)", text).groups())
    dot = float(re.search(r'cx="(\d+)"', text)[1])
    assert low < dot < high
    assert whisker.small(None, None, None, 0.01) == ""


def test_drivers_are_ordered_and_sum() -> None:
    chart = bars.diverging([("a", 0.1, ""), ("b", -0.9, ""), ("c", 0.3, "")], key="k", title="t", sentence="s")
    assert [r[0] for r in chart.rows] == ["b", "c", "a", "sum of the groups"]
    assert chart.rows[-1][1] == "-0.50"


def test_the_quadrant_prints_base_rates_and_marks_under_way_by_shape() -> None:
    marks = [
        quadrant.Mark("AAA", "Aland", 0.2, 0.5, True),
        quadrant.Mark("BBB", "Bland", 0.01, 0.5, False),
    ]
    chart = quadrant.quadrant(marks, {"onset": 0.02, "conflict": 0.1}, when=WHEN, key="k")
    text = str(chart.svg)
    assert "1× = base rate 2%" in text
    assert "1× = base rate 10%" in text
    assert [e.tag.split("}")[1] for e in classes(chart, "mark")] == ["circle", "rect"]
    up = {e.tag.split("}")[1]: float(e.get("y") or e.get("cy")) for e in classes(chart, "mark")}
    assert up["rect"] < up["circle"]


@pytest.mark.parametrize(
    ("multiple", "expected"),
    [(0.1, "r0"), (0.3, "r1"), (0.99, "r2"), (1, "r3"), (2, "r4"), (7.9, "r5"), (8, "r6"), (80, "r6")],
)
def test_each_shade_is_twice_the_one_before(multiple: float, expected: str) -> None:
    assert world.risk_class(0.01 * multiple, 0.01) == expected
    assert world.risk_class(None, 0.01) == "na"


def test_the_map_keeps_not_assessed_stale_and_low_apart() -> None:
    areas = [
        world.Area("AAA", "Low", "none known", 0.001, False),
        world.Area("BBB", "Stale", "none known", 0.001, True),
        world.Area("CCC", "Blank", "not assessed", None, False),
        world.Area("DDD", "Way", "under way", 0.3, False),
    ]
    square = "M1 1l5 0 0 5z"
    chart = world.world(
        areas,
        size=(100, 50),
        paths=dict.fromkeys(("AAA", "BBB", "CCC", "DDD"), square),
        dots={},
        other=[],
        base=0.01,
        when="in 2025–2026",
        key="m",
    )
    drawn = {
        e.find("{*}title").text.split(":")[0]: e.get("class")
        for e in parsed(chart).iter()
        if e.find("{*}title") is not None and e.get("class") and "chart" not in e.get("class")
    }
    assert drawn == {"Low": "r0", "Stale": "r0 stale", "Blank": "na", "Way": "way"}
    assert "stale figures" in chart.legend


def test_no_outline_crosses_the_map() -> None:
    drawn = shapes()
    for place, path in drawn.paths.items():
        for part in path.split("z")[:-1]:
            x = int(part[1:].split(" ", 1)[0])
            numbers = [int(n) for n in re.findall(r"-?\d+", part.split("l", 1)[1])]
            xs = [x]
            for dx in numbers[::2]:
                xs.append(xs[-1] + dx)
            assert max(xs) - min(xs) < 0.6 * drawn.width, place
            assert min(xs) >= -5, place
            assert max(xs) <= drawn.width + 5, place


def test_a_ring_over_the_date_line_is_cut_in_two() -> None:
    ring = [(1990, 10), (1999, 12), (2, 13), (9, 20), (1, 25), (1995, 24)]
    assert [sorted(p) for p in at_the_date_line(ring)] == [
        sorted([(1990, 10), (1999, 12), (1995, 24)]),
        sorted([(2, 13), (9, 20), (1, 25)]),
    ]
    assert at_the_date_line([(1, 1), (5, 1), (5, 5)]) == [[(1, 1), (5, 1), (5, 5)]]


def test_a_coarser_outline_keeps_its_place() -> None:
    assert coarser("M10 10l.2 0 5 0 0 5z") == "M20 20l10 0 0 10z"


def test_reliability_counts_what_was_expected() -> None:
    chart = reliability.reliability(
        [reliability.Bin(0.1, 0.2, 50, 10), reliability.Bin(0.01, 0.0, 100, 0)], key="k", title="t"
    )
    assert "6 onsets were expected and 10 happened" in chart.sentence
    assert len(classes(chart, "hollow")) == 1
    low, high = wilson(10, 50, reliability.NINETY)
    assert low < 0.2 < high
    assert math.isclose(wilson(0, 0)[1], 1.0)


def test_a_filter_leaves_places_out_without_calling_them_unassessed() -> None:
    areas = [
        world.Area("AAA", "Shown", "none known", 0.001, False),
        world.Area("BBB", "Hidden", "under way", 0.3, False),
    ]
    chart = world.world(
        areas,
        size=(9, 9),
        paths=dict.fromkeys(("AAA", "BBB"), "M1 1l5 0 0 5z"),
        dots={},
        other=[],
        base=0.01,
        when="in 2025–2026",
        key="m",
        only={"AAA"},
    )
    assert "Filter on: 1 of 2 places shown" in chart.sentence
    assert "under way in 1 place " in chart.sentence
    drawn = [e for e in parsed(chart).iter() if (e.find("{*}title") is not None) and e.get("class") == "land"]
    assert [e.find("{*}title").text for e in drawn] == ["Hidden: left out by the filter"]
    assert not classes(chart, "na")


def test_the_quadrant_names_places_with_an_item_first_and_its_table_has_all() -> None:
    crowd = [quadrant.Mark(f"X{i:02}", f"Place {i}", 0.05 + i / 1000, 0.94, False) for i in range(60)]
    asked = quadrant.Mark("QQQ", "Asked about", 0.02, 0.94, False, item=True)
    chart = quadrant.quadrant([*crowd, asked], {"onset": 0.02, "conflict": 0.16}, when=WHEN, key="k", labels=1)
    assert [e.text for e in classes(chart, "name")] == ["Asked about"]
    assert len(chart.rows) == 61
    assert "in 2025 (UCDP" in str(chart.svg)


def test_near_certain_places_stand_apart_in_the_quadrant() -> None:
    """In multiples of the base rate 0.90 and 0.99 are one tenth apart; in log-odds they are not."""
    marks = [quadrant.Mark(p, p, 0.05, q, False) for p, q in (("AAA", 0.9), ("BBB", 0.99), ("CCC", 0.01))]
    chart = quadrant.quadrant(marks, {"onset": 0.02, "conflict": 0.16}, when=WHEN, key="k")
    at = {e.find("{*}title").text[:3]: float(e.get("cx")) for e in classes(chart, "mark")}
    assert at["BBB"] - at["AAA"] > 0.15 * (at["BBB"] - at["CCC"])


@given(st.integers(-6, 9), st.sampled_from([1, 2, 2.5, 5]))
def test_neighbouring_ticks_never_read_alike(power: int, digit: float) -> None:
    step = digit * 10.0**power
    said = [svg.short(step * i, step) for i in range(4)]
    assert len(set(said)) == 4
    assert svg.short(0.025, 0.025) == "0.025"


def test_an_alarm_is_drawn_through_its_month_and_named() -> None:
    points = [Point(f"2025-{m:02}", float(m)) for m in range(1, 13)]
    chart = line(points, key="k", title="t", unit="u", sentence="s", alarm=("2025-10", "October 2025"))
    assert [e.text for e in classes(chart, "alarm") if e.text] == ["alarm: October 2025"]
    assert len([e for e in classes(chart, "alarm") if e.get("d")]) == 1


def test_a_forecast_near_one_is_drawn_with_its_interval_and_not_at_the_edge() -> None:
    chart = whisker.compare([whisker.Estimate("e", 0.96, 0.9, 0.98)], base=0.18, key="k", title="t", sentence="s")
    low, high = map(float, re.search(r"M([\d.]+),\d+H([\d.]+)", str(chart.svg)).groups())
    dot = float(next(e for e in classes(chart, "dot")).get("cx"))
    assert low < dot < high < 340
    assert ">100%<" in str(chart.svg)


def test_the_course_of_a_place_says_where_it_has_been_and_marks_what_followed() -> None:
    stops = [
        course.Stop(2019, 0.03, 0.05, False),
        course.Stop(2020, 0.05, 0.3, True),
        course.Stop(2021, 0.001, 0.4, None),
    ]
    chart = course.course(stops, {"onset": 0.02, "conflict": 0.1}, key="k", name="A <b>")
    assert "of 3 years, 1 over both base rates, 1 over that of mass killing alone, 1 over that of conflict alone" in (
        chart.sentence
    )
    assert "Squares (2020): an onset followed" in chart.sentence
    assert "<b>" not in chart.svg
    assert chart.svg.count('class="mark way"') == 1
    assert chart.svg.count('class="mark"') == 2
    assert [row[0] for row in chart.rows] == ["2021", "2020", "2019"]
    assert [row[3] for row in chart.rows] == ["not known yet", "an onset within two years", "none within two years"]


@given(
    st.lists(st.tuples(st.floats(1e-4, 0.9), st.floats(1e-3, 0.99)), min_size=1, max_size=35),
    st.floats(0.01, 0.1),
    st.floats(0.05, 0.4),
)
def test_every_stop_of_a_course_lies_inside_its_drawing(risks, onset, conflict) -> None:
    stops = [course.Stop(1990 + i, p, q, None) for i, (p, q) in enumerate(risks)]
    chart = course.course(stops, {"onset": onset, "conflict": conflict}, key="k", name="A")
    for name in ("cx", "cy"):
        assert all(0 <= float(v) <= quadrant.SIZE for v in re.findall(rf'{name}="([0-9.]+)"', chart.svg))
