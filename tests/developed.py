"""A list of projects, an incentive model and a programme, as tests of the development lens bring them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

HEAD = (
    "iati_identifier,reporting_org,title,description,sector_code,sector_vocabulary,"
    "recipient_country,start,end,status,budget,currency"
)
ROWS = [
    "XM-1,Donor A,Emergency food in the west,For people in flight,72040,1,SD,2025-01-01,2026-12-31,2,12500000,USD",
    'XM-2,Donor A,Judges and courts,,15130:70;15134:30,1,SDN,2023-06-01,2027-05-31,2,"1,200,000.50",EUR',
    "XM-3,Donor A,Roads east,,21020,1,SD:60;SS:40,2024-02-01,,Implementation,,",
    "XM-4,Donor B,Peace and justice for all,killing massacre gold weapons,ABC-9,99,SD,,,,,",
    "XM-5,Donor B,No such country,,15130,1,Atlantis,2024-13-01,2023-01-01,9,12e5,",
    "XM-1,Donor A,Named twice,,72040,1,SD,,,,,",
    "XM-6,Donor B,A code that is none,,72099,1,SD,,,,,",
    "XM-7,Donor B,Public finance,,15111,1,SD,2022-01-01,2025-01-01,closed,500,GBP",
    'XM-8,Donor B,<script>alert(1)</script>,"عربي, 中文, ""quoted""",15220;72010,1,SD,,,,,',
]


SAYS = {"says": "as estimated for the test", "source": "a made-up source"}


def line(name: str, actor: str, course: str, flow: str, low: str, high: str, **more: str) -> dict[str, str]:
    unit = {"unit": "usd_year", **more}
    return {"id": name, "actor": actor, "course": course, "flow": flow, "low": low, "high": high, **unit, **SAYS}


def assumed(name: str, low: str, high: str, harmed: str, wrong_if: str) -> dict[str, str]:
    return {"id": name, "low": low, "high": high, "harmed": harmed, "wrong_if": wrong_if, **SAYS}


MODEL: dict[str, Any] = {
    "as_of": "2026-11-01",
    "actors": [
        {"id": "militia", "name": "Militia of the east", "kind": "paramilitary"},
        {"id": "elite", "name": "Ruling elite", "kind": "ruling_elite"},
    ],
    "lines": [
        line("gold", "militia", "violence", "gold", "40e6", "90e6"),
        line("roads", "militia", "violence", "checkpoints", "5e6", "12e6"),
        line("pay", "militia", "restraint", "salaries", "20e6", "30e6"),
        line("share", "militia", "bargain", "contracts", "10e6", "25e6", bargain="deal"),
        line("rents", "elite", "bargain", "contracts", "50e6", "80e6", bargain="deal"),
        line("fear", "elite", "violence", "punishment", "-2", "0", unit="steps"),
    ],
    "bargains": [
        {
            "id": "deal",
            "name": "The contracts deal",
            "parties": ["militia", "elite"],
            "says": "contracts for quiet, as long as both gain",
        }
    ],
}
PROGRAMME: dict[str, Any] = {
    "name": "Watch at mine sites and public road levies",
    "says": "Local watch at gold sites; levies on two roads published",
    "assumptions": [
        assumed("watch", "0.5", "0.8", "diggers who lose a buyer", "exports do not fall within a year"),
        assumed("loss", "-12e6", "-4e6", "clerks who lose fees", "contracts go on as before"),
        assumed("court", "-1", "0", "witnesses in the cases", "no case is opened"),
    ],
    "effects": [
        {"do": "scale", "line": "gold", "by": "watch"},
        {"do": "scale", "line": "roads", "by": "watch"},
        {"do": "add", "line": "rents", "by": "loss"},
        {"do": "add", "line": "fear", "by": "court"},
    ],
}


def prepare(put: Callable[..., str], folder: Path) -> None:
    """Take a list of projects in, keep an incentive model, and try a programme against it."""
    (folder / "list.csv").write_text(f"{HEAD}\n{ROWS[0]}\n{ROWS[4]}\n", encoding="utf-8")
    put("portfolio", "import", str(folder / "list.csv"), "--portfolio", "Fund", "--by", "analyst")
    (folder / "model.json").write_text(json.dumps(MODEL))
    put("portfolio", "model", "SDN", str(folder / "model.json"), "--why", "the first of this place", "--by", "analyst")
    (folder / "programme.json").write_text(json.dumps(PROGRAMME))
    put("portfolio", "programme", "SDN", str(folder / "programme.json"), "--by", "analyst")
