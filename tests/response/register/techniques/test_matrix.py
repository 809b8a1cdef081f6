"""What a matrix says: scores, order, what tells apart, what would turn it; and what none of it may do."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tocsin.response.register.techniques.matrix import APART, FIT, OPEN, SAME, Row, analyse, opposed, score

H = ("H1", "H2", "H3")
HIGH = [Row(f"E{n}", "high", "high") for n in range(1, 5)]


def marks(*rows: str) -> dict[tuple[str, str], str]:
    return {(f"E{n}", h): m for n, row in enumerate(rows, 1) for h, m in zip(H, row.split(), strict=False)}


def test_scores_count_what_speaks_against_by_the_weight_of_its_row() -> None:
    rows = [Row("E1", "high", "high"), Row("E2", "moderate", "high"), Row("E3", "low", "low")]
    said = analyse(H, rows, marks("CC I II", "N II C", "NA I CC"))
    assert said.ninths == {"H1": 0, "H2": 9 + 12 + 1, "H3": 18}
    assert said.plain()["against"] == {
        "H1": {"score": "0.0", "rows": 0},
        "H2": {"score": "2.4", "rows": 3},
        "H3": {"score": "2.0", "rows": 1},
    }
    assert said.order == (("H1",), ("H3",), ("H2",))


def test_a_row_says_whether_it_tells_hypotheses_apart() -> None:
    said = analyse(H, HIGH, marks("CC I II", "CC C N", "I I I", "CC I"))
    assert said.rows == {"E1": APART, "E2": FIT, "E3": SAME, "E4": OPEN}
    assert said.left_out == ("E4",)
    assert [score(n) for n in said.spread.values()] == ["2.0", "0.0", "0.0", "0.0"]


def test_what_nobody_looked_at_does_not_come_out_best() -> None:
    """H3 was never held against E1: without the rule it would stand before those that were."""
    said = analyse(H, HIGH[:1], {("E1", "H1"): "I", ("E1", "H2"): "C"})
    assert said.ninths == {"H1": 0, "H2": 0, "H3": 0}
    assert said.left_out == ("E1",)


def test_the_one_row_on_which_it_hangs_is_named() -> None:
    said = analyse(H[:2], HIGH[:3], marks("CC II", "I C", "N N"))
    first = {(s.key, s.how) for s in said.sensitive if s.first_changes}
    assert ("E1", "left out") in first
    assert ("E1", "turned round") in first
    assert "E3" not in {s.key for s in said.sensitive}


def test_marks_of_several_people() -> None:
    assert [opposed(m) for m in (["CC", "CC"], ["CC", "C"], ["C", "I"], ["N", "II"])] == [
        "same", "differ", "opposed", "differ",
    ]  # fmt: skip


MARK = st.sampled_from(["CC", "C", "N", "I", "II", "NA"])
DEGREE = st.sampled_from(["high", "moderate", "low"])
TABLE = st.lists(st.tuples(DEGREE, DEGREE, MARK, MARK, MARK), max_size=6)


@given(TABLE, st.randoms())
def test_the_order_of_rows_changes_nothing_and_a_row_alike_for_all_hangs_nothing(table, chance) -> None:
    rows = [Row(f"E{n}", c, r) for n, (c, r, *_) in enumerate(table)]
    given_ = {(f"E{n}", h): m for n, (_, _, *m3) in enumerate(table) for h, m in zip(H, m3, strict=True)}
    said = analyse(H, rows, given_)
    shuffled = rows[:]
    chance.shuffle(shuffled)
    assert analyse(H, shuffled, given_).ninths == said.ninths
    for one in said.sensitive:
        if one.how == "left out":
            assert said.rows[one.key] == APART
    more = {**given_, **{("EX", h): "II" for h in H}}
    assert analyse(H, [*rows, Row("EX", "high", "low")], more).order == said.order
