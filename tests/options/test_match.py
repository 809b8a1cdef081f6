"""The matcher: what must hold for every question (M7, M26, M30, M72), and one replay of a real one."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.catalog.library import library
from tocsin.catalog.rows import INSTRUMENTS, PHASES, ToolCounts
from tocsin.core.clock import in_words
from tocsin.core.errors import Misuse
from tocsin.options import NOTHING, Constraints, Question, answer, match
from tocsin.options.rule import implied

WHOLE = library()
FACTORS = tuple(WHOLE.framework.factors)
ASKED = date(2026, 11, 23)

constraints = st.builds(
    Constraints,
    non_coercive=st.booleans(),
    instruments=st.lists(st.sampled_from(INSTRUMENTS), unique=True, max_size=3).map(tuple),
    without=st.lists(st.sampled_from(sorted(WHOLE.options)), unique=True, max_size=3).map(tuple),
)
questions = st.builds(
    Question,
    place_id=st.sampled_from(["SDN", "KEN", "MMR", "FRA", "USA"]),
    factors=st.lists(st.sampled_from(FACTORS), unique=True, max_size=6).map(tuple),
    phase=st.sampled_from(PHASES),
    days_left=st.integers(0, 800),
    asked_on=st.dates(date(1990, 1, 1), date(2040, 1, 1)),
    constraints=constraints,
)


def ask(factors=("RF8",), phase="imminent", days=30, place="KEN", on=ASKED, **more):
    return answer(Question(place, tuple(factors), phase, days, on, **more), WHOLE)


@given(questions)
@settings(max_examples=150, deadline=None)
def test_every_answer_is_complete_and_consistent(question):
    given_twice = answer(question, WHOLE), answer(question, WHOLE)
    assert given_twice[0] == given_twice[1]
    told = given_twice[0]
    ids = [m.id for m in told.options]

    assert ids.count(NOTHING) == 1
    assert ids[-1] == NOTHING
    assert len(ids) == len(set(ids))
    lost, aside = {x.id for x in told.lost}, {x["id"] for x in told.set_aside}
    assert not lost & set(ids)
    assert not aside & (lost | set(ids))

    for m in told.options:
        assert m.reasons
        assert all(m.reasons)
        assert m.authority.actors
        assert 0 <= m.lead_days["min"] <= m.lead_days["max"]
        assert m.lead_days["min"] <= question.days_left
        assert m.lost_by >= question.asked_on
        assert m.lost_by + timedelta(days=m.lead_days["min"]) == question.asked_on + timedelta(question.days_left)
        assert m.evidence["grade"]
        assert m.evidence["text"]
        assert m.harms
        assert m.basis_label
    for x in told.lost:
        assert x.lead_days["min"] > question.days_left
        assert x.lost_on < question.asked_on
        assert x.lost_on.isoformat() in x.reasons[0]
        assert x.days_late == (question.asked_on - x.lost_on).days

    assert [m.rank for m in told.options] == list(range(1, len(told.options) + 1))
    totals = [sum(m.points.values()) for m in told.options[:-1]]
    assert all(a >= b - 1e-9 for a, b in pairwise(totals[10:]))
    assert all(0 <= m.in_time <= 1 for m in told.options)


@given(questions, st.integers(0, 400))
@settings(max_examples=100, deadline=None)
def test_fewer_days_never_bring_a_lost_option_back(question, fewer):
    later = Question(
        question.place_id,
        question.factors,
        question.phase,
        max(0, question.days_left - fewer),
        question.asked_on,
        question.constraints,
    )
    lost_before = {x.id for x in answer(question, WHOLE).lost}
    told = answer(later, WHOLE)
    assert lost_before <= {x.id for x in told.lost}
    assert not lost_before & {m.id for m in told.options}


@given(questions)
@settings(max_examples=100, deadline=None)
def test_nothing_is_listed_that_does_not_fit(question):
    for m in match(question, WHOLE)[:-1]:
        option = WHOLE.options[m.id]
        assert question.phase in option.phase
        given = {*question.factors, *implied(question.factors)}
        assert not question.factors or set(option.risk_factors) & given
        assert m.id not in question.constraints.without
        assert option.coercive == "no" or not question.constraints.non_coercive


@given(questions)
@settings(max_examples=60, deadline=None)
def test_the_expiries_lose_every_option_once(question):
    told = answer(question, WHOLE)
    gone = [o for step in told.expiries for o in step.options]
    assert sorted(gone) == sorted(m.id for m in told.options if m.id != NOTHING)
    assert [s.last_day for s in told.expiries] == sorted({s.last_day for s in told.expiries})
    assert not told.expiries or told.expiries[-1].left_after == 0
    by_id = {m.id: m for m in told.options}
    for step in told.expiries:
        assert all(by_id[o].lost_by == step.last_day for o in step.options)


@pytest.mark.parametrize("phase", ["imminent", "ongoing"])
@pytest.mark.parametrize("days", [10, 20, 30, 45])
def test_the_place_of_mediation_does_not_hang_on_one_number(phase, days):
    """M7: leaders who can be reached and states that speak to them; the factors of the case as later written."""
    told = ask(("RF4", "RF8", "RF9", "RF11"), phase, days, on=date(2008, 1, 2), actors=("leaders", "states"))
    assert [m.rank for m in told.options if m.id == "D21"] == [1]
    assert next(m.rank for m in told.options if m.id == "E03") <= 5


def test_upstream_and_not_coercive_leaves_at_least_25_options():
    """M6 by way of the matcher, with every factor seen and years to go."""
    told = ask(FACTORS, "upstream", 400, constraints=Constraints(non_coercive=True))
    real = told.options[:-1]
    assert len(real) >= 25
    assert {m.coercive for m in real} == {"no"}
    assert {x["why"].split(" ")[0] for x in told.set_aside} == {"coercive"}


def test_doing_nothing_is_costed():
    told = ask(waiting="Risk within two years: 1 in 12 (8%).")
    nothing = told.options[-1]
    assert "1 in 12 (8%)" in nothing.reasons[1]
    first = told.expiries[0]
    assert in_words(first.last_day) in nothing.harms[0]
    assert first.options[0] in nothing.harms[0]
    assert any("lost already" in h for h in nothing.harms)
    assert "no forecast was given" in ask().options[-1].reasons[1]


def test_a_question_without_factors_says_that_nobody_looked():
    told = ask(())
    assert any("matched by phase alone" in n for n in told.notes)
    assert all("no risk factor was given" in m.reasons[0] for m in told.options[:-1])


def test_when_it_is_too_late_for_everything_only_nothing_is_left():
    told = ask(("RF2",), "upstream", 0)
    assert [m.id for m in told.options] == [NOTHING]
    assert told.lost
    assert "doing nothing is left" in told.notes[-1]


def test_a_narrow_list_is_noted_and_not_reordered():
    limits = Constraints(instruments=("security",))
    told = ask(("RF5",), "ongoing", 200, constraints=limits)
    narrow = {line.id: line for line in told.portfolio}
    assert "the catalogue has no other kind here" in narrow["instruments"].said
    coercive_only = ask(("RF12",), "ongoing", 200, constraints=limits)
    assert next(x for x in coercive_only.portfolio if x.id == "unusual").met_by == []


def test_evidence_of_harm_ranks_down_and_says_so():
    told = ask(("RF5",), "ongoing", 400)
    armed = next(m for m in told.options if m.id == "S13")
    assert armed.points["evidence"] < 0
    assert any("more increases than decreases" in r for r in armed.against)
    assert armed.rank > len(told.options) / 2


def test_counts_that_the_user_loaded_stand_beside_the_grade_and_move_nothing():
    question = Question("KEN", ("RF8",), "imminent", 60, ASKED)
    made_up = ToolCounts(
        tool="Mediation",
        ma_decrease=1,
        ma_increase=2,
        ma_mixed=3,
        related_decrease=4,
        related_increase=5,
        related_mixed=6,
        studies=7,
    )
    plain, counted = answer(question, WHOLE), answer(question, WHOLE, {"Mediation": made_up})
    assert [(m.id, m.rank) for m in plain.options] == [(m.id, m.rank) for m in counted.options]
    seen = {m.id: m.evidence["counts"] for m in counted.options if m.evidence["counts"]}
    assert seen == {"D05": made_up.model_dump()}
    assert all(m.evidence["counts"] is None for m in plain.options)


def test_a_veto_stands_in_the_reasons():
    told = ask(("RF2", "RF4", "RF12"), "ongoing", 200)
    referral = next(m for m in told.options if m.id == "L02")
    assert referral.authority.stoppable
    assert referral.authority.routes[0].id == "U13"
    assert referral.points["block"] < 0
    assert any("can be stopped by one member" in r for r in referral.against)


def test_a_regional_door_opens_only_inside_its_region():
    def routes(place, option):
        told = ask(("RF8",), "imminent", 60, place=place)
        return {r.id for m in told.options if m.id == option for r in m.authority.routes}

    assert routes("KEN", "D05") == {"A01", "U26"}
    assert routes("GMB", "D05") == {"A01", "A04", "U26"}
    assert routes("MMR", "D05") == {"U26"}


def test_a_procedure_too_slow_for_the_days_left_is_said():
    told = ask(("RF6",), "ongoing", 3, place="SDN")
    slow = next(m for m in told.options if m.id == "S14")
    assert any("No listed procedure can finish in time" in r for r in slow.against)


@pytest.mark.parametrize(
    ("change", "hint"),
    [
        ({"place": "XXX"}, "SDN"),
        ({"factors": ("RF15",)}, "RF14"),
        ({"phase": "later"}, "upstream, imminent, ongoing, aftermath"),
        ({"days": -1}, "0 to"),
        ({"days": 10**9}, "0 to"),
        ({"constraints": Constraints(instruments=("magic",))}, "diplomatic"),
        ({"constraints": Constraints(without=("Z99",))}, "catalog show"),
        ({"actors": ("martians",)}, "leaders"),
    ],
)
def test_the_unknown_is_misuse_and_the_known_is_listed(change, hint):
    with pytest.raises(Misuse, match=hint) as caught:
        ask(**change)
    assert caught.value.exit_code == 2


@given(questions)
@settings(max_examples=80, deadline=None)
def test_both_ends_of_the_lead_time_are_said(question):
    """Who starts on the last day named for the slow end still arrives; with a killing under way none is named."""
    for m in answer(question, WHOLE).options[:-1]:
        fast, slow = m.lead_days["min"], m.lead_days["max"]
        until = question.asked_on + timedelta(question.days_left)
        if question.phase == "ongoing":
            assert in_words(question.asked_on + timedelta(fast)) in m.timing
            assert in_words(question.asked_on + timedelta(slow)) in m.timing
            assert "last start" not in m.timing
            continue
        assert in_words(until - timedelta(fast)) in m.timing
        if slow > question.days_left:
            assert "already late at the slow end" in m.timing
        else:
            assert in_words(until - timedelta(slow)) in m.timing


def test_factors_nobody_has_seen_are_not_called_seen():
    pointed = ask(factors=("RF1", "RF8"), pointed=("RF1", "RF8")).options[0].reasons[0]
    assert "this kind of warning points to" in pointed
    assert "seen" not in pointed
    mixed = next(m for m in ask(factors=("RF1", "RF8"), pointed=("RF1",)).options if len(m.addressed) == 2).reasons[0]
    assert "RF1" in mixed
    assert mixed.count("(seen)") == mixed.count("(pointed to by the kind of warning)") == 1
    assert "seen" in ask(factors=("RF1", "RF8")).options[0].reasons[0]
