"""Documents in chains: sealed files, findings as published, statuses moved on later evidence, silence that tells."""

from __future__ import annotations

from datetime import date

import pytest

from response.docket.desk import by, kinds
from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.errors import Damaged, Misuse, Refused
from tocsin.response.docket.models import Item
from tocsin.response.oversight.documents import answers, carried, enter, show, silence
from tocsin.response.oversight.documents.enter import Debt, Taken
from tocsin.response.oversight.documents.models import Document, DocumentFile, Finding
from tocsin.response.oversight.found import keeping
from tocsin.response.oversight.models import Gap
from tocsin.response.register.models import Activity, LedgerEntry

pytestmark = pytest.mark.django_db

MEMO = b"""Findings of the first week.
1. At least 400 people were killed in the camp. The army was there.
2. The mission should open a line to the clan elders.
3. The desk should name an officer for the night.
"""
REPORT = b"""The fuller report.
A. About 300 people may have been killed in the camp. The army was there.
B. The mission should open a line to the clan elders.
C. Donors should fund the line.
"""
DUE = date(2026, 11, 30)


def memo(ctx: Context, content: bytes = MEMO, **more: object) -> Document:
    words = {"title": "First memo", "kind": "memo", "issued_by": "The desk", "issued_on": date(2026, 11, 20)}
    return enter.publish(ctx, by("desk_officer"), content, filename="memo.txt", **(words | more))


def taken(ctx: Context, of: Document, label: str, text: str, **debt: object) -> Finding:
    owed = Debt(**({"owner_post": "analyst", "due": DUE} | debt))
    return enter.extract(ctx, by("desk_officer"), of.pk, Taken(label, "recommendation", text, "1"), owed)


@pytest.fixture
def two(ctx: Context) -> tuple[list[Finding], list[Finding]]:
    """The findings of a memo and of the report that follows it."""
    first = memo(ctx)
    later = memo(ctx, REPORT, title="Fuller report", kind="report", follows=first.pk)
    old = [
        taken(ctx, first, "1", "At least 400 people were killed in the camp. The army was there."),
        taken(ctx, first, "2", "The mission should open a line to the clan elders."),
        taken(ctx, first, "3", "The desk should name an officer for the night.", silence="warning"),
    ]
    new = [
        taken(ctx, later, "A", "About 300 people may have been killed in the camp. The army was there."),
        taken(ctx, later, "B", "The mission should open a line to the clan elders."),
        taken(ctx, later, "C", "Donors should fund the line."),
    ]
    return old, new


def test_the_file_is_sealed_and_what_is_taken_out_stands_in_it(ctx: Context) -> None:
    row = memo(ctx)
    assert enter.content(row) == MEMO
    with pytest.raises(Refused, match="does not stand in the file"):
        taken(ctx, row, "9", "The army was not there at all.")
    taken(ctx, row, "2", "The mission should open\n a line to the clan elders.")
    with pytest.raises(Refused, match="already"):
        taken(ctx, row, "2", "The desk should name an officer for the night.")
    with pytest.raises(Refused, match="owes an answer"):
        taken(ctx, row, "3", "The desk should name an officer for the night.", owner_post="")
    with pytest.raises(Refused, match="very file"):
        memo(ctx)
    assert kinds()["finding.extracted"] == 1
    assert DocumentFile.objects.count() == Finding.objects.count() == 1


def test_bytes_that_changed_are_damage(ctx: Context) -> None:
    row = memo(ctx)
    row.file.content = b"other"
    with pytest.raises(Damaged, match="not what was received"):
        enter.content(row)


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"kind": "novel"}, Misuse),
        ({"title": " "}, Refused),
        ({"issued_on": date(2027, 1, 1)}, Refused),
        ({"place": "Nowhereland"}, Misuse),
        ({"url": "https://me:secret@example.org/x"}, Misuse),
        ({"url": "javascript:alert(1)"}, Misuse),
        ({"follows": 99}, Refused),
    ],
)
def test_a_document_that_cannot_be_is_refused_and_nothing_is_written(ctx: Context, wrong: dict, error: type) -> None:
    with pytest.raises(error):
        memo(ctx, **wrong)
    assert not Document.objects.exists() and not LedgerEntry.objects.exists()


def test_one_version_follows_another_and_no_second_does(ctx: Context) -> None:
    first = memo(ctx)
    with pytest.raises(Refused, match="later than"):
        memo(ctx, REPORT, follows=first.pk, issued_on=date(2026, 11, 1))
    second = memo(ctx, REPORT, follows=first.pk)
    with pytest.raises(Refused, match=f"Follow {second.pk}"):
        memo(ctx, b"A third one of its own", follows=first.pk)
    assert [d["document"] for d in show.chain(first.pk, DUE)["documents"]] == [first.pk, second.pk]


