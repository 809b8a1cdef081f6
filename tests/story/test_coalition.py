"""A coalition of five organisations: adopts its own mandate, is warned, and is silent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from teller import Teller

T0 = datetime(2026, 11, 27, 8, tzinfo=UTC)
HEIRS = ["--successor", "desk_officer=coordinator", "--successor", "deputies=board", "--successor", "principal=board"]


@pytest.fixture
def home(tmp_path: Path, laid: Callable[[Path], Path]) -> Teller:
    return Teller(laid(tmp_path / "home"), now=T0)


def later(home: Teller, **more: int) -> Teller:
    return home.at(T0 + timedelta(**more))


def test_silence_climbs_three_rungs_to_a_published_lapse(home: Teller) -> None:
    done = home("directive", "adopt", "coalition", "--by", "operator")
    assert done["in_force"]
    assert done["effects"]["items"] == []
    item = home("bell", "SDN", "--because", "Convoys are massing", "--by", "monitor")
    assert (item["directive_version"], item["tier"], item["owner"]) == ("coalition-1", 2, "coordinator")
    number = str(item["item"])

    moved = later(home, hours=49)("tick")["moved"]
    assert [(m["from_tier"], m["to_tier"]) for m in moved] == [(2, 3)]
    shown = later(home, hours=49)("docket", "show", number)
    assert shown["owner"] == "board"
    assert [lapse["tier"] for lapse in shown["lapses"]] == [2]
    assert (
        later(home, hours=50)
        .fails("docket", "ack", number, "--by", "coordinator", exits=1)
        .startswith("tocsin: The item stands at tier 3 and coordinator answers for tier 2")
    )
    later(home, hours=50)("docket", "ack", number, "--by", "board")
    # Nobody decides: at the ceiling the lapse is published, and the ladder has no fourth rung to fall off.
    later(home, hours=24 * 9)("tick")
    ended = later(home, hours=24 * 9)("docket", "show", number)
    assert (ended["tier"], ended["state"]) == (3, "lapsed")
    assert any(lapse["at_ceiling"] for lapse in ended["lapses"])


def test_an_item_runs_on_under_the_version_it_opened_with(home: Teller) -> None:
    """A mandate is changed while a warning runs: its clocks, its posts and its ceiling stay what they were."""
    before = home("bell", "SDN", "--because", "Convoys are massing")
    number = str(before["item"])
    refused = home.fails("directive", "adopt", "coalition", "--by", "operator", exits=1)
    assert "desk_officer (1, first item 1 (open))" in refused
    assert "--successor desk_officer=POST" in refused
    assert home("directive", "list")["in_force"] == "2"
    told = home("directive", "effects", "coalition", *HEIRS)
    assert [(i["item"], i["runs_on_under"]) for i in told["items"]] == [(1, "2")]
    assert told["orphans"] == []
    assert {"what": "tier 1, hours to answer", "before": 48, "after": 24} in told["clocks"]

    home("directive", "adopt", "coalition", "--by", "operator", *HEIRS)
    after = home("docket", "show", number)
    assert (after["directive_version"], after["clocks"]) == (before["directive_version"], before["clocks"])
    # The old rung's clock, 72 hours, and not the coalition's 48.
    assert later(home, hours=49)("tick")["moved"] == []
    assert [m["to_tier"] for m in later(home, hours=73)("tick")["moved"]] == [4]
    # The new one has the coalition's.
    new = later(home, hours=74)("bell", "MMR", "--because", "Lists are being made", "--by", "monitor")
    assert (new["directive_version"], new["owner"]) == ("coalition-1", "coordinator")

    # A successor comes: the duties of the post that is no more are hers, and she answers for them.
    at = later(home, hours=75)
    at("people", "add", "amina")
    at("people", "hold", "board", "amina")
    at("tick")
    posts = {row["post"]: row["held_by"] for row in at("people", "list")["posts"]}
    assert posts["deputies"] == posts["principal"] == ["amina"]
    assert "analyst" not in posts
    at("docket", "ack", number, "--by", "deputies")
    kinds = [entry["kind"] for entry in at("docket", "show", number)["ledger"]]
    assert "item.acknowledged" in kinds


def test_from_a_day_on_it_takes_effect_by_the_clock(home: Teller) -> None:
    home("directive", "adopt", "coalition", "--by", "operator", "--from", "2026-12-01")
    assert home("directive", "list")["in_force"] == "2"
    assert home("bell", "SDN", "--because", "Convoys")["directive_version"] == "2"
    day = home.at(datetime(2026, 12, 1, 0, 0, 1, tzinfo=UTC))
    # No tick has run: the warning itself finds that the day has come. What arose meanwhile stays with its holder.
    assert day("bell", "MMR", "--because", "Lists", "--by", "monitor")["directive_version"] == "coalition-1"
    posts = {row["post"]: row["held_by"] for row in day("people", "list")["posts"]}
    assert posts["desk_officer"] == ["operator"]
    assert day("docket", "ack", "1", "--by", "deputies")["directive_version"] == "2"


def test_a_directive_edited_in_place_stops_every_act_until_it_is_put_back(home: Teller) -> None:
    home("directive", "adopt", "coalition", "--by", "operator")
    file = home.home / "directives" / "coalition-1.yml"
    text = file.read_text()
    file.write_text(text.replace("hours: 24", "hours: 2400"))
    for words in (["bell", "SDN", "--because", "Convoys", "--by", "monitor"], ["tick"], ["docket", "list"]):
        said = home.fails(*words, exits=1)
        assert "The directive coalition-1 in this home is not what was adopted" in said
        assert "tocsin directive restore" in said
    assert home("directive", "restore")["written"] == ["coalition-1.yml"]
    assert file.read_text() == text
    # Both the file and the list changed: the register knows better.
    (home.home / "directives" / "adopted.json").write_text('{"in_force": "2", "sha256": {}}')
    assert home("directive", "list")["in_force"] == "coalition-1"


def test_a_number_stands_for_one_text_for_good(home: Teller) -> None:
    home("directive", "adopt", "coalition", "--by", "operator")
    assert "in force already" in home.fails("directive", "adopt", "coalition", "--by", "operator", exits=1)
    mine = home.home.parent / "mine.yml"
    text = (home.home / "directives" / "coalition-1.yml").read_text()
    mine.write_text(text.replace("hours: 24", "hours: 25", 1))
    assert "number of another text" in home.fails("directive", "adopt", str(mine), "--by", "operator", exits=1)
    assert "Only the operator" in home.fails("directive", "adopt", "default", "--by", "board", exits=1)
    assert "no version" not in home.text("directive", "adopt", "default", "--by", "operator")
    assert home("directive", "list")["in_force"] == "2"
