"""A round: blind until all have submitted or it closes, then open for good; nothing is averaged, nothing is lost."""

from __future__ import annotations

import json
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from tocsin.core.errors import Misuse, Refused
from tocsin.response.docket import rounds as docket_rounds
from tocsin.response.register import assessments, people, record
from tocsin.response.register.assessments import keep, rounds, sheets
from tocsin.response.register.assessments.words import Source, checked
from tocsin.response.register.models import Answer, LedgerBody, LedgerEntry, Round, Twice

pytestmark = pytest.mark.django_db
ANALYST = people.Actor("analyst", None, "cli", "amal")
READER = people.Actor("second_reader", None, "cli", "berta")
SECRET = "what only amal knows"


def begin(ctx, **change):
    given = {
        "question": "Which steps before the election, and by whom?",
        "invited": ["analyst", "second_reader"],
        "closes_at": ctx.now() + timedelta(days=7),
        "codes": ["RF7"],
        **change,
    }
    return rounds.open_round(ctx, ANALYST, "SDN", **given)


def words(state="present", **change):
    given = {
        "state": state,
        "trend": "worse",
        "confidence": "moderate",
        "sources": [Source("https://example.org/a", "B2", "2026-10-01")],
        **change,
    }
    return checked(**given)


def test_a_round_asks_a_question_of_two_assessors_or_more(ctx):
    one = begin(ctx, codes=["RF7", "8.1"], options=["D01"], item=None)
    assert (one.number, one.framework, one.invited[1]) == (1, "un_framework", {"post": "second_reader", "person": ""})
    assert rounds.questions_of(one)[0] == "RF7"
    assert len(rounds.questions_of(one)) == 16
    assert LedgerEntry.objects.filter(kind="assessment.round_opened").count() == 1
    for change, error in (
        ({"question": "Why?"}, Refused),
        ({"invited": ["analyst"]}, Refused),
        ({"invited": ["analyst", "analyst"]}, Refused),
        ({"invited": ["analyst", "janitor"]}, Misuse),
        ({"invited": ["analyst", "second_reader:nobody"]}, Misuse),
        ({"closes_at": ctx.now()}, Refused),
        ({"codes": ["RF99"]}, Misuse),
        ({"options": ["ZZZ"]}, Misuse),
        ({"framework": "tea_leaves"}, Misuse),
        ({}, Refused),
    ):
        with pytest.raises(error):
            begin(ctx, **change)
    assert Round.objects.count() == 1


def test_nobody_sees_a_sheet_before_the_reveal_by_any_reading_of_the_place(ctx):
    one = begin(ctx)
    kept = sheets.put(ctx, one, ANALYST, "7.5", words(note=SECRET), made_from=0)
    sheets.submit(ctx, one, ANALYST)
    assert Answer.every.count() == 1
    assert not Answer.objects.exists()
    assert assessments.in_force("SDN") == []
    assert assessments.history("SDN") == []
    assert assessments.factors_seen("SDN") == {}
    assert assessments.cited(f"assessment:{kept.answer.pk}") is None
    assert not sheets.mine(one, ANALYST).answers.exists()
    entered = "".join(LedgerBody.objects.values_list("body", flat=True))
    assert SECRET not in entered
    assert "example.org" not in entered
    assert '"state"' not in entered
    file = ctx.settings.home / "log.txt"
    record.export(ctx, file)
    assert SECRET not in file.read_text()


