"""The Kenya 2007-08 warning chain (R6) put to the matcher as it stood in the first days (M7).

The factors are those that two readers coded blind, row by row, for what was public by the day of the question. The
rule of ``options.rule`` was written before this was run, and nothing of what came later is read.
"""

import csv
from datetime import date

import pytest

from tocsin.catalog.library import library
from tocsin.options import Question, answer

pytestmark = pytest.mark.shared


@pytest.mark.parametrize("reader", ["risk_factors_1", "risk_factors_2"])
@pytest.mark.parametrize("day", ["2008-01-02", "2008-01-08", "2008-01-10"])
@pytest.mark.parametrize("phase", ["imminent", "ongoing"])
def test_mediation_stands_among_the_first_ten(shared, reader, day, phase):
    with (shared / "replays" / "items.csv").open(encoding="utf-8", newline="") as file:
        known = [
            r
            for r in csv.DictReader(file)
            if r["timeline"] == "R6" and r["visibility"] == "public" and r["date"] <= day
        ]
    seen = tuple({code for r in known for code in r[reader].split(";") if code})
    assert seen
    told = answer(Question("KEN", seen, phase, 30, date.fromisoformat(day)), library())
    mediation = next(m for m in told.options if m.id == "D05")
    assert mediation.rank <= 5
    assert [m.id for m in told.options].index("D05") < 10
    assert mediation.preconditions
    assert "risk factors seen: RF1" in mediation.reasons[0]


@pytest.mark.parametrize(("phase", "rank"), [("imminent", 5), ("ongoing", 3)])
def test_the_ranks_that_the_docs_tell(shared, phase, rank):
    """docs/explain/options.md, One replay."""
    told = answer(Question("KEN", ("RF1", "RF8", "RF11"), phase, 30, date(2008, 1, 2)), library())
    assert next(m.rank for m in told.options if m.id == "D05") == rank
    later = answer(Question("KEN", ("RF4", "RF8", "RF9", "RF11"), phase, 30, date(2008, 1, 2)), library())
    assert next(m.rank for m in later.options if m.id == "D05") == {"imminent": 2, "ongoing": 1}[phase]
    assert "E03" not in {m.id for m in told.options}
    if phase == "imminent":
        assert next(m.rank for m in later.options if m.id == "E03") == 34
        assert len(later.options) == 41
