"""M80: enter a programme, and see what it changes in the payoffs of each actor, with its assumptions stated."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cli.test_docket import Tell, tell
from desk.conftest import desk, reader, seeded_home
from developed import MODEL, PROGRAMME
from tocsin.core.errors import Misuse
from tocsin.options import incentives
from tocsin.options.incentives.arithmetic import Term, bounds, value
from tocsin.options.incentives.trial import Trial

__all__ = ["desk", "reader", "seeded_home", "tell"]


def read() -> tuple[incentives.Model, incentives.Programme]:
    model = incentives.read(incentives.Model, MODEL, "model")
    return model, incentives.read(incentives.Programme, PROGRAMME, "programme")


def advantage(found: Trial, actor: str, over: str) -> incentives.Advantage:
    (one,) = [a for a in found.advantages if (a.actor, a.over) == (actor, over)]
    return one


@pytest.mark.django_db(transaction=True)
def test_m80_a_programme_shows_the_change_by_actor_with_its_assumptions(tell: Tell, tmp_path: Path) -> None:
    model, programme = tmp_path / "model.json", tmp_path / "programme.json"
    model.write_text(json.dumps(MODEL))
    programme.write_text(json.dumps(PROGRAMME))
    assert "no incentive model" in tell("portfolio", "incentives", "SDN", exits=1)["what"]
    first = ("portfolio", "model", "SDN", str(model), "--by", "analyst", "--why", "the first of this place")
    assert tell(*first)["version"] == 1
    assert "says exactly this" in tell(*first, exits=1)["what"]
    said = tell("portfolio", "programme", "SDN", str(programme), "--by", "analyst")
    militia, elite = said["actors"]
    over = {a["over"]: a for a in militia["advantages"]}
    assert over["Restraint"]["before"] == {"low": "15000000", "high": "82000000"}
    assert over["Restraint"]["pays"] == "pays"
    assert over["Restraint"]["change"]["sign"] == "falls"
    assert (over["Restraint"]["change"]["low"], over["Restraint"]["change"]["high"]) == ("-51000000", "-9000000")
    heaviest = over["Restraint"]["weights"][0]
    assert heaviest["assumption"] in {"watch", "line:gold"}
    assert elite["payoffs"][0]["change"] == {
        "low": "-12000000", "high": "-4000000", "sign": "falls", "said": "falls, whatever the ranges hold",
    }  # fmt: skip
    assert [s["actor"] for s in said["steps"]] == ["Ruling elite"]
    assert [(s["actor"], s["change"]["sign"]) for s in said["strained"]] == [("Ruling elite", "falls")]
    assert {a["harmed"] for a in said["programme"]["assumptions"]} >= {"diggers who lose a buyer"}
    assert "(-12,000,000 to -4,000,000;" in tell(
        "portfolio", "programme", "SDN", str(programme), "--by", "analyst", text=True
    )
    assert all(a["wrong_if"] and a["source"] for a in said["programme"]["assumptions"])
    double = json.loads(json.dumps(PROGRAMME).replace('"watch"', '"gold"'))
    with pytest.raises(Misuse, match="gold names a line and an assumption"):
        incentives.read(incentives.Programme, double, "programme").against(
            incentives.read(incentives.Model, MODEL, "model")
        )
    again = tell("portfolio", "programme", "SDN", str(programme), "--by", "analyst")
    assert {k: v for k, v in again.items() if k != "trial"} == {k: v for k, v in said.items() if k != "trial"}


@pytest.mark.django_db(transaction=True)
def test_m80_the_pages_keep_a_model_and_try_a_programme(reader) -> None:
    page = "/places/SDN/incentives"
    assert "No model is kept for Sudan" in reader.get(page).content.decode()
    line = {"course": "violence", "flow": "gold", "unit": "usd_year", "says": "gold of two sites", "source": "a report"}
    form = {
        "part": "model", "post": "analyst", "as_of": "2026-11-01", "why": "the first model of it",
        "actors-0-name": "جماعة مسلحة", "actors-0-kind": "armed_group",
        **{f"lines-0-{k}": v for k, v in {**line, "actor": "جماعة مسلحة", "low": "9", "high": "3"}.items()},
    }  # fmt: skip
    refused = reader.post(page, form)
    assert refused.status_code == 422
    assert "low must not be above high" in refused.content.decode()
    assert "gold of two sites" in refused.content.decode()
    assert reader.post(page, {**form, "lines-0-low": "3", "lines-0-high": "9"}).status_code == 302
    shown = reader.get(page).content.decode()
    assert "جماعة مسلحة" in shown
    assert "nobody has stated what one of the two courses brings" in shown
    effect = {
        "do": "scale", "line": "l1", "low": "0.5", "high": "1.2", "says": "watch at the sites", "source": "our guess",
        "harmed": "diggers of the sites", "wrong_if": "exports do not fall",
    }  # fmt: skip
    programme = {
        "part": "programme", "post": "analyst", "name": "<b>Watch</b>", "says": "watch at two sites",
        **{f"effects-0-{k}": v for k, v in effect.items()},
    }  # fmt: skip
    refused = reader.post(page, {**programme, "effects-0-wrong_if": ""})
    assert refused.status_code == 422
    assert "watch at the sites" in refused.content.decode()
    answer = reader.post(page, programme)
    assert answer.status_code == 302, answer.content.decode()
    shown = reader.get(answer["Location"]).content.decode()
    assert "&lt;b&gt;Watch&lt;/b&gt;" in shown
    assert "not determined" in shown
    assert "exports do not fall" in shown
    assert "either end alone would settle the sign" in shown
    exported = reader.get(f"{answer['Location']}.json")
    assert exported.content == reader.get(f"{answer['Location']}.json").content
    assert json.loads(exported.content)["actors"][0]["advantages"][0]["change"]["sign"] == "not determined"


def test_m80_what_nobody_stated_is_not_known_and_units_are_never_mixed() -> None:
    model, programme = read()
    found = incentives.test(model, programme)
    assert not [a for a in found.advantages if a.actor == "elite" and a.unit == "usd_year" and a.over == "restraint"]
    assert {p.unit for p in found.payoffs} == {"usd_year"}
    alone = {**MODEL, "lines": MODEL["lines"][:1], "bargains": []}
    one = incentives.standing(incentives.read(incentives.Model, alone, "model")).advantages[0]
    assert not one.stated
    for change, rule in (
        ({"line": "none", "do": "scale", "by": "watch"}, "no line"),
        ({"line": "fear", "do": "scale", "by": "watch"}, "judged in steps"),
    ):
        wrong = {**PROGRAMME, "effects": [change, *PROGRAMME["effects"][2:]]}
        with pytest.raises(Misuse, match=rule):
            incentives.test(model, incentives.read(incentives.Programme, wrong, "programme"))


NUMBER = st.integers(-40, 40).map(Fraction)
RANGE = st.tuples(NUMBER, NUMBER).map(lambda ends: (min(ends), max(ends)))
FACTOR = st.tuples(st.integers(0, 20), st.integers(0, 20)).map(lambda e: (Fraction(min(e), 10), Fraction(max(e), 10)))


@st.composite
def payoffs(draw: Any) -> tuple[list[Term], dict[str, Any], dict[str, Fraction]]:
    """Return terms, the ranges of their assumptions, and one point inside all ranges."""
    ranges = {f"f{n}": draw(FACTOR) for n in range(2)} | {f"d{n}": draw(RANGE) for n in range(2)}
    some = st.lists(st.sampled_from(["f0", "f1"]), unique=True, max_size=2).map(tuple)
    more = st.lists(st.sampled_from(["d0", "d1"]), unique=True, max_size=2).map(tuple)
    change = draw(st.booleans())
    terms = [
        Term(f"l{n}", draw(st.sampled_from([1, -1])), draw(RANGE), draw(some), draw(more), change)
        for n in range(draw(st.integers(1, 4)))
    ]
    inside = {**ranges, **{t.line: t.ends for t in terms}}
    at = {k: low + (high - low) * Fraction(draw(st.integers(0, 8)), 8) for k, (low, high) in inside.items()}
    return terms, ranges, at


@settings(max_examples=120)
@given(payoffs())
def test_m80_no_point_of_the_ranges_lies_outside_and_both_bounds_are_reached(case) -> None:
    terms, ranges, at = case
    found = bounds(terms, ranges)
    assert found.low <= value(terms, at) <= found.high
    for bound, corner in ((found.low, found.at_low), (found.high, found.at_high)):
        fixed = {name: ranges[name][end == "high"] for name, end in corner}
        there = bounds(terms, ranges, fixed)
        assert bound in {there.low, there.high}
    if found.sign == "falls":
        assert value(terms, at) <= 0
    if found.sign == "rises":
        assert value(terms, at) >= 0
    if found.sign == "not determined":
        assert found.low < 0 < found.high


@settings(max_examples=60)
@given(payoffs(), st.integers(1, 9))
def test_m80_a_wider_range_never_narrows_the_answer_and_pinning_never_widens_it(case, more: int) -> None:
    terms, ranges, at = case
    found = bounds(terms, ranges)
    wider = bounds(terms, {k: (low, high + more) for k, (low, high) in ranges.items()})
    assert wider.low <= found.low
    assert wider.high >= found.high
    pinned = bounds(terms, ranges, {"f0": at["f0"], "d1": at["d1"]})
    assert found.low <= pinned.low <= pinned.high <= found.high


def test_m80_what_decides_the_sign_is_named_with_where_it_turns() -> None:
    model, _ = read()
    unsure = {
        **PROGRAMME,
        "assumptions": [{**PROGRAMME["assumptions"][0], "low": "0.5", "high": "1.1"}],
        "effects": PROGRAMME["effects"][:2],
    }
    found = advantage(
        incentives.test(model, incentives.read(incentives.Programme, unsure, "programme")), "militia", "restraint"
    )
    assert found.change.sign == "not determined"
    watch = next(w for w in found.weights if w.name == "watch")
    assert watch.turns_at == 1
    assert watch.settles == ("low", "high")
    assert watch.swing == Fraction(Decimal("0.6")) * (65_000_000 + 8_500_000)