def test_the_reveal_comes_with_the_last_sheet_and_opens_what_was_sealed(ctx):
    one = begin(ctx)
    row = sheets.put(ctx, one, ANALYST, "7.5", words(note=SECRET), made_from=0).answer
    sheets.submit(ctx, one, ANALYST)
    sheets.put(ctx, one, READER, "7.5", words("absent"), made_from=0)
    assert sheets.submit(ctx, one, READER).revealed_because == "all_submitted"
    given = [(a.post, a.state) for a in assessments.in_force("SDN")]
    assert given == [("analyst", "present"), ("second_reader", "absent")]
    assert assessments.factors_seen("SDN")["RF7"].dissent == ("7.5: analyst present, second_reader absent",)
    opened = [json.loads(b.body) for b in LedgerBody.objects.filter(entry__kind="assessment.answered")]
    sealed = [json.loads(b.body) for b in LedgerBody.objects.filter(entry__kind="assessment.sealed")]
    mine = next(b for b in opened if b["answer"] == row.pk)
    said = {k: mine[k] for k in words().plain()} | {"code": "7.5"}
    assert sheets.sealed_with(bytes.fromhex(mine["seal"]), said) == sealed[0]["sealed"]
    assert sheets.sealed_with(bytes.fromhex(mine["seal"]), said | {"state": "absent"}) != sealed[0]["sealed"]


def test_a_round_that_closes_opens_what_was_submitted_and_keeps_the_rest_shut(ctx):
    one = begin(ctx)
    sheets.put(ctx, one, ANALYST, "7.5", words(), made_from=0)
    sheets.submit(ctx, one, ANALYST)
    sheets.put(ctx, one, READER, "7.5", words("absent"), made_from=0)
    docket_rounds.go(ctx)
    one.refresh_from_db()
    assert one.revealed_at is None
    ctx.clock.move(days=7)
    docket_rounds.go(ctx)
    one.refresh_from_db()
    assert (one.revealed_at, one.revealed_because) == (ctx.now(), "closed")
    assert [a.post for a in assessments.in_force("SDN")] == ["analyst"]
    entries = LedgerEntry.objects.count()
    docket_rounds.go(ctx)
    assert LedgerEntry.objects.count() == entries
    # Late is late, and not lost.
    sheets.submit(ctx, one, READER)
    assert [a.post for a in assessments.in_force("SDN")] == ["analyst", "second_reader"]


def test_who_is_not_invited_or_has_a_sheet_already_is_refused_with_the_rule(ctx):
    one = begin(ctx)
    with pytest.raises(Refused, match="not invited"):
        sheets.put(ctx, one, people.Actor("desk_officer", None, "cli", "carla"), "7.5", words(), made_from=0)
    sheets.put(ctx, one, ANALYST, "7.5", words(), made_from=0)
    with pytest.raises(Refused, match="One hand"):
        sheets.put(ctx, one, people.Actor("second_reader", None, "cli", "amal"), "7.5", words(), made_from=0)
    with pytest.raises(Refused, match="taken"):
        sheets.put(ctx, one, people.Actor("analyst", None, "cli", "dora"), "7.5", words(), made_from=0)
    assert sheets.mine(one, people.Actor("analyst", None, "cli", "dora")) is None
    with pytest.raises(Misuse, match="does not ask"):
        sheets.put(ctx, one, ANALYST, "8.1", words(), made_from=0)


def test_the_invited_cannot_answer_in_the_open_while_it_is_blind(ctx):
    begin(ctx)
    with pytest.raises(Refused, match="invited to round 1"):
        assessments.answer(
            ctx, ANALYST, "SDN", "1.1", state="present", trend="same", confidence="low", evidence="https://example.org"
        )
    assert not Answer.every.exists()


def test_a_submitted_sheet_is_shut_and_a_revision_after_the_reveal_says_why(ctx):
    one = begin(ctx)
    first = sheets.put(ctx, one, ANALYST, "7.5", words(), made_from=0).answer
    with pytest.raises(Refused, match="nothing to submit"):
        sheets.submit(ctx, one, READER)
    sheets.submit(ctx, one, ANALYST)
    with pytest.raises(Refused, match="submitted"):
        sheets.put(ctx, one, ANALYST, "7.5", words("absent"), made_from=first.pk)
    sheets.put(ctx, one, READER, "7.5", words("absent"), made_from=0)
    sheets.submit(ctx, one, READER)
    with pytest.raises(Refused, match="says why"):
        sheets.put(ctx, one, ANALYST, "7.5", words("absent"), made_from=first.pk)
    why = "berta's visit found none of them"
    again = sheets.put(ctx, one, ANALYST, "7.5", words("absent", why=why), made_from=first.pk).answer
    assert (again.supersedes_id, again.why) == (first.pk, why)
    assert Answer.objects.count() == 3
    assert [a.state for a in assessments.in_force("SDN")] == ["absent", "absent"]
    assert LedgerEntry.objects.filter(kind="assessment.answered").count() == 3


