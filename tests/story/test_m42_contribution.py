"""M42: somebody outside proposes an option; it is reviewed, graded, credited, published, and can be taken back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from story.catalogue_house import OPTION


def test_m42_an_outsider_proposes_an_option_that_is_reviewed_graded_credited_and_published(house: Any) -> None:
    house("people", "add", "ngo_desk", "--name", "Desk of a partner", "--by", "operator", user="root")
    from tocsin.response.register.models import LedgerEntry, Person

    outsider = Person.objects.get(username="ngo_desk")
    house.client.force_login(outsider)
    lists = {
        k: "\n".join(v) if isinstance(v, list) and k not in {"phase", "strategy"} else v for k, v in OPTION.items()
    }
    form = {**lists, "why": "Nothing in the catalogue is for markets", "credit": "Market Desk, X", "may_credit": "yes"}
    made = house.client.post("/options/propose", form, follow=True)
    assert "awaiting review" in made.content.decode()
    number = house("options", "proposals")["proposals"][0]["proposal"]
    assert "Market truce days" in house.page("/options/proposals?mine=1"), "its contributor finds it"

    review = ("options", "review", str(number), "--verdict", "accept", "--reasons", "Two places and a clear account")
    house(*review, "--grade", "C", "--by", "desk_officer", user="ana")
    house(*review, "--grade", "C", "--by", "deputies", user="ana", exits=1)
    assert house(*review, "--grade", "C-thin", "--by", "deputies", user="ben")["state"] == "accepted"
    published = house("options", "publish", str(number), "--by", "deputies", user="ben")
    assert published["option"] == "X01"

    shown = house("options", "show", "X01")
    assert shown["evidence"]["grade"] == "C-thin", "the weaker of two grades stands"
    assert shown["credit"] == "Market Desk, X"
    assert "reviewed in this home by" in shown["review_status"]
    page = house.page("/options/X01")
    assert "Market Desk, X" in page
    assert f'href="/options/proposals/{number}"' in page
    assert "published" in house.page(f"/options/proposals/{number}"), "its contributor is told"
    asked = house("options", "match", "--place", "KEN", "--factors", "RF8,RF9", "--phase", "imminent", "--days", "60")
    assert "X01" in {o["id"] for o in asked["options"]}, "it is matched like any other"

    house("options", "withdraw", "X01", "--why", "It was a mistake to add it", "--by", "deputies", user="ben")
    assert "X01" not in {o["id"] for o in house("options", "list")["options"]}
    assert "Taken back on" in house.page("/options/X01")
    kinds = set(LedgerEntry.objects.values_list("kind", flat=True))
    assert {"option.proposed", "option.reviewed", "option.published", "option.withdrawn"} <= kinds


def test_m42_a_proposal_brought_in_by_command_line_and_rejected_keeps_its_reasons(house: Any, tmp_path: Path) -> None:
    fields = house("options", "propose", "--template", "--option", "D01")["fields"]
    file = tmp_path / "change.json"
    file.write_text(json.dumps({**fields, "lead_days_max": 21}), encoding="utf-8")
    given = (
        "options",
        "propose",
        str(file),
        "--option",
        "D01",
        "--why",
        "Three weeks were seen twice",
        "--from",
        "An institute",
    )
    number = house(*given, "--by", "analyst", user="eve")["proposal"]
    for post, user in (("desk_officer", "ana"), ("deputies", "ben")):
        words = ("--verdict", "reject", "--reasons", "Two cases do not make a rule")
        house("options", "review", str(number), *words, "--by", post, user=user)
    told = house("options", "proposals", str(number))
    assert told["state"] == "rejected"
    assert [c["field"] for c in told["changes"]] == ["lead_days_max"]
    assert "Two cases do not make a rule" in house.page(f"/options/proposals/{number}")
    house("options", "publish", str(number), "--by", "deputies", user="ben", exits=1)
    assert house("options", "show", "D01")["lead_days_max"] == 7, "what ships is as it was"
