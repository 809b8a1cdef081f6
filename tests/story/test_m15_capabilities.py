"""M15: a need is posted, and organisations of every side that can meet it are listed; asked, answered, used."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.catalog.cooperation import capabilities, check
from tocsin.core.clock import FixedClock, SystemClock
from tocsin.response.oversight.capability.match import AGES, match
from tocsin.response.register.activities.organisations import SECTORS, Org
from tocsin.response.register.models import Offer


@pytest.fixture
def clock(house: Any, monkeypatch: Any) -> FixedClock:
    """The clock of commands and pages alike."""
    standing = FixedClock(datetime(2030, 11, 26, 13, tzinfo=UTC))
    monkeypatch.setattr(SystemClock, "now", lambda _: standing.now())
    return standing


def offer(house: Any, kind: str, who: str, what: str, days: int, *more: str, office: str = "headquarters") -> int:
    words = ("--organisation", who, "--what", what, "--lead-days", str(days), "--office", office)
    return int(house("capabilities", "offer", kind, *words, *more, "--by", "liaison")["offer"])


def need(house: Any, kind: str, *more: str, by: str = "2030-12-05") -> dict[str, Any]:
    words = ("--what", "Four hundred people must leave the camp", "--needed-by", by, "--place", "TCD")
    return dict(house("capabilities", "need", kind, *words, *more, "--by", "desk_officer"))


def of(told: dict[str, Any]) -> dict[str, list[str]]:
    return {side["side"]: [row["organisation_name"] for row in side["offers"]] for side in told["sides"]}


def test_m15_a_need_lists_who_can_meet_it_across_every_side(house: Any, clock: Any) -> None:
    for name, kind in (
        ("Wings", "company"),
        ("Roads", "company"),
        ("Open Skies", "ngo"),
        ("Fuel and Freight", "company"),
    ):
        house("activities", "organisation", name, "--kind", kind, "--by", "liaison")
    old = offer(house, "airlift", "Open Skies", "Two light aircraft for evacuation", 1, "--valid-until", "2030-12-01",
                "--visibility", "open", "--because", "They publish where they fly themselves")  # fmt: skip
    stale = offer(house, "airlift", "Wings", "One cargo aircraft a week", 2)
    clock.move(days=200)
    offer(house, "airlift", "joint", "A transport aircraft of the air force", 6)
    offer(house, "airlift", "ERC / CERF", "The humanitarian air service", 3, "--conditions", "Fuel at the airfield")
    offer(house, "sealift-and-road", "Roads", "Sixty lorries with drivers", 1)
    offer(house, "airlift", "Wings", "Aircraft for another country", 1, "--places", "KEN")
    offer(house, "supply-chain-leverage", "Fuel and Freight", "Fuel is sold on conditions alone", 9)
    told = need(house, "airlift", by="2031-06-18")
    assert of(told) == {
        "government": ["Joint early-warning office"],
        "un": ["ERC / CERF"],
        "ngo": ["Open Skies"],
        "company": ["Roads", "Wings"],
    }
    rows = {row["offer"]: row for side in told["sides"] for row in side["offers"]}
    assert (rows[old]["age"], rows[stale]["age"]) == ("expired", "stale"), "marked, and below what holds"
    assert any("held until" in word for word in rows[old]["missing"])
    (un,) = told["sides"][1]["offers"]
    assert "Fuel at the airfield" in un["presumes"]
    assert un["why"][0] == "Airlift is what it offers"
    roads = told["sides"][3]["offers"][0]
    assert "could stand in" in roads["why"][0]
    assert roads["missing"], "what stands in says what it is not"
    assert [side["title"] for side in told["sides"]] == list(SECTORS.values())
    page = house.page(f"/needs/{told['need']}")
    for title in SECTORS.values():
        assert title in page
    for kind in ("mobile-network-data", "supply-chain-leverage"):
        posted = need(house, kind, by="2031-06-18")
        assert set(of(posted)) == set(SECTORS), "a side that offers nothing is named too"
    assert "Nobody on this side offers it" in house.page(f"/needs/{posted['need']}")


def test_m15_asked_answered_and_used_and_silence_past_the_day_is_recorded(house: Any, clock: Any) -> None:
    from tocsin.response.docket.models import Message
    from tocsin.response.register.models import LedgerEntry, Tool

    house("people", "tools", "state", "headquarters", "--name", "Charter contract", "--days", "3", "--by", "operator")
    tool = Tool.objects.get().pk
    first = offer(house, "airlift", "joint", "The charter contract of the house", 3, "--tool", str(tool))
    second = offer(house, "airlift", "OHCHR", "Seats on its own flight", 4)
    told = need(house, "airlift")
    number = str(told["need"])
    asked = house(
        "capabilities", "ask", number, str(first), "--words", "Four flights from Monday", "--by", "desk_officer"
    )
    house(
        "capabilities", "ask", number, str(first), "--words", "Four flights once more", "--by", "desk_officer", exits=1
    )
    form = {"post": "desk_officer", "need": number, "offer": str(second), "words": "Ten seats on Monday", "days": "2"}
    assert house.client.post("/capabilities/ask", {**form, "days": "soon"}).status_code == 422
    house.client.post("/capabilities/ask", form)
    letter = Message.objects.get(key__startswith=f"ask-{asked['ask']}.")
    assert "Four flights from Monday" in letter.body
    answer = ("capabilities", "answer", str(asked["ask"]))
    house(*answer, "accepted", "--by", "desk_officer", exits=1)
    house(*answer, "offered", "--words", "Three flights, not four", "--by", "liaison")
    house(*answer, "accepted", "--by", "desk_officer")
    clock.move(days=3)
    house("tick")
    house("tick")
    house(*answer, "used", "--on", "2030-11-28", "--by", "operator")
    assert Tool.objects.get().last_used_on == date(2030, 11, 28), "the tool's own record, linked and not copied"
    now = house("capabilities", "match", number, "--by", "desk_officer")
    states = {one["organisation_name"]: one["state"] for one in now["asks"]}
    assert states == {"Joint early-warning office": "used", "OHCHR": "silent"}
    used = {row["offer"]: row["last_used"] for side in now["sides"] for row in side["offers"]}
    assert used == {first: "2030-11-28", second: None}
    assert Message.objects.filter(key__contains="silent", to_post="desk_officer").count() == 1
    assert LedgerEntry.objects.filter(kind="ask.silent").count() == 1
    second_ask = next(str(one["ask"]) for one in now["asks"] if one["state"] == "silent")
    late = house("capabilities", "answer", second_ask, "refused", "--words", "No seats are left", "--by", "liaison")
    assert late["state"] == "refused"
    page = house.page(f"/needs/{number}")
    assert "Three flights, not four" in page
    assert "late" in page
    house("capabilities", "close", number, "--why", "Everybody has left the camp", "--by", "desk_officer")
    assert house("capabilities", "needs", "--by", "desk_officer")["needs"] == []


def test_m15_a_need_is_posted_from_a_question_and_from_a_gap_and_found_there(house: Any, clock: Any) -> None:
    number = str(
        house("bell", "TCD", "--because", "Three columns left the garrison this morning", "--by", "analyst")["item"]
    )
    raised = ("--kind", "capacity", "--what", "Nobody here can fly people out of a camp", "--due", "2030-12-31")
    gap = str(house("oversight", "gaps", "raise", *raised, "--owner", "deputies", "--by", "desk_officer")["gap"])
    assert f"/needs?item={number}" in house.page(f"/docket/{number}")
    form = house.page(f"/needs?item={number}&gap={gap}")
    assert 'name="place" value="TCD"' in form, "the place of the question is filled in"
    assert f'<option value="{gap}" selected>' in form
    bad = {
        "post": "desk_officer",
        "capability": "airlift",
        "what": "Flights",
        "needed_by": "2030-12-05",
        "item": number,
    }
    assert house.client.post("/capabilities/need", bad).status_code == 422
    good = {**bad, "what": "Flights for four hundred people", "gap": gap}
    answer = house.client.post("/capabilities/need", good)
    assert answer.status_code == 302
    page = house.page(answer["Location"])
    assert f'href="/docket/{number}"' in page
    assert "Chad" in page
    for of in (f"item={number}", f"gap={gap}"):
        assert "Flights for four hundred people" in house.page(f"/needs?{of}")
    house("capabilities", "need", "airlift", "--what", "Flights for many people", "--needed-by", "2030-12-05",
          "--item", "999999", "--by", "desk_officer", exits=1)  # fmt: skip


def test_m15_what_shelters_people_is_shown_to_its_post_alone_and_expired_words_are_renewed(
    house: Any, clock: Any
) -> None:
    from tocsin.response.register.models import LedgerBody

    house("activities", "organisation", "Quiet House", "--kind", "ngo", "--by", "liaison")
    hidden = offer(house, "hosting", "Quiet House", "Six beds over the border", 2, "--valid-until", "2030-11-27")
    assert house("capabilities", "list")["offers"] == []
    assert of(need(house, "hosting"))["ngo"] == [], "the desk officer is not among those who may see it"
    mine = house("capabilities", "need", "hosting", "--place", "KEN", "--what", "Beds for six people",
                 "--needed-by", "2030-12-05", "--by", "liaison")  # fmt: skip
    put = ("capabilities", "ask", str(mine["need"]), str(hidden), "--words", "Six beds from Monday", "--by", "liaison")
    assert house(*put)["to_post"] == "liaison", "the office's post may not see it: whoever asks puts it"
    bodies = " ".join(str(b.body) for b in LedgerBody.objects.all())
    assert "Six beds" not in bodies
    assert "Four hundred people" not in bodies, "a need of that kind is told by its number alone"
    house("capabilities", "verify", str(hidden), "--by", "analyst", exits=1)
    clock.move(days=3)
    (row,) = house("capabilities", "list", "--by", "liaison")["offers"]
    assert row["age"] == "expired"
    house("capabilities", "verify", str(hidden), "--valid-until", "2031-01-31", "--by", "liaison")
    (row,) = house("capabilities", "list", "--by", "liaison")["offers"]
    assert row["age"] == ""
    house("capabilities", "withdraw", str(hidden), "--by", "liaison")
    assert house("capabilities", "list", "--by", "liaison")["offers"] == []
    bad = {"post": "liaison", "organisation": "quiet-house", "capability": "teleport",
           "what": "<i>Beds</i> for ten people", "lead_days": "2", "office": "field"}  # fmt: skip
    refused = house.client.post("/capabilities/offer", bad)
    assert refused.status_code == 422
    assert "&lt;i&gt;Beds&lt;/i&gt;" in refused.content.decode()


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["airlift", "sealift-and-road"]),
            st.integers(0, 20),
            st.integers(0, 400),
            st.integers(-30, 30) | st.none(),
            st.sampled_from(["government", "un", "ngo", "company"]),
        ),
        max_size=8,
    ),
    st.randoms(use_true_random=False),
)
def test_m15_the_order_hangs_on_the_offers_alone_and_what_holds_comes_first(rows: list[Any], chance: Any) -> None:
    today = date(2030, 1, 1)
    made = [
        Offer(pk=n, organisation=side, capability=kind, what="x", lead_days=lead,
              verified_on=today - timedelta(days=old),
              valid_until=None if until is None else today + timedelta(days=until))
        for n, (kind, lead, old, until, side) in enumerate(rows)
    ]  # fmt: skip
    orgs = {side: Org(side, side, side, "register") for side in SECTORS}

    def matched() -> dict[str, list[Any]]:
        return match("airlift", "", date(2030, 1, 10), made, orgs=orgs, used={}, today=today)

    told = matched()
    chance.shuffle(made)
    assert matched() == told
    assert sum(len(fits) for fits in told.values()) == len(made), "nothing that fits is left out"
    for fits in told.values():
        ages = [AGES.index(fit.age) for fit in fits]
        assert ages == sorted(ages)
        assert all(fit.why and fit.presumes for fit in fits)


def test_m15_the_list_of_capabilities_has_no_fault_and_says_what_each_presumes() -> None:
    assert check() == []
    assert {"airlift", "mobile-network-data", "supply-chain-leverage", "satellite-tasking", "forensic-labs", "hosting",
            "mediation-support"} <= set(capabilities())  # fmt: skip