def test_saved_twice_keeps_both_and_asks(ctx):
    one = begin(ctx)
    first = sheets.put(ctx, one, ANALYST, "7.5", words("partly"), made_from=0).answer
    kept = sheets.put(ctx, one, ANALYST, "7.5", words("absent", note="offline"), made_from=0)
    assert kept.answer is None
    assert sheets.put(ctx, one, ANALYST, "7.5", words("absent", note="offline"), made_from=0).twice == kept.twice
    assert Twice.objects.count() == 1
    with pytest.raises(Refused, match=r"Saved twice and not settled: 7\.5"):
        sheets.submit(ctx, one, ANALYST)
    with pytest.raises(Refused, match="yours"):
        keep.settle(ctx, READER, kept.twice.pk, "first")
    both = keep.settle(ctx, ANALYST, kept.twice.pk, "both")
    assert both.beside == first
    with pytest.raises(Refused, match="settled"):
        keep.settle(ctx, ANALYST, kept.twice.pk, "first")
    sheets.submit(ctx, one, ANALYST)
    ctx.clock.move(days=7)
    rounds.reveal_due(ctx)
    assert [(a.post, a.state) for a in assessments.in_force("SDN")] == [("analyst", "partly"), ("analyst", "absent")]
    assert assessments.factors_seen("SDN")["RF7"].agreement == "differ"


@pytest.mark.parametrize(("chose", "state"), [("first", "partly"), ("second", "absent")])
def test_one_of_the_two_may_be_chosen_and_the_other_stays_readable(ctx, chose, state):
    one = begin(ctx)
    sheets.put(ctx, one, ANALYST, "7.5", words("partly"), made_from=0)
    pair = sheets.put(ctx, one, ANALYST, "7.5", words("absent"), made_from=0).twice
    keep.settle(ctx, ANALYST, pair.pk, chose)
    own = sheets.mine(one, ANALYST)
    assert sheets.last_on(own, "7.5").state == state
    assert sheets.open_pairs(own) == []
    assert (pair.words["state"], pair.against.state) == ("absent", "partly")


def test_the_same_words_again_add_nothing(ctx):
    one = begin(ctx)
    first = sheets.put(ctx, one, ANALYST, "7.5", words(), made_from=0)
    assert sheets.put(ctx, one, ANALYST, "7.5", words(), made_from=0).same
    assert sheets.put(ctx, one, ANALYST, "7.5", words(), made_from=first.answer.pk).same
    assert Answer.every.count() == 1


def test_as_known_then_has_no_answer_of_a_round_not_revealed_by_then(ctx):
    one = begin(ctx)
    sheets.put(ctx, one, ANALYST, "7.5", words(), made_from=0)
    sheets.submit(ctx, one, ANALYST)
    during = ctx.clock.move(days=1)
    ctx.clock.move(days=6)
    rounds.reveal_due(ctx)
    assert assessments.factors_seen("SDN", during) == {}
    assert "RF7" in assessments.factors_seen("SDN", ctx.now())


def test_only_this_room_reads_past_the_reveal():
    root = Path(__file__).parents[4]
    found = subprocess.run(
        ["git", "grep", "-lE", r"Answer\.every|Answer\._base_manager", "--", "src"],
        capture_output=True,
        text=True,
        cwd=root,
        check=False,
    ).stdout.split()
    assert {f.rpartition("/")[0] for f in found} == {"src/tocsin/response/register/assessments"}
