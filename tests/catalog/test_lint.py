"""Every file of the catalogue is sound, and every kind of fault is found where it stands (M6, M27, M29)."""

import csv
import shutil

import pytest

from tocsin.catalog.library import FILES, FRAMEWORK, ROOT, check, library
from tocsin.catalog.lint import check_all, files
from tocsin.core.errors import Damaged

OPTIONS = "options/options.csv"
INDICATORS = f"{FRAMEWORK}/indicators.csv"


@pytest.fixture
def copy(tmp_path):
    """A copy of the catalogue that a test may spoil."""
    shutil.copytree(ROOT, tmp_path / "catalog", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return tmp_path / "catalog"


def rewrite(path, change):
    """Pass the rows of a CSV file, header first, through a function that changes them."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    change(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def spoil(root, name, column, value, row=1):
    """Write a value into one cell; row 1 is the first after the header."""

    def change(rows):
        rows[row][rows[0].index(column)] = value

    rewrite(root / name, change)


@pytest.fixture(scope="module")
def faults():
    """What is wrong with the catalogue as it is: looked for once."""
    return check_all()


@pytest.mark.parametrize("name", files())
def test_every_file_is_sound(name, faults):
    assert [f.sentence() for f in faults if f.file == name] == []


def test_the_whole_is_sound_and_complete(faults):
    assert faults == []
    whole = library()
    assert (len(whole.framework.factors), len(whole.framework.indicators)) == (14, 143)
    assert (len(whole.options), len(whole.procedures)) == (118, 67)
    assert (len(whole.cases), len(whole.terms)) == (64, 67)


@pytest.mark.parametrize(
    ("name", "column", "value", "rule"),
    [
        (OPTIONS, "risk_factors", "RF15", "pattern"),
        (OPTIONS, "risk_factors", "", "at least 1 item"),
        (OPTIONS, "lead_days_min", "8", "must not be greater than lead_days_max"),
        (OPTIONS, "lead_days_max", "soon", "valid integer"),
        (OPTIONS, "lead_days_min", "-1", "greater than or equal to 0"),
        (OPTIONS, "phase", "upstream;later", "must be one of"),
        (OPTIONS, "instrument", "magic", "must be one of"),
        (OPTIONS, "coercive", "maybe", "must be one of"),
        (OPTIONS, "evidence_grade", "proven", "must be one of"),
        (OPTIONS, "actors_with_authority", "", "at least 1 item"),
        (OPTIONS, "known_risks", " ", "at least 1 item"),
        (OPTIONS, "evidence_tool", "Mediation", "names the tool that was reviewed"),
        (OPTIONS, "procedures", "U99", "names nothing in procedures/procedures.csv"),
        (OPTIONS, "cases", "N03;C99", "names nothing in cases/cases.csv"),
        ("procedures/procedures.csv", "body", "Atlantis council", "names nothing in procedures/bodies.csv"),
        (OPTIONS, "preconditions", "a mission [S99]", "names no option"),
        (OPTIONS, "preconditions", "itself [D01]", "is circular: D01 needs D01"),
        (OPTIONS, "id", "X01", "kept for options that a home adds"),
        ("options/mechanisms.csv", "id", "Z99", "names no option"),
        ("options/mechanisms.csv", "needs_money", "a lot", "must be one of"),
        ("options/mechanisms.csv", "may_harm", "", "at least 1 item"),
        ("options/cited.csv", "option", "Z99", "names no option"),
        ("options/cited.csv", "finds", "proves", "must be one of"),
        ("options/cited.csv", "source", "a book", "must be a DOI or an address"),
        (OPTIONS, "basis", "", "at least 1 character"),
        (OPTIONS, "id", "D02", "already used on line 2"),
        (OPTIONS, "name", "a\x07b", "control character"),
        ("procedures/procedures.csv", "threshold", "", "at least 1 character"),
        ("procedures/procedures.csv", "lead_days_min", "99", "must not be greater"),
        ("procedures/procedures.csv", "within", "atlantis", "names nothing in procedures/groups.csv"),
        ("procedures/groups.csv", "place_ids", "KEN;XYZ", "names nothing in geography/places.csv"),
        ("cases/cases.csv", "risk_factors", "RF0", "pattern"),
        ("cases/cases.csv", "kind", "success", "must be one of"),
        ("cases/cases.csv", "end_year", "1950", "must not be before start_year"),
        ("cases/cases.csv", "deaths_high", "", "both ends of the band or neither"),
        ("terms/terms.csv", "concept", "", "at least 1 character"),
        (INDICATORS, "factor", "RF2", "that of its factor"),
        (INDICATORS, "basis", "", "at least 1 character"),
        (f"{FRAMEWORK}/factors.csv", "indicators", "12", "number of indicators of RF1"),
        (f"{FRAMEWORK}/factors.csv", "class", "piracy", "must be one of"),
    ],
)
def test_a_spoilt_cell_is_found_where_it_stands(copy, name, column, value, rule):
    spoil(copy, name, column, value)
    found = [f for f in check(copy) if rule in f.rule]
    assert found, [f.sentence() for f in check(copy)]
    finding = found[0]
    assert finding.file == name
    assert finding.line in {2, 3}
    assert finding.todo
    assert str(finding.line) in finding.sentence()
    with pytest.raises(Damaged, match=r"line \d+"):
        library(copy)


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_missing_file_column_or_row_is_found(copy, name):
    original = (copy / name).read_bytes()

    (copy / name).unlink()
    assert any(f.file == name and "missing" in f.rule for f in check(copy))

    (copy / name).write_bytes(original)
    rewrite(copy / name, lambda rows: rows[0].__setitem__(0, "nonsense"))
    rules = {f.rule for f in check(copy) if f.file == name}
    assert {"the column is missing", "no such column is known"} <= rules

    (copy / name).write_bytes(original)
    rewrite(copy / name, lambda rows: rows[1].append("one more"))
    assert any(f.file == name and f.line == 2 and "columns" in f.rule for f in check(copy))

    (copy / name).write_bytes(original.splitlines(keepends=True)[0])
    assert any(f.file == name and "no rows" in f.rule for f in check(copy))

    (copy / name).write_bytes(b"\xff\xfe" + original)
    assert any(f.file == name and "UTF-8" in f.rule for f in check(copy))


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_truncated_file_is_found(copy, name):
    whole = (copy / name).read_bytes()
    (copy / name).write_bytes(whole[: len(whole) * 2 // 3])
    assert any(f.file == name for f in check(copy))


def test_options_that_wait_for_one_another_are_found_once(copy):
    def change(rows):
        column = rows[0].index("preconditions")
        for row, needs in ((1, "[D02]"), (2, "[D03]"), (3, "[D01]")):
            rows[row][column] = f"first the other {needs}"

    rewrite(copy / OPTIONS, change)
    found = [f for f in check(copy) if "circular" in f.rule]
    assert [(f.line, f.rule) for f in found] == [(2, "is circular: D01 needs D02 needs D03 needs D01")]


def test_a_lost_indicator_is_found(copy):
    rewrite(copy / INDICATORS, lambda rows: rows.pop(20))
    rules = [f.rule for f in check(copy)]
    assert "the number of indicators must be 143" in rules


def test_a_broken_framework_file_is_found(copy):
    (copy / FRAMEWORK / "framework.yml").write_text("id: [unclosed", encoding="utf-8")
    assert [f.file for f in check(copy)] == [f"{FRAMEWORK}/framework.yml"]
    (copy / FRAMEWORK / "framework.yml").write_text("id: un_framework\n", encoding="utf-8")
    assert {f.column for f in check(copy)} >= {"title", "counts", "states"}
