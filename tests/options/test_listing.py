"""The catalogue searched and counted: what is asked for is what comes, and every cell adds up."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.catalog.library import library
from tocsin.catalog.rows import INSTRUMENTS, PHASES
from tocsin.core.errors import Misuse
from tocsin.options.coverage import COLUMNS, matrix
from tocsin.options.listing import COERCIVE, Wanted, chosen

FACTORS = list(library().framework.factors)


@given(
    st.sampled_from(["", *PHASES]),
    st.sampled_from(["", *INSTRUMENTS]),
    st.sampled_from(["", *COERCIVE]),
    st.sampled_from(["", *FACTORS]),
    st.one_of(st.none(), st.integers(0, 5000)),
)
def test_every_option_that_comes_is_all_of_what_was_asked(phase, instrument, coercive, factor, lead):
    wanted = Wanted(phase=phase, instrument=instrument, coercive=coercive, factor=factor, lead_under=lead)
    found = chosen(library(), wanted)
    for option in library().options.values():
        fits = (
            (not phase or phase in option.phase)
            and (not instrument or option.instrument == instrument)
            and (not coercive or option.coercive == coercive)
            and (not factor or factor in option.risk_factors)
            and (lead is None or option.lead_days_min <= lead)
        )
        assert fits == (option in found)


@given(st.text(max_size=40))
def test_any_words_can_be_searched_for(words):
    assert set(chosen(library(), Wanted(words=words))) <= set(library().options.values())


def test_words_are_found_without_case_and_accents_and_all_of_them():
    assert [o.id for o in chosen(library(), Wanted(words="MEDIATION insider"))] == ["D06"]
    assert "D03" in [o.id for o in chosen(library(), Wanted(words="côte phone"))]
    assert chosen(library(), Wanted(words="nothing is like this")) == []
    assert {o.id for o in chosen(library(), Wanted(actor="sant'egidio"))} == {"D05"}


@pytest.mark.parametrize(
    "wrong",
    [{"phase": "later"}, {"instrument": "magic"}, {"coercive": "maybe"}, {"factor": "RF15"}, {"lead_under": -1}],
)
def test_what_cannot_be_asked_is_said_with_what_can(wrong):
    with pytest.raises(Misuse) as told:
        chosen(library(), Wanted(**wrong))
    assert told.value.todo


def test_every_cell_of_the_matrix_counts_what_the_search_finds():
    found = matrix(library())
    assert len(found.cells) == 14 * 4 * 9
    assert 0 < len(found.empty) < len(found.cells)
    for cell in found.cells:
        wanted = Wanted(factor=cell.factor, phase=cell.phase, instrument=cell.instrument)
        assert list(cell.options) == [o.id for o in chosen(library(), wanted)]
        assert cell.not_coercive == sum(library().options[o].coercive == "no" for o in cell.options)


def test_a_part_of_the_matrix_is_the_same_cells_and_the_table_says_all_of_them():
    whole = matrix(library())
    part = matrix(library(), factor="RF8", phase="imminent")
    assert list(part.cells) == whole.of("RF8", "imminent")
    rows = list(csv.DictReader(io.StringIO(whole.as_csv())))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == len(whole.cells)
    assert sum(row["options"] == "0" for row in rows) == len(whole.empty) == whole.as_dict()["empty"]
