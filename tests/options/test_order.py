"""The order of options: the same bytes for two analysts, weights that do what they say, the smallest swap (M7)."""

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.catalog.library import library
from tocsin.core.errors import Misuse
from tocsin.options import Question, answer
from tocsin.options.order import Measured, Order
from tocsin.options.swap import swap
from tocsin.options.weights import DEFAULT, WORDS, Weights, parse

NAMES = tuple(WORDS)
things = st.frozensets(st.sampled_from(["a", "b", "c"]), max_size=2)
reasons = st.tuples(*(st.integers(-1000 if n in {"evidence", "block"} else 0, 2000) for n in NAMES)).map(
    lambda r: tuple(0 if n == "together" else v for n, v in zip(NAMES, r, strict=True))
)
measured = st.builds(
    Measured,
    id=st.integers(0, 99).map("X{:02d}".format),
    lead=st.integers(0, 5),
    instrument=st.sampled_from(["one", "two", "three"]),
    reasons=reasons,
    goes=st.integers(0, 2000),
    needs=things,
    supplies=things,
    pulls=st.frozensets(st.sampled_from(["X01", "X02", "X03", "two"]), max_size=1),
)
options = st.lists(measured, min_size=2, max_size=25, unique_by=lambda o: o.id)
weights = st.builds(Weights, **{n: st.integers(0, 400) for n in NAMES})


def first(of, by):
    return [p.id for p in Order(of, by).placed()[:5]]


@given(options, weights)
@settings(max_examples=60, deadline=None)
def test_every_option_gets_one_place_whatever_order_they_come_in(of, by):
    placed = Order(of, by).placed()
    assert sorted(p.id for p in placed) == sorted(o.id for o in of)
    assert [p.id for p in Order(list(reversed(of)), by).placed()] == [p.id for p in placed]


@given(options, weights)
@settings(max_examples=60, deadline=None)
def test_the_swap_is_the_smallest_change_of_one_weight(of, by):
    """Just over it the first five change; nothing smaller, of this weight or any other, changes them."""
    found = swap(Order(of, by))
    now = first(of, by)
    if found is None:
        for name in NAMES:
            assert all(first(of, replace(by, **{name: v})) == now for v in (0, 1000))
        return
    assert first(of, replace(by, **{found.weight: found.then})) != now
    step = abs(found.then - found.now)
    for name in NAMES:
        for change in {step - 1, step // 2}:
            for value in (getattr(by, name) + change, getattr(by, name) - change):
                if 0 <= value <= 1000:
                    assert first(of, replace(by, **{name: value})) == now


@given(options)
@settings(max_examples=60, deadline=None)
def test_no_instrument_fills_more_than_two_of_five_while_another_fits(of):
    free = [replace_pulls(o) for o in of]
    five = [next(o.instrument for o in free if o.id == i) for i in first(free, Weights())]
    kinds = {o.instrument: sum(x.instrument == o.instrument for x in free) for o in free}
    if sum(min(2, n) for n in kinds.values()) >= 5:
        assert all(five.count(k) <= 2 for k in kinds)


def replace_pulls(option):
    return option._replace(pulls=frozenset())


def test_two_analysts_get_the_same_bytes():
    question = Question("KEN", ("RF8", "RF1"), "imminent", 90, date(2026, 11, 26), actors=("leaders",))
    other = Question("KEN", ("RF1", "RF8", "RF8"), "imminent", 90, date(2026, 11, 26), actors=("leaders",))
    one, two = (
        json.dumps(answer(q, library()).as_dict(), default=str, ensure_ascii=False).encode() for q in (question, other)
    )
    assert one == two


def test_a_weight_moves_the_list_and_says_so():
    question = Question("KEN", ("RF8", "RF1"), "imminent", 90, date(2026, 11, 26))
    plain = answer(question, library())
    moved = answer(question, library(), weights=parse(["consent=0", "time=3"]))
    assert [m.id for m in plain.options] != [m.id for m in moved.options]
    assert any("Weights were moved: time 3 instead of 1; consent 0 instead of 1." in n for n in moved.notes)
    assert not any("Weights were moved" in n for n in plain.notes)
    assert all(m.points["consent"] == 0 for m in moved.options)


def test_the_sensitivity_line_names_what_passes_what():
    told = answer(Question("KEN", ("RF8", "RF1"), "imminent", 90, date(2026, 11, 26)), library())
    words = told.sensitivity.removesuffix(".").split()
    name, then = words[words.index("five:") + 1], words[words.index("to") + 1]
    after = answer(told.question, library(), weights=parse([f"{name}={then}"]))
    assert [m.id for m in after.options[:5]] != [m.id for m in told.options[:5]]


@pytest.mark.parametrize("pair", ["factors", "magic=2", "time=fast", "time=-1", "time=11", "time=nan", "time=1e400"])
def test_a_weight_that_is_none_is_misuse(pair):
    with pytest.raises(Misuse):
        parse([pair])


def test_a_weight_is_read_with_a_comma_too_and_empty_is_the_default():
    assert parse(["factors=2,5"]).moved == {"factors": "2.5"}
    assert parse(["factors="]).factors == DEFAULT


def test_the_last_package_is_flagged_and_keeps_its_place():
    question = Question("KEN", ("RF8", "RF1"), "imminent", 90, date(2026, 11, 26))
    plain = answer(question, library())
    again = answer(question, library(), last_package=[plain.options[0].id])
    assert [m.id for m in again.options] == [m.id for m in plain.options]
    assert [m.id for m in again.options if m.repeated] == [plain.options[0].id]
    assert "last package" in again.options[0].against[0]
    assert any("1 of the first 10 were in the last package" in n for n in again.notes)
