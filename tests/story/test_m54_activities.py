"""M54: who does what where; an official is told within a day of a new project, and never of what few may see."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import pytest

from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.settings import Settings

START = datetime(2030, 11, 26, 13, tzinfo=UTC)
WORDS = ("--what", "Mediators between herders and farmers", "--sectors", "15220", "--factors", "RF9")
SAID = ("--source", "OCHA 3W", "--source-on", "2026-11-01")


@pytest.fixture
def clock(house: Any, monkeypatch: Any) -> FixedClock:
    """The clock of commands and pages alike."""
    from tocsin.core.clock import SystemClock

    standing = FixedClock(START)
    monkeypatch.setattr(SystemClock, "now", lambda _: standing.now())
    return standing


def letters(post: str) -> list[str]:
    from tocsin.response.docket.models import Message

    rows = Message.objects.filter(to_post=post, key__startswith="activities-").order_by("id")
    return [f"{m.subject}\n{m.body}" for m in rows]


def add(house: Any, ref: str, *more: str, place: str = "KEN", exits: int = 0) -> dict[str, Any]:
    where = ("--organisation", "peace-brigade", "--ref", ref, "--places", place)
    return dict(house("activities", "add", *where, *WORDS, *SAID, *more, "--by", "analyst", exits=exits))


OPEN = ("--visibility", "open", "--because", "The government invited them and says so itself")


def test_m54_an_official_subscribed_to_a_country_is_told_of_a_new_project_within_a_day(house: Any, clock: Any) -> None:
    house("activities", "organisation", "Peace Brigade", "--kind", "ngo", "--by", "analyst")
    asked = house("activities", "subscribe", "--place", "Kenya", "--by", "desk_officer")
    clock.move(hours=1)
    for ref in ("P-1", "P-2", "P-3"):
        assert add(house, ref, *OPEN)["came"] == "new"
    add(house, "P-4", *OPEN, place="TCD")
    house("tick")
    assert letters("desk_officer") == [], "one digest at the hour, not a letter each"
    clock.move(hours=23)
    house("tick")
    house("tick")
    (told,) = letters("desk_officer")
    assert told.count("- New: Peace Brigade, Kenya") == 3
    assert "Chad" not in told, "what nobody asked for is not told"
    assert letters("deputies") == []
    page = house.page("/messages")
    assert "who does what where, 3 entries" in page

    add(house, "P-2", *OPEN, "--status", "paused")
    house("activities", "unsubscribe", str(asked["subscription"]), "--by", "deputies", exits=1)
    clock.move(days=1)
    house("tick")
    assert "- Changed: Peace Brigade, Kenya" in letters("desk_officer")[1]
    assert "paused" in letters("desk_officer")[1]
    house("activities", "unsubscribe", str(asked["subscription"]), "--by", "desk_officer")
    add(house, "P-5", *OPEN)
    clock.move(days=2)
    house("tick")
    assert len(letters("desk_officer")) == 2, "who has ended it is told no more"


def test_m54_what_few_may_see_is_hidden_by_default_and_leaks_by_no_way(house: Any, clock: Any) -> None:
    from tocsin.response.register.models import LedgerBody, LedgerEntry, Person
    from tocsin.response.register.people import cli_actor, hold

    house("activities", "organisation", "Peace Brigade", "--kind", "ngo", "--by", "analyst")
    for post in ("desk_officer", "analyst"):
        house("activities", "subscribe", "--place", "KEN", "--by", post)
    clock.move(minutes=1)
    refused = add(house, "S-1", "--visibility", "open", exits=1)
    assert "danger" in refused["error"]["what"], "shown only with a reason"
    made = add(house, "S-1")
    assert made["restricted"] is True, "nothing is known of repression there: the strictest holds"
    assert made["seen_by"] == ["analyst"]
    clock.move(days=1)
    house("tick")
    assert letters("desk_officer") == []
    (told,) = letters("analyst")
    assert "few may see" in told
    assert "Peace Brigade" not in told
    assert "herders" not in told
    assert house("activities", "list", "--place", "KEN", "--by", "desk_officer")["activities"] == []
    assert house("activities", "list")["activities"] == []
    assert len(house("activities", "list", "--by", "analyst")["activities"]) == 1
    assert house("activities", "export")["activities"] == 0
    entry = LedgerEntry.objects.get(kind="activity.new")
    assert entry.item is None
    body = str(LedgerBody.objects.get(entry=entry).body)
    assert "brigade" not in body
    assert "KEN" not in body
    taken = house(
        "activities", "add", "--organisation", "peace-brigade", "--ref", "S-1", "--places", "KEN", *WORDS, *SAID,
        "--by", "desk_officer", exits=1,
    )  # fmt: skip
    assert "KEN" not in str(taken)

    assert "herders and farmers" in house.page("/activities?place=KEN"), "the operator stands in for the analyst"
    outsider = Person.objects.create(username="outsider")
    hold(_ctx(house), "second_reader", outsider, cli_actor("operator"))
    house.client.force_login(outsider)
    page = house.page("/activities?place=KEN")
    assert "Peace Brigade" not in page.split("<main")[1].split('id="enter"')[0]
    assert "herders" not in page
    assert "whether there is any is not told" in page
    from tocsin.response.register.models import Activity

    number = Activity.objects.get().pk
    assert "herders" not in house.page(f"/activities?edit={number}")
    assert b"herders" not in house.client.get("/activities.csv").content


def test_m54_a_table_is_taken_in_whole_or_not_at_all_with_every_fault_at_its_place(
    house: Any, clock: Any, tmp_path: Path
) -> None:
    house("activities", "organisation", "Peace Brigade", "--kind", "ngo", "--by", "analyst")
    add(house, "T-1", *OPEN)
    add(house, "T-2", *OPEN, place="TCD;KEN")
    add(house, "T-3")
    text = house("activities", "export")["text"]
    head, tags, *rows = csv.reader(io.StringIO(text))
    assert all(tag.startswith("#") for tag in tags)
    assert dict(zip(head, tags, strict=True))["places"] == "#country+code+list"
    assert [row[1] for row in rows] == ["T-1", "T-2"], "a restricted activity is in no export"
    table = tmp_path / "table.csv"
    table.write_text(text, encoding="utf-8")
    take = ("activities", "import", str(table), "--by", "analyst")
    assert house(*take) == {"new": 0, "changed": 0, "unchanged": 2, "restricted": 0}
    at = {name: n for n, name in enumerate(head)}
    fresh = [list(row) for row in rows]
    fresh[0][at["status"]] = "ended"
    fresh.append([*rows[0]])
    fresh[2][at["ref"]] = "T-9"
    _write(table, [head, tags, *fresh])
    assert house(*take) == {"new": 1, "changed": 1, "unchanged": 1, "restricted": 0}
    assert house(*take)["unchanged"] == 3, "a second time changes nothing"

    fresh[0][at["places"]] = "Atlantis"
    fresh[1][at["sectors"]] = "15220;99999"
    fresh[2][at["organisation"]] = "Nobody Known"
    fresh.append([*rows[0]])
    fresh[3][at["ref"]], fresh[3][at["because"]] = "T-10", ""
    _write(table, [head, tags, *fresh])
    refused = house(*take, exits=1)["error"]
    assert "4 faults" in refused["what"]
    assert refused["where"] == "table.csv, line 3, column places"
    refs = {a["ref"] for a in house("activities", "list", "--by", "analyst")["activities"]}
    assert "T-10" not in refs, "nothing of a table with a fault is taken in"


def test_m54_the_desk_enters_filters_and_keeps_what_was_typed(house: Any, clock: Any) -> None:
    form = {"post": "analyst", "organisation": "ohchr", "ref": "OH 7", "places": "Kenya", "sectors": ["15160"],
            "what": "<b>Monitors</b> in two districts", "status": "under way", "source": "OHCHR",
            "source_on": "x"}  # fmt: skip
    refused = house.client.post("/activities/enter", form)
    assert refused.status_code == 422
    kept = refused.content.decode()
    assert "source_on: must be a day" in kept
    assert "&lt;b&gt;Monitors&lt;/b&gt;" in kept
    assert '<option value="15160" selected>' in kept
    house.client.post("/activities/enter", {**form, "source_on": "2025-01-01"})
    page = house.page("/activities?place=KEN&sector=15160&q=monitors")
    assert "&lt;b&gt;Monitors&lt;/b&gt;" in page
    assert "restricted" in page
    assert '<span class="tag stale">old</span>' in page
    assert "No activity is like that" in house.page("/activities?place=TCD")
    house.client.post("/activities/subscribe", {"post": "analyst", "place": "KEN", "topic": "15160"})
    listed = house.page("/activities")
    assert "Kenya, human rights" in listed
    number = house("activities", "subscriptions", "--by", "analyst")["subscriptions"][0]["subscription"]
    house.client.post(f"/activities/subscriptions/{number}/end", {"post": "analyst"})
    assert "Your posts have asked for nothing" in house.page("/activities")


def test_m54_a_digest_waits_for_the_end_of_somebodys_quiet_hours(house: Any, clock: Any, monkeypatch: Any) -> None:
    from tocsin.response.docket.models import Sending
    from tocsin.response.register import contacts
    from tocsin.response.register.people import cli_actor

    for name, value in {"HOST": "127.0.0.1", "PORT": "1", "SECURITY": "none"}.items():
        monkeypatch.setenv(f"TOCSIN_SMTP_{name}", value)
    operator = cli_actor("operator")
    contacts.add(_ctx(house), operator, office="headquarters", post="desk_officer", channel="email",
                 address="desk@example.org", time_zone="UTC", quiet=(time(6), time(12)))  # fmt: skip
    house("activities", "organisation", "Peace Brigade", "--kind", "ngo", "--by", "analyst")
    house("activities", "subscribe", "--place", "KEN", "--by", "desk_officer")
    clock.move(minutes=1)
    add(house, "Q-1", *OPEN)
    clock.move(hours=18)
    house("tick")
    assert len(letters("desk_officer")) == 1, "it stands at the desk at eight in Zurich"
    mail = Sending.objects.get(channel="email")
    assert (mail.state, mail.attempts) == ("waiting", 0), "it wakes nobody"
    clock.move(hours=6)
    house("tick")
    mail.refresh_from_db()
    assert mail.attempts == 1, "tried once the night is over; no server answers in this test"


def _ctx(house: Any) -> Context:
    return Context(settings=Settings(home=house.home))


def _write(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
