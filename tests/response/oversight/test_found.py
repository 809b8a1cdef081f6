"""Gaps that are computed: raised once, closed on what shows it alone, opened again; and bills of law."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from response.docket.desk import by, kinds
from response.oversight.lived import live
from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.options.coverage import matrix
from tocsin.response.docket import acts
from tocsin.response.docket.models_deciding import Barrier
from tocsin.response.oversight import gaps, provisions
from tocsin.response.oversight.found import finders, keeping
from tocsin.response.oversight.models import Gap
from tocsin.response.oversight.undertakings import raise_gap
from tocsin.response.register import contacts, people, tools
from tocsin.response.register.models import LedgerEntry

pytestmark = pytest.mark.django_db

BARRED = {
    "type": "may_not",
    "sphere": "institutional",
    "by": "The Ministry",
    "why": "The law on sharing names forbids it",
    "evidence": "Article 12 of the Act",
    "workaround": "Ask the regional body for it",
}


def gap(finder: str) -> Gap | None:
    return Gap.objects.filter(source__startswith=f"found:{finder}:").order_by("id").last()


def test_every_finder_has_a_name_of_its_own_and_a_second_look_changes_nothing(ctx: Context) -> None:
    assert len({f.id for f in finders.FINDERS}) == len(finders.FINDERS)
    raised = keeping.look(ctx)
    assert raised and all(g.owner_post and g.due > ctx.now().date() for g in raised)
    before = kinds()
    assert keeping.look(ctx) == []
    assert kinds() == before
    told = {g.source for g in raised}
    cover = matrix(finders.library())
    whole = {
        f"found:coverage:{factor}-{phase}"
        for factor in cover.factors
        for phase in finders.PHASES
        if not any(c.options for c in cover.of(factor, phase))
    }
    assert {s for s in told if s.startswith("found:coverage:")} == whole
    assert all(row["directive_text"] for row in gaps.export(ctx.now().date())["gaps"])


def test_an_office_nobody_sits_in_has_no_contact_to_miss(ctx: Context) -> None:
    keeping.look(ctx)
    assert gap("contact") is None
    people.ensure_operator(ctx)
    people.hold(ctx, "mission_head", people.add(ctx, "ada", "Ada", by("operator")), by("operator"))
    keeping.look(ctx)
    found = gap("contact")
    assert found is not None and found.source == "found:contact:field" and found.owner_post == "desk_officer"


def test_a_contact_that_is_gone_shows_nothing_and_one_that_answers_does(ctx: Context, clock: FixedClock) -> None:
    people.ensure_operator(ctx)
    people.hold(ctx, "mission_head", people.add(ctx, "ada", "Ada", by("operator")), by("operator"))
    keeping.look(ctx)
    row = contacts.add(ctx, by("operator"), office="field", channel="sms", address="+41791234567")
    assert keeping.look(ctx) == []
    contacts.verify(ctx, row.pk, by("mission_head"))
    (closed,) = keeping.look(ctx)
    entry = LedgerEntry.objects.get(kind="contact.verified")
    assert closed.evidence.endswith(f"ledger entry {entry.seq}") and closed.closed_post == ""
    clock.move(days=contacts.STALE_DAYS + 1)
    (again,) = keeping.look(ctx)
    assert (again.pk, again.closed_at, kinds()["gap.reopened"]) == (closed.pk, None, 1)
    assert contacts.stale(row, ctx.now())


def test_what_is_over_without_a_trace_stays_open_for_a_person(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = finders.Finder("lost", "Lost", lambda _: [finders.Lack("x", "tool", "Something is lost", "analyst")], str)
    quiet = finders.Finder("lost", "Lost", lambda _: [], lambda *_: "")
    monkeypatch.setattr(keeping, "FINDERS", (lost,))
    (raised,) = keeping.look(ctx)
    with pytest.raises(Refused, match="still there"):
        gaps.close(ctx, by("analyst"), raised.pk, "We say that it is fine")
    monkeypatch.setattr(keeping, "FINDERS", (quiet,))
    assert keeping.look(ctx) == []
    raised.refresh_from_db()
    assert raised.closed_at is None
    gaps.close(ctx, by("analyst"), raised.pk, "It was found on the shelf")


def test_a_tool_is_doubted_by_its_days_and_its_gap_closes_when_it_is_drilled(ctx: Context, clock: FixedClock) -> None:
    row = tools.state(ctx, "field", name="A convoy", ready_days=1, actor=by("mission_head"))
    assert tools.doubts(row, ctx.now().date()) == []
    clock.move(days=tools.TRIED_DAYS + 1)
    assert len(tools.doubts(row, ctx.now().date())) == 2
    keeping.look(ctx)
    found = gap("tool")
    assert found is not None and found.owner_post == "desk_officer", "not the office itself"
    tools.state(ctx, "field", name="A convoy", ready_days=2, actor=by("mission_head"))
    tools.drilled(ctx, row.pk, ctx.now().date(), by("mission_head"))
    with pytest.raises(Refused, match="before the last day"):
        tools.drilled(ctx, row.pk, ctx.now().date() - timedelta(days=1), by("mission_head"))
    (closed,) = keeping.look(ctx)
    assert closed.pk == found.pk and "was stated anew, used or drilled; usable in 2 days" in closed.evidence


def test_a_bar_of_law_is_one_gap_however_often_it_is_recorded(ctx: Context, clock: FixedClock) -> None:
    item = live(ctx, clock)["MMR"]
    keeping.look(ctx)
    for _ in range(2):
        acts.block(ctx, item, by("principal"), option="D01", **BARRED)
        keeping.look(ctx)
    found = gap("barred")
    assert found is not None and (found.kind, found.item_id) == ("law", item)
    assert Gap.objects.filter(source__startswith="found:barred:").count() == 1
    standing = Barrier.objects.order_by("id").last()
    assert standing is not None
    acts.lift(ctx, item, by("principal"), barrier=standing.pk, evidence="The Act is in force since Monday")
    (closed,) = keeping.look(ctx)
    assert closed.evidence.startswith("The Act is in force")


def test_bills_move_by_reference_all_or_none_and_twice_is_once(ctx: Context) -> None:
    law = {"kind": "law", "source": "post:x", "owner_post": "deputies", "due": date(2027, 1, 1)}
    rows = []
    for n, place in enumerate(("Kenya", "Uganda")):
        one = raise_gap(ctx, what=f"Nobody may share names in {place}", **law)
        said = {"title": f"Act {n}", "text": "A mission may share names", "jurisdiction": place, "reference": "Bill 7"}
        rows.append(provisions.provide(ctx, by("deputies"), one.pk, **said))
    head = b"reference,status,on,jurisdiction\n"
    wrong = head + b"Bill 7,passed,2026-11-23,\nBill 7,vetoed,2026-11-23,\n"
    with pytest.raises(Refused, match="Nothing was moved") as told:
        provisions.load(ctx, by("deputies"), wrong)
    assert told.value.where == "line 3"
    for broken in (b"", b"reference,status\nBill 7,passed\n", head + b"Bill 7,passed\n"):
        with pytest.raises(Misuse):
            provisions.load(ctx, by("deputies"), broken)
    good = head + b"Bill 7,passed,2026-11-23,Kenya\nBill 9,passed,2026-11-23,\n"
    assert provisions.load(ctx, by("deputies"), good) == {"moved": [rows[0].pk], "known": 0, "unknown": ["Bill 9"]}
    assert provisions.load(ctx, by("deputies"), good)["known"] == 1
    provisions.move(ctx, by("deputies"), rows[0].pk, status="introduced", on=date(2026, 3, 1), source="The gazette")
    kept = provisions.as_dict(type(rows[0]).objects.get(pk=rows[0].pk))
    assert kept["status"] == "passed", "an older status is history, and not where it stands"
    assert [h["status"] for h in kept["history"]] == ["idea", "passed", "introduced"]
    with pytest.raises(Refused, match="legislature"):
        provisions.load(ctx, by("minority_staff"), good)
