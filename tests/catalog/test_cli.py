"""``tocsin catalog``: what a person and a machine are told, and the exit codes."""

import json

import pytest

import tocsin.catalog.lint
from tocsin.catalog.tables import Finding
from tocsin.cli.main import main


def run(capsys, *words):
    code = main(list(words))
    out, err = capsys.readouterr()
    return code, out, err


def test_lint_passes_and_counts_the_files(capsys):
    code, out, _ = run(capsys, "catalog", "lint", "--json")
    assert code == 0
    told = json.loads(out)
    assert told["findings"] == []
    assert told["files"] >= 8


def test_lint_fails_with_file_line_column_value_rule_and_what_to_do(capsys, monkeypatch):
    fault = Finding("options/options.csv", 7, "phase", "later", "must be one of upstream", "Correct the cell")
    monkeypatch.setattr(tocsin.catalog.lint, "check_all", lambda: [fault])
    code, out, _ = run(capsys, "catalog", "lint")
    assert code == 1
    for word in ("options/options.csv", "line 7", "column phase", "'later'", "must be one of", "Correct"):
        assert word in out


def test_show_filters_options(capsys):
    code, out, _ = run(capsys, "catalog", "show", "options", "--phase", "upstream", "--non-coercive", "--json")
    rows = json.loads(out)["rows"]
    assert code == 0
    assert len(rows) >= 25
    assert {r["coercive"] for r in rows} == {"no"}
    assert all("upstream" in r["phase"] and r["basis_label"] for r in rows)


def test_show_one_row_with_its_mark(capsys):
    code, out, _ = run(capsys, "catalog", "show", "indicators", "13.12")
    assert code == 0
    assert "low confidence" in out


@pytest.mark.parametrize(
    "words",
    [
        ("catalog", "show", "spells"),
        ("catalog", "show", "options", "Z99"),
        ("catalog", "show", "options", "--phase", "later"),
        ("catalog", "show", "terms", "--non-coercive"),
    ],
)
def test_what_there_is_not_is_misuse(capsys, words):
    code, _, err = run(capsys, *words)
    assert code == 2
    assert "tocsin:" in err
