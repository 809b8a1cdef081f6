"""How procedures hang together: every fault is found with file and line, a circle too."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from tocsin.catalog.library import ROOT, library
from tocsin.catalog.links import AROUND, KINDS, LINKS, check, links
from tocsin.core.errors import Damaged


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "procedures", tmp_path / "procedures")
    return tmp_path


def write(root: Path, name: str, row_id: str, column: str, value: str) -> int:
    """Write one cell and return its line."""
    path = root / name
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    at = next(n for n, row in enumerate(rows) if row[0] == row_id)
    rows[at][rows[0].index(column)] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    return at + 1


def test_every_procedure_is_linked_and_every_row_marked() -> None:
    assert check() == []
    known = links()
    assert set(known.links) == set(known.given) == set(library().procedures)
    assert all(row.basis_label for row in [*known.links.values(), *known.kinds.values(), *known.around])
    assert not any(row.verified for row in [*known.links.values(), *known.around])


@pytest.mark.parametrize(
    ("name", "row", "column", "value", "rule"),
    [
        (LINKS, "U10", "id", "U99", "names nothing in procedures/procedures.csv"),
        (LINKS, "U10", "initiators", "wizard", "names nothing in procedures/actors.csv"),
        (LINKS, "U10", "needs", "a-miracle", "names nothing in procedures/kinds.csv"),
        (LINKS, "U18", "voters", "", "a vote names the kind"),
        (LINKS, "U18", "start_count", "48", "must not be greater than start_of"),
        (LINKS, "U10", "stops", "", "says of U10: yes"),
        (LINKS, "U10", "stops", "magic", "must be one of"),
        (KINDS, "press-statement", "procedure", "", "an output names the procedure"),
        (KINDS, "press-statement", "within", "host-consent", "names nothing in the families"),
        (KINDS, "peace-operation", "days_min", "999", "must not be greater than days_max"),
        (AROUND, "R01", "to", "U99", "names nothing in procedures/procedures.csv"),
    ],
)
def test_a_spoilt_cell_is_found_where_it_stands(
    copy: Path, name: str, row: str, column: str, value: str, rule: str
) -> None:
    line = write(copy, name, row, column, value)
    found = [f for f in check(copy) if rule in f.rule]
    assert found, [f.sentence() for f in check(copy)]
    assert (found[0].file, found[0].line) == (name, line)
    with pytest.raises(Damaged, match=rf"{name}, line"):
        links(copy)


def test_a_procedure_that_needs_itself_by_way_of_others_is_found(copy: Path) -> None:
    write(copy, LINKS, "U03", "needs", "icc-examination")
    found = check(copy)
    assert len(found) == 1
    assert found[0].rule.startswith("goes in a circle: ")
    assert {"U03", "U13", "U34"} <= set(found[0].rule.split())
    assert found[0].file == LINKS
    with (copy / LINKS).open(encoding="utf-8") as file:
        assert list(file)[found[0].line - 1].startswith(f"{found[0].value},")


def test_an_unlinked_procedure_is_a_fault(copy: Path) -> None:
    path = copy / LINKS
    path.write_text("".join(x for x in path.open(encoding="utf-8") if not x.startswith("U08,")), encoding="utf-8")
    assert [f.value for f in check(copy)] == ["U08"]
