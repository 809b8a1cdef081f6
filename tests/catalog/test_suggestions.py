"""What may be suggested: from figures there are, to questions there are, and never that something is absent."""

from __future__ import annotations

import pytest

from tocsin.catalog import discriminators, suggestions
from tocsin.catalog.lint import ROOT
from tocsin.catalog.yaml_files import checked
from tocsin.core.errors import Damaged


def test_the_files_have_no_fault():
    assert suggestions.check() == []
    assert discriminators.check() == []


def test_every_column_is_one_the_runs_show():
    known = (ROOT / "panel.yml").read_text(encoding="utf-8")
    for rule in suggestions.suggestions().figures:
        assert f"id: {rule.column}," in known or rule.column == "one_sided_deaths", rule.column


def test_nothing_suggests_absent_and_the_basis_is_marked():
    kept = suggestions.suggestions()
    assert {rule.state for rule in [*kept.figures, *kept.reports]} == {"present", "partly"}
    assert "unverified" in kept.basis_label


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('code: "1.1"', 'code: "99.1"', "is no question"),
        ("factor: RF7", "factor: RF77", "is no factor"),
        ("id: F02", "id: F01", "is given twice"),
    ],
)
def test_a_broken_mapping_is_found(tmp_path, old, new, said):
    text = (suggestions.ROOT / "suggestions.yml").read_text(encoding="utf-8")
    (tmp_path / "suggestions.yml").write_text(text.replace(old, new, 1), encoding="utf-8")
    assert any(said in finding.rule for finding in suggestions.check(tmp_path))


def test_a_rule_with_two_ways_or_none_is_refused():
    text = (suggestions.ROOT / "suggestions.yml").read_text(encoding="utf-8")
    with pytest.raises(Damaged, match="at_least or at_most"):
        checked(suggestions.Suggestions, text.replace("at_least: 1,", "at_least: 1, at_most: 2,", 1), "mapping", "x")


def test_a_line_that_nothing_decides_is_found(tmp_path):
    text = (discriminators.ROOT / "discriminators.yml").read_text(encoding="utf-8")
    broken = text.replace(
        "code: D6\n    line: conflict\n    deciding: true", "code: D6\n    line: conflict\n    deciding: false"
    )
    (tmp_path / "discriminators.yml").write_text(broken, encoding="utf-8")
    assert [f.value for f in discriminators.check(tmp_path)] == ["conflict"]
