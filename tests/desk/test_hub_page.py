"""The hub's page: what was accepted, in time or not, on which rows it was scored; and how to begin when it is empty."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from desk.hub_home import IDS, fill
from tocsin.core.clock import SystemClock
from tocsin.core.context import Context
from tocsin.core.settings import Settings


@pytest.fixture
def filled(desk: Path, tmp_path: Path) -> Path:
    fill(Context(settings=Settings(home=desk), clock=SystemClock()), tmp_path / "given")
    return desk


def test_an_empty_hub_teaches_the_two_commands(desk: Path, client) -> None:
    text = client.get("/hub").content.decode()
    assert "No forecast has been handed in" in text
    assert "tocsin hub template" in text
    assert "tocsin hub submit" in text
    assert 'href="/hub"' in client.get("/track-record").content.decode()


def test_what_was_accepted_is_listed_with_what_it_scored(filled: Path, client) -> None:
    answer = client.get("/hub")
    assert len(answer.content) <= 150_000
    text = answer.content.decode()
    plain = " ".join(re.sub(r"<[^>]+>", " ", text).split())
    assert "3 forecasts of 1 team handed in and accepted; 2 of them in time" in plain
    for name in ("example-hindcast", "example-constant", "example-desks", "hub_ensemble", "hub_equal"):
        assert name in text
    assert "Made after the fact: the outcome could be known when it was received" in plain
    told = json.loads((filled / "hub/scores/mass_killing_onset.json").read_bytes())
    [table] = told["tables"]
    assert f"{table['rows_submitted']} rows submitted" in plain
    assert f"{table['rows']} that all below have" in plain
    for model in ("example-hindcast", "onset_v1", "climatology", "persistence"):
        assert f"{table['models'][model]['log_loss']:.4f}" in plain
    assert "looked at 1 time in this installation" in plain
    assert "Waiting for their outcome" in plain
    assert "equal: 0 closed origins" in plain
    assert len(IDS) > 150
    assert "None" not in plain


def test_words_of_makers_are_shown_as_words_and_people_are_not_shown_one_by_one(filled: Path, client) -> None:
    text = client.get("/hub").content.decode()
    assert "&lt;b&gt;Hindcast&lt;/b&gt; &amp; co" in text
    assert "<b>Hindcast" not in text
    assert "wren" not in text
    assert "heron" not in text


def test_a_record_that_cannot_be_read_is_said_and_nothing_is_made_up(filled: Path, client) -> None:
    (filled / "hub/scores/mass_killing_onset.json").write_text("{", encoding="utf-8")
    client.raise_request_exception = False
    answer = client.get("/hub")
    assert answer.status_code >= 500
    assert "cannot be read" in answer.content.decode()
