"""The files that packages stand on: a fault in one is found, named by its place, and nothing is read from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tocsin.catalog import alone, packages, pairs


def spoilt(module, tmp_path: Path, before: str, after: str) -> list[str]:
    text = module.PATH.read_text(encoding="utf-8")
    assert before in text
    path = tmp_path / "spoilt.yml"
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    return [f"{f.column}: {f.value}: {f.rule}" for f in module.check(path)]


@pytest.mark.parametrize("module", [alone, packages, pairs])
def test_what_ships_holds_together(module) -> None:
    assert module.check() == []


@pytest.mark.parametrize(
    ("module", "before", "after", "says"),
    [
        (packages, 'why_not: "Money is', 'hint: "Money is', "cost_band"),
        (packages, "{id: motives,", "{id: actor,", "a name of its own"),
        (packages, "instrument: security", "instrument: tanks", "is no instrument"),
        (packages, "kind: band", "kind: colour", "kind"),
        (alone, "option: E03", "option: Z99", "Z99: is no option"),
        (alone, "national: [S01", "national: [Z99", "Z99: is no procedure"),
        (alone, "{option: D03,", "{option: D01,", "stands once"),
        (pairs, "a_at: ends, b: E01", "a_at: ends, b: Z99", "windows.0: Z99: is no option"),
        (pairs, "a_at: ends, b: E02", "a_at: ends, b: E01", "a pair is of two"),
        (pairs, "days: 7", "days: 0", "windows.0.days"),
    ],
)
def test_a_fault_is_named_where_it_stands(module, before, after, says, tmp_path) -> None:
    found = spoilt(module, tmp_path, before, after)
    assert any(says in fault for fault in found), found
