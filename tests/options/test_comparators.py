"""The nearest past cases by what was known when they began (M51)."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.catalog.library import library
from tocsin.catalog.structure import VALUES, check, structures
from tocsin.core.errors import Misuse
from tocsin.options.comparators import comparators, like

WHOLE = library()
asked = st.builds(
    lambda place, factors, year, known: like(place, factors, year, WHOLE, **known),
    st.sampled_from(["KEN", "SDN", "MMR", "GTM", "FRA"]),
    st.lists(st.sampled_from(sorted(WHOLE.framework.factors)), unique=True, max_size=6),
    st.integers(1960, 2030),
    st.fixed_dictionaries({}, optional={part: st.sampled_from(values) for part, values in VALUES.items()}),
)


def test_every_case_has_its_structure():
    assert check() == []
    assert set(structures()) == set(WHOLE.cases)


@given(asked)
@settings(max_examples=60, deadline=None)
def test_hindsight_changes_nothing(question):
    """Deaths, outcome, measures, end and whether it came: shuffled among the cases, the same ones are as near."""
    told = comparators(question, WHOLE, structures(), most=64)
    turned = list(WHOLE.cases.values())[::-1]
    after = ("deaths_low", "deaths_high", "deaths_note", "end_year", "kind", "measures_with_dates",
             "outcome_in_literature", "attributed_to", "event_type", "warning_signs", "ewp_event_code")  # fmt: skip
    swapped = {
        case.id: case.model_copy(update={name: getattr(other, name) for name in after})
        for case, other in zip(WHOLE.cases.values(), turned, strict=True)
    }
    again = comparators(question, replace(WHOLE, cases=swapped), structures(), most=64)
    assert [(c.id, c.likeness, c.parts) for c in told] == [(c.id, c.likeness, c.parts) for c in again]


@given(asked)
@settings(max_examples=60, deadline=None)
def test_nothing_of_later_and_never_the_case_itself(question):
    for case in comparators(question, WHOLE, structures()):
        began = WHOLE.cases[case.id].start_year
        assert began <= question.year
        itself = structures()[case.id].place_id == question.place_id and began >= question.year - 1
        assert not itself
        assert 0 <= case.likeness <= 1000
        assert case.differences


def test_an_election_in_kenya_is_compared_with_elections_and_a_near_miss_is_among_them():
    question = like("KEN", ["RF1", "RF8", "RF11"], 2026, WHOLE, setting="election", armed_conflict="no",
                    regime="contested", perpetrator="both")  # fmt: skip
    near = comparators(question, WHOLE, structures())
    assert near[0].id == "N01"
    assert {c.kind for c in near} == {"episode", "near_miss"}
    assert any("what it comes out of: election" in s for s in near[0].similarities)


def test_the_other_kind_is_added_when_all_five_are_of_one():
    late = comparators(like("GTM", ["RF9", "RF10", "RF12"], 2026, WHOLE, setting="insurgency"), WHOLE, structures())
    assert {c.kind for c in late} == {"episode", "near_miss"}


@pytest.mark.parametrize(
    ("change", "hint"),
    [
        ({"place_id": "XXX"}, "three letters"),
        ({"factors": ["RF99"]}, "RF14"),
        ({"setting": "party"}, "election"),
    ],
)
def test_the_unknown_is_misuse(change, hint):
    given = {"place_id": "KEN", "factors": ["RF1"], "year": 2026, "library": WHOLE} | change
    with pytest.raises(Misuse, match=hint):
        like(**given)
