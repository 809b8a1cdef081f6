"""What makes reports one event, and that neither their order nor how they came in decides it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.evidence.events.told import row, worlds

from tocsin.catalog.fusion import rules
from tocsin.evidence.events.compare import compare
from tocsin.evidence.events.fuse import Fused, Judgement, fuse
from tocsin.evidence.events.report import Report, ref_of, report


def made(*rows: dict[str, Any]) -> list[Report]:
    return [report(one) for one in rows]


def sizes(fused: Fused) -> list[int]:
    return sorted(len(event) for event in fused.events)


def test_conflicting_figures_of_one_day_and_town_are_one_event() -> None:
    three = made(
        row("a", deaths_best=12),
        row("b", deaths_best=70, latitude=13.64, where_text="Al Fashir"),
        row("c", deaths_best=31, latitude=None, longitude=None, where_text="الفاشر", actor_a="قوات الدعم السريع"),
    )
    assert sizes(fuse(three)) == [3]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"source_id": "a"}, "two events"),
        ({"place_id": "TCD", "latitude": 13.6, "longitude": 22.0}, "different places"),
        ({"date_start": date(2024, 5, 9)}, "days lie between"),
        ({"latitude": 14.5}, "km lie between"),
        ({"date_precision": "year"}, "year only"),
    ],
)
def test_what_bars_two_reports_is_said(change: dict[str, Any], why: str) -> None:
    other = {**row("b", "2"), **change}
    a, b = made(row("a"), other)
    assert why in compare(a, b, rules()).barred
    assert sizes(fuse([a, b])) == [1, 1]


def test_without_a_place_inside_the_state_a_person_is_asked() -> None:
    a, b = made(row("a"), row("b", latitude=None, longitude=None, where_text=None))
    fused = fuse([a, b])
    assert (sizes(fused), len(fused.unsure)) == ([1, 1], 1)


def test_a_report_between_two_killings_does_not_make_one_of_them() -> None:
    first, second = row("a", deaths_best=400, date_start=date(2024, 5, 1)), row("b", "2", deaths_best=300)
    second |= {"date_start": date(2024, 5, 14)}
    between = row("c", "3", date_start=date(2024, 5, 1), date_end=date(2024, 5, 14), deaths_best=None)
    whole = fuse(made(first, second, between))
    a, b = (one.ref for one in made(first, second))
    assert not any({a, b} <= set(event) for event in whole.events), "400 and 300 dead are never shown as 400"
    assert whole.unsure, "a person is asked"


def test_of_two_good_matches_none_is_taken() -> None:
    a, b, c = made(row("a"), row("b", "1"), row("b", "2"))
    fused = fuse([a, b, c])
    assert (sizes(fused), len(fused.unsure)) == ([1, 1, 1], 2)


def test_a_person_stands_above_the_rule_and_the_last_word_counts() -> None:
    a, b = made(row("a"), row("b"))
    joined = fuse([a, b])
    apart = [Judgement(1, "apart", a.ref, b.ref)]
    assert sizes(fuse([a, b], apart)) == [1, 1]
    last = fuse([a, b], [*apart, Judgement(2, "same", b.ref, a.ref)])
    assert (last.events, last.unsure, last.passed) == (joined.events, joined.unsure, {1: (2,)})


def test_a_person_may_join_what_one_publisher_lists_as_two() -> None:
    a, b = made(row("a", "1"), row("a", "2"))
    assert sizes(fuse([a, b], [Judgement(1, "same", a.ref, b.ref)])) == [2]


def test_judgements_that_cannot_all_hold_are_told() -> None:
    a, b, c = made(row("a"), row("b", latitude=15.0), row("c", latitude=17.0))
    said = [
        Judgement(1, "apart", a.ref, c.ref),
        Judgement(2, "same", a.ref, b.ref),
        Judgement(3, "same", b.ref, c.ref),
    ]
    fused = fuse([a, b, c], said)
    assert (fused.passed, sizes(fused)) == ({1: (2, 3)}, [3])
    later = [Judgement(n + 3, j.word, j.one, j.other) for n, j in enumerate(said[:1], start=1)]
    assert fuse([a, b, c], [*said[1:], *later]).passed == {2: (4,)}


def said(draw: st.DataObject, refs: list[str]) -> list[Judgement]:
    pair = st.lists(st.sampled_from(refs), min_size=2, max_size=2, unique=True)
    told = draw.draw(st.lists(st.tuples(st.sampled_from(["same", "apart"]), pair), max_size=4))
    return [Judgement(n, word, *two) for n, (word, two) in enumerate(told, start=1)]  # type: ignore[arg-type]


QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@QUICK
@given(worlds(), st.data())
def test_the_order_of_input_does_not_matter_and_every_report_is_in_one_event(rows: list[Any], data: Any) -> None:
    every = made(*rows)
    judged = said(data, [r.ref for r in every])
    fused = fuse(every, judged)
    shuffled = data.draw(st.permutations(every))
    assert fuse(shuffled, data.draw(st.permutations(judged))) == fused
    assert fuse([*shuffled, *every], judged) == fused
    assert sorted(ref for event in fused.events for ref in event) == sorted(r.ref for r in every)


@QUICK
@given(worlds(), st.data())
def test_splitting_undoes_joining(rows: list[Any], data: Any) -> None:
    every = made(*rows)
    a, b = data.draw(st.lists(st.sampled_from([r.ref for r in every]), min_size=2, max_size=2, unique=True))
    joined = fuse(every, [Judgement(1, "same", a, b)])
    assert any({a, b} <= set(event) for event in joined.events)
    split = fuse(every, [Judgement(1, "same", a, b), Judgement(2, "apart", a, b)])
    assert not any({a, b} <= set(event) for event in split.events)


def test_a_reference_is_of_source_voice_and_number() -> None:
    assert len({ref_of("a", None, "1"), ref_of("a", "x", "1"), ref_of("a", None, "2"), ref_of("b", None, "1")}) == 4
