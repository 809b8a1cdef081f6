"""M83: a quick memo, the fuller report after it, version-linked; each finding tracked to what became of it."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

MEMO = """What we saw in the first week.

1. At least 400 people were killed in the camp between Friday and Sunday.
2. The mission should open a line to the clan elders.
3. The desk should name an officer for the night. <script>alert(1)</script>
"""
REPORT = """The fuller report.

A. About 300 people may have been killed in the camp between Friday and Sunday.
B. The mission should open a line to the clan elders.
"""
TODAY = datetime.now(UTC).date()
DAYS = {n: (TODAY - timedelta(days=n)).isoformat() for n in (3, 4, 20, 30)}


def enter(house: Any, text: str, kind: str, on: str, **more: str) -> int:
    form = {"title": f"The {kind}", "kind": kind, "issued_by": "The field desk", "issued_on": on, "language": "en"}
    file = SimpleUploadedFile(f"{kind}.txt", text.encode())
    made = house.client.post("/documents", {**form, **more, "file": file, "post": "desk_officer"})
    assert made.status_code == 302, made.content.decode()
    return int(made["Location"].rsplit("/", 1)[1])


def act(house: Any, to: int, part: str, code: int = 302, **said: object) -> str:
    answer = house.client.post(f"/documents/{to}", {"part": part, "post": "desk_officer", **said})
    assert answer.status_code == code, answer.content.decode()
    return str(answer.content.decode())


def test_m83_each_recommendation_has_a_status_and_a_link_to_later_evidence(house: Any, tmp_path: Path) -> None:
    memo = enter(house, MEMO, "memo", DAYS[30])
    assert house.client.get(f"/documents/{memo}/file").content == MEMO.encode(), "byte for byte"
    rows = "number,kind,text,page,owner,due,silence\n"
    rows += "1,finding,At least 400 people were killed in the camp between Friday and Sunday.,1,,,\n"
    rows += f"2,recommendation,The mission should open a line to the clan elders.,1,mission_head,{DAYS[4]},gap\n"
    night = MEMO.splitlines()[4].removeprefix("3. ")
    rows += f'3,recommendation,"{night}",1,analyst,{DAYS[4]},warning\n'
    act(house, memo, "load", file=SimpleUploadedFile("findings.csv", rows.encode()))
    page = house.page(f"/documents/{memo}?state=overdue")
    assert page.count("<tr id=") == 2
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page

    # Silence does what was said beforehand, once.
    house("tick")
    assert any("on recommendation 3" in i["question"] for i in house("docket", "list")["items"])
    gaps = house("oversight", "gaps", "--find", "No answer")["gaps"]
    found = {f["number"]: f["finding"] for f in house("oversight", "documents", "show", str(memo))["findings"]}
    assert [g["source"] for g in gaps] == [f"found:finding:{found['2']}"]

    # The fuller report: the words suggest, a person says.
    report = enter(house, REPORT, "report", DAYS[20], follows=str(memo))
    for label, kind, text in (
        ("A", "finding", "About 300 people may have been killed in the camp between Friday and Sunday."),
        ("B", "recommendation", "The mission should open a line to the clan elders."),
    ):
        act(house, report, "take", number=label, kind=kind, text=text, owner="mission_head", due=DAYS[4], silence="gap")
    page = house.page(f"/documents/{report}")
    assert "its words seem changed" in page
    assert "figure lowered: 400 to 300" in page
    assert "hedge added" in page
    of = {f["number"]: f["finding"] for f in house("oversight", "documents", "show", str(memo))["findings"]}
    refused = act(house, memo, "carry", 422, finding=of["1"], fate="kept", became=of["A"], why="as it was")
    assert "Say changed" in refused
    assert "as it was" in refused, "what was typed is kept"
    act(house, memo, "carry", finding=of["1"], fate="changed", became=of["A"])
    act(house, memo, "carry", finding=of["2"], fate="kept", became=of["B"])
    act(house, memo, "carry", finding=of["3"], fate="dropped", why="The report gives no reason for it")

    # Statuses move with an entry and later evidence alone.
    assert "day of this evidence" in act(
        house,
        report,
        "move",
        422,
        finding=of["B"],
        status="done",
        evidence_kind="url",
        evidence="https://example.org/x",
    )
    cli = ("oversight", "documents", "move")
    house(*cli, str(of["3"]), "accepted", "--by-what", "decision", "--evidence", "1", "--by", "analyst", exits=1)
    act(
        house,
        report,
        "move",
        finding=of["B"],
        status="in part",
        evidence_kind="url",
        evidence="https://example.org/line-opened",
        evidence_on=DAYS[3],
        reason="The line is open by day alone",
    )
    house(
        *(*cli, str(of["3"]), "rejected", "--by-what", "undertaking", "--evidence", "r2p-138", "--on", DAYS[3]),
        *("--reason", "An officer sits there already", "--by", "analyst"),
    )
    by = ("--by", "mission_head")
    house(*cli, str(of["A"]), "accepted", "--by-what", "finding", "--evidence", str(of["A"]), *by, exits=1)
    house(*cli, str(of["A"]), "accepted", "--by-what", "undertaking", "--evidence", "r2p-138", "--on", DAYS[3], *by)
    page = house.page(f"/documents/{report}")
    assert 'href="https://example.org/line-opened"' in page
    assert 'href="/undertakings#u-r2p-138"' in page
    told = house("oversight", "documents", "show", str(report))["findings"]
    assert {f["number"]: f["status"] for f in told} == {
        "1": "superseded",
        "2": "superseded",
        "3": "rejected",
        "A": "accepted",
        "B": "in part",
    }
    assert all(f["evidence"]["link"] and f["evidence"]["evidence_on"] >= DAYS[30] for f in told)

    # The gap closes by itself, on the evidence that somebody answered.
    house("tick")
    closed = house("oversight", "gaps", "--state", "closed", "--find", "No answer")["gaps"]
    assert len(closed) == 1
    assert "ledger entry" in closed[0]["evidence"]

    sheet = house.client.get(f"/documents/{report}/findings.csv?state=rejected").content.decode()
    assert len(sheet.splitlines()) == 2
    out = tmp_path / "findings.json"
    house("oversight", "documents", "export", str(report), str(out))
    assert json.loads(out.read_text())["documents"][0]["sha256"] == hashlib.sha256(MEMO.encode()).hexdigest()
    assert "in part" in house.page("/documents")
