"""M5: a pledge to a joint office; part of it comes; what is overdue shows on the dashboard and is told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tocsin.core.clock import FixedClock, SystemClock

KEY = "un-joint-office"


@pytest.fixture
def clock(house: Any, monkeypatch: Any) -> FixedClock:
    """The clock of commands and pages alike."""
    standing = FixedClock(datetime(2030, 11, 26, 13, tzinfo=UTC))
    monkeypatch.setattr(SystemClock, "now", lambda _: standing.now())
    return standing


def pledges(house: Any, **of: str) -> dict[int, dict[str, Any]]:
    words = [word for name, value in of.items() for word in (f"--{name}", value)]
    return {row["pledge"]: row for row in house("oversight", "pledges", "list", *words)["pledges"]}


def test_m05_a_pledge_to_a_joint_office_that_is_overdue_shows_on_the_dashboard(house: Any, clock: Any) -> None:
    from tocsin.response.docket.models import Message
    from tocsin.response.register.models import LedgerEntry

    need = ("--what", "Two posts and money for travel", "--amount", "300000", "--unit", "USD", "--by", "desk_officer")
    number = house("oversight", "pledges", "need", KEY, *need)["need"]
    form = {"post": "desk_officer", "key": KEY, "organisation": "joint", "what": "Money for two posts",
            "amount": "250000",
            "unit": "USD", "due": "2030-12-31", "owner": "desk_officer", "source": "Letter to the office",
            "need": str(number)}  # fmt: skip
    kept = house.client.post("/pledges/add", {**form, "source": ""})
    assert kept.status_code == 422
    assert "Money for two posts" in kept.content.decode(), "a refused form keeps what was typed"
    house.client.post("/pledges/add", form)
    (made,) = pledges(house).values()
    one = str(made["pledge"])
    assert (made["state"], made["left"], made["need"]) == ("awaited", "250000", number)
    assert "overdue" not in house.page("/").split("<main")[1]

    came = ("oversight", "pledges", "deliver", one, "--on", "2030-11-26", "--by", "desk_officer")
    house(*came, "--amount", "100000", exits=2)
    part = house(*came, "--amount", "100000", "--evidence", "Receipt 7 of the office")
    assert (part["state"], part["came"], part["left"]) == ("partly delivered", "100000", "150000")

    clock.move(days=40)
    house("tick")
    house("tick")
    assert "1 pledge to institutions overdue" in house.page("/"), "it shows on the dashboard"
    late = house.page("/pledges?state=overdue")
    assert "100000 of 250000 USD" in late
    assert "in part" in late
    told = Message.objects.filter(key__startswith=f"pledge-{one}-overdue").order_by("to_post")
    assert [m.to_post for m in told] == ["deputies", "desk_officer"], "who sees to it, and their line manager"
    assert LedgerEntry.objects.filter(kind="pledge.overdue").count() == 1, "once, however often the clocks are moved"
    stands = house("oversight", "undertakings", "show", KEY)
    assert "overdue" in stands["states"], "one register: the undertaking says so too"
    assert f'href="/pledges#p-{one}"' in house.page("/undertakings?q=joint")

    done = house(*came[:4], "--on", "2031-01-04", "--amount", "150000", "--evidence", "Receipt 8", "--by", "deputies")
    assert done["state"] == "delivered"
    assert done["deliveries"][1]["late"] is True
    assert "overdue" not in house.page("/").split("<main")[1]
    house(*came, "--amount", "1", "--evidence", "More", exits=1)
    kinds = list(LedgerEntry.objects.filter(kind__startswith="pledge.").order_by("seq").values_list("kind", flat=True))
    assert kinds == ["pledge.made", "pledge.delivered", "pledge.overdue", "pledge.delivered"]


def test_m05_what_is_promised_in_kind_is_delivered_when_somebody_shows_that_nothing_is_left(
    house: Any, clock: Any
) -> None:
    promise = ("--from", "OHCHR", "--what", "Second two officers to the office", "--due", "2030-12-01")
    promise += ("--owner", "liaison", "--source", "Said in the working group", "--by", "desk_officer")
    one = str(house("oversight", "pledges", "add", KEY, *promise)["pledge"])
    house("oversight", "pledges", "add", "no-such-office", *promise, exits=1)
    house("oversight", "pledges", "add", KEY, *promise, "--amount", "5", exits=2)
    house("oversight", "pledges", "add", KEY, *promise, "--amount", "-5", "--unit", "USD", exits=2)
    house("oversight", "pledges", "add", KEY, *promise[:4], "--due", "2030-11-01", *promise[6:], exits=1)
    came = ("oversight", "pledges", "deliver", one, "--on", "2030-11-26", "--evidence", "Their letters of entry")
    first = house(*came, "--what", "One officer came", "--by", "liaison")
    assert (first["state"], first["part"]) == ("partly delivered", True)
    house(*came, "--what", "A second", "--amount", "1", "--by", "liaison", exits=1)
    assert house(*came, "--what", "The second came", "--whole", "--by", "liaison")["state"] == "delivered"
    assert pledges(house, state="overdue") == {}
    page = house.page("/pledges")
    assert "The second came" in page
    assert "nobody" not in page.split("<main")[1].split("</main>")[0].lower()
