"""An analyst connects a feed: what it lacks, what it brings, what it says when its publisher fails, and the proof."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from tests.fakes.publishers import Publisher, hurried
from tests.fakes.publishers.ucdp_ged import TOKEN

from tocsin.core.clock import FixedClock, SystemClock, parse_time
from tocsin.evidence import fetch as room
from tocsin.evidence.fetch.patience import Patience


@pytest.fixture
def clock(monkeypatch: Any) -> FixedClock:
    """The clock of commands and pages alike."""
    standing = FixedClock(parse_time("2026-11-23T12:00:00Z"))
    monkeypatch.setattr(SystemClock, "now", lambda _: standing.now())
    return standing


@pytest.fixture
def ucdp(monkeypatch: Any) -> Iterator[Publisher]:
    """UCDP on this machine, to which the command is led."""
    with Publisher("ucdp_ged") as publisher, hurried(publisher):
        patience = Patience(sleep=lambda _: None)
        led = partial(room.fetch, route=publisher.route)
        monkeypatch.setattr(room, "fetch", lambda *a, **k: led(*a, **{**k, "patience": patience}))
        yield publisher


def test_a_feed_from_its_secret_to_its_proof(house: Any, clock: FixedClock, ucdp: Publisher) -> None:
    listed = {f["source"]: f for f in house("feeds", "list")["feeds"]}
    assert listed["ucdp_ged"]["last_try"] is None
    assert listed["reliefweb"]["missing"], "it says what to ask for, and where"

    key = house.home / "keys" / "ucdp.token"
    key.parent.mkdir(parents=True, exist_ok=True)
    key.write_text(TOKEN)
    key.chmod(0o600)
    (done,) = house("feeds", "fetch", "ucdp_ged")["fetched"]
    assert done["outcome"] == "new"
    assert [load["release"] for load in done["loads"]] == ["GED 25.1", "candidate 26.0.9", "candidate 26.0.10"]
    assert [load["rows_accepted"] for load in done["loads"]] == [250, 250, 250]

    clock.move(days=1)
    assert house("feeds", "fetch", "ucdp_ged")["fetched"][0]["outcome"] == "unchanged"

    clock.move(days=1)
    ucdp.fault("server_error")
    (failed,) = house("feeds", "fetch", "ucdp_ged", exits=1)["fetched"]
    assert (failed["outcome"], failed["ok"]) == ("failed", False)
    ucdp.mend()
    (feed,) = [f for f in house("feeds", "list")["feeds"] if f["source"] == "ucdp_ged"]
    assert feed["last_new"] == "2026-11-23T12:00:00Z", "a failure makes nothing new"
    assert feed["newest_period"].startswith("2026-10")

    loads = sorted((house.home / "store" / "ucdp_ged" / "loads").iterdir())
    shutil.rmtree(loads[-1])
    assert house("feeds", "replay", "--put-back")["put_back"] == [f"ucdp_ged/{loads[-1].name}"]
    assert house("feeds", "replay")["same"]


def test_terms_are_read_and_accepted_by_a_person_before_the_first_question(house: Any, ucdp: Publisher) -> None:
    told = house("feeds", "terms", "ucdp_ged")
    assert told["terms"] is None
    house("feeds", "accept", "ucdp_ged", "--name", "Ada Example", exits=2)
    house("feeds", "fetch", "no_such_feed", exits=2)
    assert not ucdp.requests
