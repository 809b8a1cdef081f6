"""The directive holds together, and a version once published never changes."""

from __future__ import annotations

from importlib.resources import files

import pytest

from tocsin.catalog import directive
from tocsin.core.errors import Damaged, Misuse

TEXT = (files("tocsin.catalog") / "directive.yml").read_text(encoding="utf-8")


def test_the_directive_in_force_is_also_kept_as_a_version() -> None:
    kept = files("tocsin.catalog") / "directives" / f"{directive.current().version}.yml"
    assert kept.read_text(encoding="utf-8") == TEXT, (
        "a published version is frozen: change the version with the content"
    )


def test_every_kept_version_loads_under_its_own_name() -> None:
    for file in (files("tocsin.catalog") / "directives").iterdir():
        if file.name.endswith(".yml"):
            assert directive.version(file.name.removesuffix(".yml")).version == file.name.removesuffix(".yml")


@pytest.mark.parametrize("number", ["0", "../1", "none", ""])
def test_a_version_that_is_lost_stops_the_program(number: str) -> None:
    with pytest.raises(Damaged, match="not in the catalogue"):
        directive.version(number)


def test_the_ladder_of_the_design() -> None:
    """The ladder: entries, ceilings, and 24 hours for the principal in an emergency."""
    rules = directive.current()
    assert [(t.tier, t.hours) for t in rules.tiers] == [(1, 48), (2, 72), (3, 72), (4, 120), (5, 72)]
    assert {r.level: (r.entry, r.ceiling, r.decision_hours) for r in rules.levels} == {
        "watch": (1, 2, 120),
        "alert": (3, 5, 264),
        "emergency": (5, 5, 24),
    }
    assert rules.hours("emergency", 5) == 24
    assert rules.hours("alert", 5) == 72
    assert rules.told("emergency", 5) == ["desk_officer", "deputies", "principal"]
    assert rules.told("alert", 4) == ["deputies"]


def test_two_readers_have_two_managers() -> None:
    """Domain C4 and H5: one manager cannot silence the pair."""
    rules = directive.current()
    managers = [rules.post(p).line_manager for p in rules.posts_of(1)]
    assert len(managers) >= 2
    assert len(set(managers)) == len(managers)


def test_a_post_that_does_not_exist_is_misuse_and_names_those_that_do() -> None:
    with pytest.raises(Misuse, match="desk_officer"):
        directive.current().post("nobody")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  - tier: 2\n", "  - tier: 7\n", "without a gap"),
        ("owner: deputies", "owner: principal", "no post of that tier"),
        ("line_manager: deputies", "line_manager: analyst", "does not stand above"),
        ("line_manager: deputies", "line_manager: ghost", "is no post"),
        ("  - id: second_reader", "  - id: analyst", "same id"),
        ("ceiling: 2", "ceiling: 9", "entry and ceiling"),
        ("told: [3, 4, 5]", "told: [3, 8]", "does not exist"),
        ("  - level: watch\n    entry", "  - level: alert\n    entry", "declared once"),
        ("to_tier: 3", "to_tier: 2", "above the ceiling"),
        ("hours: 48", "hours: 0", "greater than 0"),
        ("organisation:", "organization:", "organization"),
    ],
)
def test_a_directive_that_does_not_hold_together_is_refused_with_the_fault(old: str, new: str, said: str) -> None:
    assert old in TEXT
    with pytest.raises(Damaged, match=said):
        directive.parse(TEXT.replace(old, new, 1))