def test_a_file_of_findings_is_taken_whole_or_not_at_all(ctx: Context) -> None:
    row = memo(ctx)
    head = b"number,kind,text,owner,due\n"
    good = b"2,recommendation,The mission should open a line to the clan elders.,analyst,2026-12-01\n"
    with pytest.raises(Refused, match="Nothing was taken in") as told:
        enter.extract_csv(ctx, by("analyst"), row.pk, head + good + b"3,finding,Nobody ever said so.,,\n")
    assert told.value.where == "line 3"
    assert not Finding.objects.exists() and not kinds()["finding.extracted"]
    for broken in (b"", b"number,kind\n1,finding\n", head + b"1,finding\n", head + b"\xff\n", b"number,number\n"):
        with pytest.raises(Misuse):
            enter.extract_csv(ctx, by("analyst"), row.pk, broken)
    assert [f.number for f in enter.extract_csv(ctx, by("analyst"), row.pk, head + good)] == ["2"]


def test_the_words_suggest_and_a_person_says_what_the_fuller_report_did(ctx: Context, two: tuple) -> None:
    (killed, line, night), (softer, same, _) = two
    first = killed.document
    hints = {s.finding.number: (s.fate, s.became and s.became.number) for s in carried.suggested(first, same.document)}
    assert hints == {"1": ("changed", "A"), "2": ("kept", "B"), "3": ("dropped", None)}
    softened = next(c for c in carried.between(killed, softer) if c.kind == "softened")
    assert any("400 to 300" in why for why in softened.why)
    say = by("analyst")
    with pytest.raises(Refused, match="Say changed"):
        carried.carry(ctx, say, killed.pk, fate="kept", became=softer.pk)
    with pytest.raises(Refused, match="Say kept"):
        carried.carry(ctx, say, line.pk, fate="changed", became=same.pk)
    with pytest.raises(Refused, match="with the reason"):
        carried.carry(ctx, say, night.pk, fate="dropped")
    with pytest.raises(Refused, match="No document follows"):
        carried.carry(ctx, say, same.pk, fate="dropped", why="There is no later report")
    carried.carry(ctx, say, killed.pk, fate="changed", became=softer.pk)
    carried.carry(ctx, say, line.pk, fate="kept", became=same.pk)
    carried.carry(ctx, say, night.pk, fate="dropped", why="The report gives no reason for it")
    told = {f["number"]: f for f in show.chain(first.pk, DUE)["findings"]}
    assert (told["1"]["status"], told["1"]["live"], told["3"]["status"], told["3"]["live"]) == (
        "superseded",
        False,
        "open",
        True,
    ), "what was dropped is still owed an answer"
    assert told["A"]["came_from"][0]["number"] == "1"


def test_a_kept_finding_keeps_its_answer_and_a_changed_one_does_not(ctx: Context, two: tuple) -> None:
    (killed, line, _), (softer, same, _) = two
    for row in (killed, line):
        answers.move(
            ctx,
            by("analyst"),
            row.pk,
            status="accepted",
            evidence_kind="url",
            evidence="https://example.org/answer",
            evidence_on=date(2026, 11, 22),
        )
    carried.carry(ctx, by("analyst"), killed.pk, fate="changed", became=softer.pk)
    carried.carry(ctx, by("analyst"), line.pk, fate="kept", became=same.pk)
    told = {f["number"]: f for f in show.chain(same.document.pk, DUE)["findings"]}
    assert (told["B"]["status"], told["B"]["inherited_from"]) == ("accepted", "2")
    assert told["A"]["status"] == "open" and told["A"]["unanswered"]


def test_a_status_moves_only_with_an_entry_and_later_evidence(ctx: Context, two: tuple) -> None:
    (row, other, _), _ = two
    say = {"status": "done", "evidence_kind": "url", "evidence": "https://example.org/a"}
    with pytest.raises(Misuse, match="day of this evidence"):
        answers.move(ctx, by("analyst"), row.pk, **say)
    for wrong in (date(2026, 11, 1), date(2027, 1, 1)):
        with pytest.raises(Refused, match="shows nothing"):
            answers.move(ctx, by("analyst"), row.pk, **say, evidence_on=wrong)
    with pytest.raises(Refused, match="for a reason"):
        answers.move(ctx, by("analyst"), row.pk, **{**say, "status": "rejected"}, evidence_on=date(2026, 11, 22))
    for kind in ("decision", "undertaking", "assessment", "gap", "finding"):
        with pytest.raises(Refused):
            answers.move(ctx, by("analyst"), row.pk, status="done", evidence_kind=kind, evidence="77")
    with pytest.raises(Misuse):
        answers.move(ctx, by("analyst"), row.pk, **{**say, "status": "solved"})
    before = LedgerEntry.objects.count()
    with pytest.raises(Refused, match="legislature"):
        answers.move(ctx, by("minority_staff"), row.pk, **say, evidence_on=date(2026, 11, 22))
    assert LedgerEntry.objects.count() == before
    made = answers.move(ctx, by("mission_head"), row.pk, **say, evidence_on=date(2026, 11, 22))
    assert LedgerEntry.objects.get(seq=made.ledger_seq).kind == "finding.moved"
    with pytest.raises(Refused, match="already"):
        answers.move(ctx, by("analyst"), row.pk, **say, evidence_on=date(2026, 11, 22))
    assert not show.chain(other.document.pk, DUE)["findings"][0]["unanswered"]


