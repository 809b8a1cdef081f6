"""Four agendas, each two of them compared, each option tagged, each tension explained (M68)."""

import csv
import shutil
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.catalog import agendas
from tocsin.catalog.library import ROOT, library
from tocsin.core.errors import Misuse

OPTIONS = sorted(library().options)


def test_each_two_agendas_have_an_overlap_and_a_conflict():
    book = agendas.book()
    assert len(book.agendas) == 4
    for a, b in combinations(book.agendas, 2):
        pair = book.between(a, b)
        assert pair and pair.overlap and pair.apart
    assert book.reviewed is None


def test_every_option_that_ships_serves_an_agenda_and_every_harm_has_a_tension():
    tagged = agendas.tags()
    assert set(tagged) == set(library().options)
    assert all(row.serves for row in tagged.values())
    book = agendas.book()
    for row in tagged.values():
        explained = {name for t in row.tensions for name in book.tensions[t].harms}
        assert set(row.may_harm) <= explained
        assert row.basis_label != "" and not row.verified


@given(st.lists(st.sampled_from(OPTIONS), max_size=6))
def test_a_view_of_several_is_what_each_brings(options):
    whole = agendas.view(options)
    each = [agendas.view([o]) for o in options]
    assert {p.id for p in whole.pulls} == {p.id for v in each for p in v.pulls}
    for key in agendas.book().agendas:
        assert set(whole.served[key]) == {o for v in each for o in v.served[key]}
        assert set(whole.harmed[key]) == {o for v in each for o in v.harmed[key]}
    for pull in whole.pulls:
        assert pull.by and pull.helps and pull.harms


def test_what_does_not_exist_is_misuse():
    with pytest.raises(Misuse, match="no option"):
        agendas.view(["Z99"])
    with pytest.raises(Misuse, match="no agenda"):
        agendas.view([], serves=["world_peace"])


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("option", "Z99", "names nothing"),
        ("serves", "world_peace", "is no agenda"),
        ("may_harm", "peacebuilding;atrocity_prevention", "no tension of the row says how"),
        ("tensions", "arms_the_threat", "helps or harms no agenda"),
        ("tensions", "tedium", "is no tension"),
        ("basis", "", "at least 1 character"),
    ],
)
def test_a_fault_in_a_tag_is_found_with_file_and_line(tmp_path, column, value, rule):
    root = tmp_path / "catalog"
    shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    path = root / "agendas/tags.csv"
    with path.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.reader(opened))
    rows[1][rows[0].index(column)] = value
    with path.open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened, lineterminator="\n").writerows(rows)
    assert any(rule in f.rule and (f.file, f.line) == ("agendas/tags.csv", 2) for f in agendas.check(root))


def test_a_pair_that_is_missing_is_found(tmp_path):
    root = tmp_path / "catalog"
    shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    path = root / "agendas/agendas.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("b: peacebuilding", "b: atrocity_prevention", 1), "utf-8")
    assert any(f.column == "pairs" for f in agendas.check(root))
