"""YAML that somebody outside wrote: aliases and merge keys are counted before anything is made of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.evidence.fuzz.bombs import WRITTEN

from tocsin.catalog.directive import reading
from tocsin.core.errors import Misuse
from tocsin.core.plain_yaml import DEEPEST, MOST_BYTES, values, weighed
from tocsin.ledger.redaction import read_rules

MULTIPLY = ["aliases that multiply", "merge keys that multiply", "a list that holds itself"]


@pytest.mark.parametrize("name", WRITTEN)
def test_what_nobody_writes_is_refused_in_words(name: str) -> None:
    with pytest.raises(ValueError, match="it "):
        values(WRITTEN[name]())


@pytest.mark.parametrize("name", MULTIPLY)
def test_rules_of_redaction_are_weighed(name: str, tmp_path: Path) -> None:
    (tmp_path / "rules.yml").write_bytes(WRITTEN[name]())
    with pytest.raises(Misuse, match="cannot be read"):
        read_rules(tmp_path / "rules.yml")


def test_what_goes_deeper_than_anybody_writes_is_refused_before_its_lines_are_looked_for() -> None:
    """Lines of faults are read in another way than values, which a depth that values bear would break."""
    nested = "a: " + "[" * (DEEPEST - 1) + "]" * (DEEPEST - 1) + "\n"
    assert weighed(nested) == nested
    for text in (nested.replace("[]", "[[]]"), WRITTEN["ten thousand deep"]().decode()):
        (fault,) = reading.examine(text).faults
        assert "levels deep" in fault.what
    assert len(reading.examine(nested).faults) > 1


def test_what_a_person_writes_is_left_as_it_is() -> None:
    text = "base: &b {a: 1, b: [x, y]}\none: {<<: *b, c: 2}\nother: *b\nday: 2026-01-02\n"
    assert weighed(text) == text
    assert values(text.encode())["one"] == {"a": 1, "b": ["x", "y"], "c": 2}
    with pytest.raises(ValueError, match="letters"):
        weighed("#" * (MOST_BYTES + 1))
