"""M34: gaps are computed, owned and due, and close on what shows it; M37: a gap shows the law that would close it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tocsin.response.oversight.models import Gap
from tocsin.response.register.models import Contact, LedgerEntry

TODAY = datetime.now(UTC).date()


def gaps_of(house: Any, source: str, state: str = "open") -> list[dict[str, Any]]:
    found = house("oversight", "gaps", "--state", state)["gaps"]
    return [g for g in found if g["source"].startswith(source)]


def test_m34_what_is_missing_is_raised_once_closed_by_what_shows_it_and_reopened(house: Any) -> None:
    house("people", "add", "ada", "--name", "Ada Example", "--by", "operator")
    house("people", "hold", "desk_officer", "ada", "--by", "operator")
    house("tick")
    (gap,) = gaps_of(house, "found:contact:")
    assert gap["what"].startswith("Headquarters desk: no contact")
    assert gap["owner"] != "desk_officer", "not the office itself: whoever stands above it"
    assert gap["due"] > TODAY.isoformat()
    computed = {g["source"].split(":")[1] for g in gaps_of(house, "found:")}
    assert {"contact", "coverage", "authority"} <= computed
    before = LedgerEntry.objects.count()
    house("oversight", "gaps", "look")
    assert LedgerEntry.objects.count() == before, "a second look changes nothing"

    close = ("oversight", "gaps", "close", str(gap["gap"]), "--evidence", "We say it is fine now", "--by", gap["owner"])
    assert "still there" in house(*close, exits=1)["error"]["what"], "nobody closes it by saying so"
    way = ("--channel", "sms", "--address", "+41791234567", "--by", "operator")
    number = house("people", "contacts", "add", "headquarters", *way)["contact"]
    house("oversight", "gaps", "look")
    assert gaps_of(house, "found:contact:"), "a contact nobody tried shows nothing"
    house("people", "contacts", "verify", str(number), "--by", "operator")
    house("tick")
    assert gaps_of(house, "found:contact:") == []
    (closed,) = gaps_of(house, "found:contact:", "closed")
    entry = LedgerEntry.objects.get(kind="contact.verified")
    assert f"ledger entry {entry.seq}" in closed["evidence"]

    Contact.objects.update(last_verified_at=datetime.now(UTC) - timedelta(days=120))
    house("tick")
    (again,) = gaps_of(house, "found:contact:")
    assert again["gap"] == gap["gap"], "the same gap, open again"
    assert LedgerEntry.objects.filter(kind="gap.reopened").count() == 1
    assert "computed at each tick, and still there" in house.page(f"/undertakings/gaps/{gap['gap']}")


def test_m34_after_an_exercise_its_findings_are_gaps(house: Any, tmp_path: Path) -> None:
    found = [{"kind": "contact", "what": "Nobody at the mission answered at night", "owner_post": "mission_head"}]
    folder = tmp_path / "drill"
    folder.mkdir()
    (folder / "debrief.json").write_text(json.dumps({"findings": found, "log": "ledgers/drill-7"}), encoding="utf-8")
    for _ in range(2):
        house("exercise", "gaps", str(folder))
    (gap,) = gaps_of(house, "exercise:")
    assert (gap["owner"], gap["state"]) == ("mission_head", "open")
    assert gap["what"] in house.page("/undertakings?kind=contact")


def test_m37_a_gap_shows_the_draft_provisions_that_would_close_it_and_how_far_they_are(
    house: Any, tmp_path: Path
) -> None:
    item = house("bell", "SDN", "--because", "Forty men were taken on Friday", "--by", "analyst")["item"]
    house(
        *("docket", "block", str(item), "--option", "D05", "--type", "may_not", "--kind", "institutional"),
        *(
            "--actor",
            "The Ministry",
            "--why",
            "The law on sharing names forbids it",
            "--evidence",
            "Article 12 of the Act",
        ),
        *("--workaround", "Ask the regional body for it", "--by", "analyst"),
    )
    house("tick")
    (gap,) = gaps_of(house, "found:barred:")
    assert (gap["kind"], gap["item"]) == ("law", item)
    page = f"/undertakings/gaps/{gap['gap']}"
    form = {
        "part": "provide",
        "title": "Sharing Act",
        "text": "A mission may share names with <b>partners</b> who protect them.",
        "jurisdiction": "Kenya",
        "opens": "Mediation may name whom it protects",
        "reference": "Bill 7 of 2026",
        "status": "drafted",
        "post": "desk_officer",
    }
    refused = house.client.post(page, {**form, "title": ""})
    assert refused.status_code == 422
    assert "A mission may share names" in refused.content.decode(), "what was typed is kept"
    assert house.client.post(page, form).status_code == 302
    bills = tmp_path / "bills.csv"
    head = "reference,jurisdiction,status,on,source\n"
    day = (TODAY - timedelta(days=2)).isoformat()
    rows = f"Bill 7 of 2026,Kenya,in committee,{day},https://example.org/hansard\nBill 8,Kenya,passed,{day},\n"
    bills.write_text(head + rows, encoding="utf-8")
    Gap.objects.get(pk=gap["gap"]).provisions.update(status_on=TODAY - timedelta(days=9))
    told = house("oversight", "gaps", "bills", str(bills), "--by", "desk_officer")
    assert (len(told["moved"]), told["unknown"]) == (1, ["Bill 8"])
    assert house("oversight", "gaps", "bills", str(bills), "--by", "desk_officer")["known"] == 1

    # Select a gap: its linked draft provisions and their status.
    text = house.page("/undertakings?kind=law")
    assert f'href="{page}"' in text
    text = house.page(page)
    for said in (
        "Sharing Act",
        "Kenya",
        "Bill 7 of 2026",
        "in committee",
        "Would open:",
        "https://example.org/hansard",
    ):
        assert said in text
    assert "names with &lt;b&gt;partners" in text
    shown = house("oversight", "gaps", "show", str(gap["gap"]))["provisions"][0]
    assert [h["status"] for h in shown["history"]] == ["drafted", "in committee"]

    barrier = str(house("docket", "will", str(item))["law"][0]["id"])
    lift = (
        "docket",
        "unblock",
        str(item),
        barrier,
        "--evidence",
        "The Act is in force since Monday",
        "--by",
        "analyst",
    )
    house(*lift)
    house("tick")
    (closed,) = gaps_of(house, "found:barred:", "closed")
    assert closed["evidence"].startswith("The Act is in force since Monday; ledger entry")
