"""Report tripwires: what readers graded, by independent sources; never words, never one code."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tocsin.catalog.library import library
from tocsin.catalog.tripwires import all_tripwires
from tocsin.catalog.tripwires.schema import Clause, ReportParams, Tripwire
from tocsin.tripwires import evaluate
from tocsin.tripwires.report import GradedReport, holds

SHIPPED = [t for t in all_tripwires().values() if t.kind == "report"]
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
FACTORS = list(library().framework.factors)

reports = st.builds(
    GradedReport,
    report_id=st.integers(1, 30).map(str),
    place_id=st.sampled_from(["SDN", "MMR"]),
    at=st.integers(0, 200).map(lambda d: NOW - timedelta(days=d)),
    source_key=st.sampled_from(["a", "b", "c", "d", ""]),
    grade=st.sampled_from([None, "A1", "B2", "C3", "D3", "C4", "E5", "F3", "B6", "F6"]),
    factors=st.frozensets(st.sampled_from([*FACTORS, "RF99"]), max_size=4),
    severity=st.sampled_from([None, 0, 1, 2, 3]),
    kind=st.sampled_from(["report", "warning", "event"]),
    verified=st.booleans(),
)
many = st.lists(reports, max_size=12)
tripwires = st.sampled_from(SHIPPED)


def rule(*clauses: Clause, level: str = "alert", quiet: int = 30) -> Tripwire:
    like = next(t for t in SHIPPED if t.level == level)
    params = ReportParams(kind="report", clauses=clauses, quiet_days=quiet)
    return like.model_copy(update={"params": params})


def one(number: int = 1, days: int = 0, **change: object) -> GradedReport:
    told = GradedReport(str(number), "SDN", NOW - timedelta(days=days), "a", "B2", frozenset({"RF7"}), 2, "report")
    return replace(told, **change)  # type: ignore[arg-type]


def test_two_sources_fire_and_one_source_twice_does_not() -> None:
    two = rule(Clause(within_days=30, sources=2, severity=2))
    assert evaluate(two, [one(1), one(2)], NOW) == []
    [firing] = evaluate(two, [one(1), one(2, days=3, source_key="b")], NOW)
    assert (firing.kind, firing.level, firing.place_id, firing.period) == ("report", "alert", "SDN", "2026-11-23")
    assert (firing.value, firing.threshold) == (2.0, 2.0)
    assert [(b.source_id, b.row) for b in firing.because] == [("reports", "2"), ("reports", "1")]


def test_reports_without_a_key_are_one_unknown_source() -> None:
    two = rule(Clause(within_days=30, sources=2))
    assert evaluate(two, [one(1, source_key=""), one(2, source_key="")], NOW) == []


@pytest.mark.parametrize(
    ("grade", "passes"),
    [("A1", True), ("C3", True), ("D3", False), ("C4", False), ("F6", True), (None, True), ("F4", False)],
)
def test_worse_than_asked_does_not_count_and_not_judged_is_not_worse(grade: str | None, passes: bool) -> None:
    clause = rule(Clause(within_days=30, sources=1), level="watch")
    assert bool(evaluate(clause, [one(grade=grade)], NOW)) is passes
    strict = rule(Clause(within_days=30, sources=1, unjudged=False), level="watch")
    assert bool(evaluate(strict, [one(grade=grade)], NOW)) is (passes and grade in ("A1", "C3"))


def test_a_reading_that_grades_no_severity_is_missing_and_not_zero_and_not_severe() -> None:
    assert evaluate(rule(Clause(within_days=9, sources=1, severity=1), level="watch"), [one(severity=None)], NOW) == []


def test_every_clause_must_hold_and_kinds_factors_and_groups_are_counted() -> None:
    clauses = (Clause(within_days=30, sources=2), Clause(within_days=5, sources=1, severity=3, kinds=("warning",)))
    assert evaluate(rule(*clauses), [one(1), one(2, source_key="b")], NOW) == []
    assert evaluate(rule(*clauses), [one(1), one(2, source_key="b", severity=3, kind="warning")], NOW)
    grouped = rule(Clause(within_days=30, sources=2, factors=2, specific=1, groups=2))
    assert evaluate(grouped, [one(1), one(2, source_key="b", factors=frozenset({"RF8"}))], NOW) == []
    assert evaluate(grouped, [one(1), one(2, source_key="b", factors=frozenset({"RF10"}))], NOW)


def test_what_goes_on_rings_again_after_the_quiet_time_and_not_before() -> None:
    tripwire = rule(Clause(within_days=30, sources=2), quiet=20)
    chain = [one(1, days=40), one(2, days=39, source_key="b"), one(3, days=25), one(4, days=5, source_key="c")]
    periods = [evaluate(tripwire, chain, NOW - timedelta(days=d))[0].period for d in (39, 25, 18, 5, 0)]
    assert periods == ["2026-10-15", "2026-10-15", "2026-10-15", "2026-11-18", "2026-11-18"]


def test_one_reader_alone_is_said() -> None:
    two = rule(Clause(within_days=30, sources=2))
    [firing] = evaluate(two, [one(1, verified=False), one(2, source_key="b")], NOW)
    assert "Unverified, one reader: 1 report" in firing.summary
    assert [b.text.endswith("(unverified: one reader)") for b in firing.because] == [True, False]


def test_nothing_above_watch_rests_on_one_source() -> None:
    like = next(t for t in SHIPPED if t.level == "alert").model_dump()
    for clause in like["params"]["clauses"]:
        clause["sources"] = 1
    with pytest.raises(ValidationError, match="two independent sources"):
        Tripwire.model_validate(like)


@given(tripwires, many, many)
def test_a_further_report_never_unfires(tripwire: Tripwire, some: list[GradedReport], more: list[GradedReport]) -> None:
    before = {f.place_id for f in evaluate(tripwire, some, NOW)}
    further = [replace(r, report_id=f"further {r.report_id}") for r in more]
    assert before <= {f.place_id for f in evaluate(tripwire, some + further, NOW)}


PAIR = next(t for t in SHIPPED if t.id == "report_emergency_pair")


@pytest.mark.parametrize(("severity", "grade"), [(None, "F6"), (0, "E5"), (1, "F5"), (0, "F6")])
def test_a_reader_who_plays_a_report_down_does_not_bring_it_down(severity: int | None, grade: str) -> None:
    """One reader cannot suppress what the other found: silence, no grade and a grade far below change nothing."""
    grave = [one(n, source_key=key, severity=3, verified=False) for n, key in enumerate("ab", 1)]
    assert evaluate(PAIR, grave, NOW)
    both = [replace(r, verified=True) for r in grave]
    both += [replace(r, severity=severity, grade=grade) for r in both]
    assert evaluate(PAIR, both, NOW)


def test_readers_one_step_apart_are_heard_at_the_lower() -> None:
    read = [one(n, source_key=key, severity=s) for n, key in enumerate("ab", 1) for s in (3, 2)]
    assert evaluate(PAIR, read, NOW) == []


DISPUTED = next(t for t in SHIPPED if t.id == "report_disputed")


def test_readers_one_step_apart_are_a_question_to_a_third_reader() -> None:
    """The milder reading opens no emergency; that the graver one would have is not lost."""
    read = [one(n, source_key=key, severity=s) for n, key in enumerate("ab", 1) for s in (3, 2)]
    [firing] = evaluate(DISPUTED, read, NOW)
    assert firing.level == "watch"
    assert "mission_head" in DISPUTED.told
    assert "By the graver of two readings" in firing.summary
    # Both agree: the emergency rings, and there is nothing to dispute.
    assert evaluate(DISPUTED, [replace(r, severity=3) for r in read], NOW) == []
    # Neither reading holds by itself: nothing to ask.
    assert evaluate(DISPUTED, [replace(r, severity=2) for r in read], NOW) == []


def test_what_is_disputed_are_all_the_others_above_watch() -> None:
    assert isinstance(DISPUTED.params, ReportParams)
    others = {t.params.clauses for t in SHIPPED if t.level != "watch"}  # type: ignore[union-attr]
    assert set(DISPUTED.params.sets) == others


@given(many, st.lists(st.sampled_from([None, 0, 1, 2, 3]), max_size=12))
def test_a_second_reader_who_grades_lower_silences_nothing(some: list[GradedReport], second: list[int | None]) -> None:
    """What one reading would have opened above watch still opens it, or asks a third reader."""
    first = list({r.report_id: r for r in some}.values())
    seconds = [replace(r, severity=s) for r, s in zip(first, second, strict=False)]
    above = [t for t in SHIPPED if t.level != "watch"]
    for tripwire in above:
        before = {f.place_id for f in evaluate(tripwire, first, NOW)}
        after = {f.place_id for t in (tripwire, DISPUTED) for f in evaluate(t, first + seconds, NOW)}
        assert before <= after


@given(tripwires, many, st.randoms(use_true_random=False))
def test_order_does_not_matter(tripwire: Tripwire, some: list[GradedReport], chance) -> None:
    shuffled = list(some)
    chance.shuffle(shuffled)
    assert evaluate(tripwire, some, NOW) == evaluate(tripwire, shuffled, NOW)


@given(tripwires, many, st.permutations(["a", "b", "c", "d", ""]))
def test_names_of_sources_do_not_matter(tripwire: Tripwire, some: list[GradedReport], names: list[str]) -> None:
    other = dict(zip(["a", "b", "c", "d", ""], names, strict=True))
    renamed = [replace(r, source_key=other[r.source_key]) for r in some]
    one_way, other_way = evaluate(tripwire, some, NOW), evaluate(tripwire, renamed, NOW)
    assert [(f.warning_id, f.value) for f in one_way] == [(f.warning_id, f.value) for f in other_way]


@given(tripwires, many)
def test_one_source_alone_fires_nothing_above_watch(tripwire: Tripwire, some: list[GradedReport]) -> None:
    alone = [replace(r, source_key="a") for r in some]
    assert tripwire.level == "watch" or evaluate(tripwire, alone, NOW) == []


@given(tripwires, many, st.sampled_from(FACTORS))
def test_no_single_factor_decides(tripwire: Tripwire, some: list[GradedReport], code: str) -> None:
    """Exchanging a code for another of its own group, not in use, changes nothing."""
    used = {c for r in some for c in r.factors}
    known = library().framework.factors
    spare = next((c for c in FACTORS if c not in used and known[c].class_ == known[code].class_), None)
    if spare:
        swapped = [replace(r, factors=frozenset(spare if c == code else c for c in r.factors)) for r in some]
        assert [f.warning_id for f in evaluate(tripwire, some, NOW)] == [
            f.warning_id for f in evaluate(tripwire, swapped, NOW)
        ]


@given(tripwires, many)
def test_what_is_later_than_now_is_not_known(tripwire: Tripwire, some: list[GradedReport]) -> None:
    past = NOW - timedelta(days=100)
    known = [r for r in some if r.at <= past]
    assert evaluate(tripwire, some, past) == evaluate(tripwire, known, past)
    assert all(r.at <= past for f in SHIPPED for r in holds(f, known, past))
