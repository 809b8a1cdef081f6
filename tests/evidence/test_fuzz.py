"""A short, seeded slice of the bad input that ``benchmarks/fuzz.py`` makes by the thousand."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.evidence.fuzz.bombs import BOMBS
from tests.evidence.fuzz.corpus import NOW, fuzz

from tocsin.evidence.sources import FileRefused, loadable, read

QUICK = [
    "zip that is locked",
    "zip in zip, two hundred deep",
    "zip with names outside",
    "gzip in gzip",
    "workbook with a cell in the last corner",
    "workbook that reads a file",
    "workbook without sheets",
    "JSON a hundred thousand deep",
    "XML of a billion laughs",
    "formulas",
]


def test_no_mutation_of_a_real_file_crashes_a_reader_or_passes_in_silence(shared: Path) -> None:
    found = fuzz(shared / "data", range(2000, 2040))
    assert found.failures == []
    assert found.outcomes["refused"] > 5, "the slice has something to find"
    assert found.outcomes["quarantined"] + found.outcomes["flagged"] + found.outcomes["visibly different"] > 10


@pytest.mark.parametrize("name", QUICK)
def test_a_bomb_is_refused_by_every_reader_with_a_sentence(name: str) -> None:
    data = BOMBS[name]()
    for source_id in loadable():
        with pytest.raises(FileRefused) as refused:
            read(source_id, data, NOW, "bomb.csv")
        assert len(refused.value.issue.message.split()) >= 3


def test_the_mutations_of_a_seed_are_always_the_same(shared: Path) -> None:
    one, two = (fuzz(shared / "data", range(3)) for _ in range(2))
    assert one == two
