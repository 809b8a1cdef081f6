"""YAML that somebody outside wrote: aliases and merge keys are counted before anything is made of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.evidence.fuzz.bombs import WRITTEN

from tocsin.core.errors import Misuse
from tocsin.core.plain_yaml import MOST_BYTES, values, weighed
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


def test_what_a_person_writes_is_left_as_it_is() -> None:
    text = "base: &b {a: 1, b: [x, y]}\none: {<<: *b, c: 2}\nother: *b\nday: 2026-01-02\n"
    assert weighed(text) == text
    assert values(text.encode())["one"] == {"a": 1, "b": ["x", "y"], "c": 2}
    with pytest.raises(ValueError, match="letters"):
        weighed("#" * (MOST_BYTES + 1))