def test_a_finding_is_no_evidence_of_itself_and_a_new_day_is_not_past(
    ctx: Context, two: tuple, clock: FixedClock
) -> None:
    (row, beside, _), (later, *_) = two
    for of in (row, beside):
        with pytest.raises(Refused, match="no evidence of what became of itself"):
            answers.move(ctx, by("analyst"), row.pk, status="done", evidence_kind="finding", evidence=str(of.pk))
    clock.move(days=20)
    keeping.look(ctx)
    opened = Gap.objects.get(source=f"found:finding:{row.pk}")
    with pytest.raises(Refused, match="no evidence of what became of itself"):
        answers.move(ctx, by("analyst"), row.pk, status="done", evidence_kind="gap", evidence=str(opened.pk))
    answers.move(ctx, by("analyst"), row.pk, status="accepted", evidence_kind="finding", evidence=str(later.pk))
    with pytest.raises(Refused, match="is past"):
        answers.owe(
            ctx,
            by("analyst"),
            beside.pk,
            owner="analyst",
            due=date(2026, 12, 1),
            silence="gap",
            why="Put back by a day",
        )


def test_an_activity_is_cited_while_everybody_may_see_it(ctx: Context, two: tuple) -> None:
    (row, *_), _ = two
    seen = {"organisation": "joint", "what": "A line to the elders is kept", "status": "ongoing", "source": "Its list"}
    days = {"source_on": date(2026, 11, 21), "added_at": ctx.now(), "changed_at": ctx.now(), "post": "analyst"}
    activity = Activity.objects.create(ref="A 7", restricted=True, **seen, **days)
    say = {"status": "done", "evidence_kind": "activity", "evidence": str(activity.pk)}
    with pytest.raises(Refused, match="There is no activity"):
        answers.move(ctx, by("analyst"), row.pk, **say)
    Activity.objects.update(restricted=False)
    answers.move(ctx, by("analyst"), row.pk, **say)
    told = show.chain(row.document.pk, DUE)["findings"][0]["evidence"]
    assert (told["evidence_on"], told["link"]) == ("2026-11-21", "/activities?q=A%207")
    Activity.objects.update(restricted=True)
    told = show.chain(row.document.pk, DUE)["findings"][0]["evidence"]
    assert (told["said"], told["link"]) == ("an activity", ""), "hidden since: nobody learns more of it here"


def test_a_later_day_needs_a_reason_and_is_counted(ctx: Context, two: tuple) -> None:
    (row, *_), _ = two
    with pytest.raises(Refused, match="needs a reason"):
        answers.owe(ctx, by("analyst"), row.pk, owner="analyst", due=date(2027, 1, 1), silence="gap")
    answers.owe(
        ctx,
        by("analyst"),
        row.pk,
        owner="analyst",
        due=date(2027, 1, 1),
        silence="gap",
        why="The camp cannot be reached",
    )
    answers.owe(ctx, by("analyst"), row.pk, owner="analyst", due=date(2026, 12, 1), silence="gap")
    told = show.chain(row.document.pk, DUE)["findings"][0]
    assert (told["due"], told["moved_later"]) == ("2026-12-01", 1)


def test_silence_opens_one_item_where_that_was_said_and_an_answer_ends_it(
    ctx: Context, clock: FixedClock, two: tuple
) -> None:
    (_, _, night), _ = two
    assert silence.ring(ctx) == []
    clock.move(days=8)
    (rung,) = silence.ring(ctx)
    assert rung.startswith("silence_finding")
    assert "on recommendation 3" in Item.objects.get().question
    assert silence.ring(ctx) == [], "one day passed rings once"
    assert [f["number"] for f in silence.unanswered(ctx.now().date(), "gap")] == ["1", "2", "A", "B", "C"]
    words = show.matching(show.chain(night.document.pk, ctx.now().date())["findings"], state="overdue", words="night")
    assert [f["number"] for f in words] == ["3"]
    assert f"{night.document.pk},First memo,3,recommendation,1," in show.as_csv(words)
    answers.move(
        ctx,
        by("analyst"),
        night.pk,
        status="rejected",
        reason="The post is held by night already",
        evidence_kind="url",
        evidence="https://example.org/answer",
        evidence_on=date(2026, 12, 1),
    )
    assert silence.unanswered(ctx.now().date(), "warning") == []
