"""Undertakings and gaps: a principle becomes steps, acts stand under it, and what is missing is owned and due."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from response.docket.desk import by, kinds
from response.oversight.lived import live
from tocsin.catalog import oversight
from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.response.docket.models import DeliveryDrill, Lapse, Message
from tocsin.response.docket.tick import tick
from tocsin.response.oversight import gaps, provisions, undertaken, undertakings
from tocsin.response.oversight.models import Citation, Gap, Procedure
from tocsin.response.oversight.undertakings import raise_gap
from tocsin.response.register.models import LedgerEntry

pytestmark = pytest.mark.django_db

FOUND = {
    "kind": "contact",
    "what": "Nobody at the mission answers at night",
    "source": "exercise:1",
    "owner_post": "mission_head",
    "due": date(2027, 1, 31),
}


def row(ctx: Context, key: str) -> dict:
    return next(r for r in undertaken.register(ctx.now().date()) if r["key"] == key)


def test_a_commitment_shows_the_acts_that_cite_it_and_one_without_shows_as_unmet(
    ctx: Context, clock: FixedClock
) -> None:
    of = live(ctx, clock)
    assert all("unmet" in r["states"] for r in undertaken.register(ctx.now().date()))
    decided = LedgerEntry.objects.get(kind="item.decided", item=of["SDN"])
    made = undertakings.cite(
        ctx, by("desk_officer"), "r2p-139-timely", decided.seq, "It answered within the clock, by peaceful means"
    )
    told = row(ctx, "r2p-139-timely")
    assert told["states"] == ["no procedure", "acted on"]
    assert [(a["act"], a["item"]) for a in told["acts"]] == [(decided.seq, of["SDN"])]
    assert LedgerEntry.objects.get(seq=made.ledger_seq).kind == "undertaking.cited"
    assert "unmet" in row(ctx, "r2p-138")["states"]
    with pytest.raises(Refused, match="cited for"):
        undertakings.cite(ctx, by("desk_officer"), "r2p-139-timely", decided.seq, "Once more for good measure")
    lapse = LedgerEntry.objects.filter(kind="clock.lapsed")[0]
    with pytest.raises(Refused, match="no act"):
        undertakings.cite(ctx, by("desk_officer"), "r2p-139-timely", lapse.seq, "A lapse fulfils nothing at all")
    assert Citation.objects.count() == 1


def test_a_principle_without_a_procedure_is_reported_and_one_with_a_step_is_not(
    ctx: Context, clock: FixedClock
) -> None:
    bare = {r["key"] for r in undertaken.without_procedure(ctx.now().date())}
    assert bare == set(oversight.undertakings()), "nobody here was given any of them"
    undertakings.set_procedure(
        ctx,
        by("deputies"),
        "us-wiesel-4",
        post="desk_officer",
        what="Train every officer before a posting",
        due=date(2027, 3, 1),
        shown_by="The list of those trained, with dates",
    )
    told = gaps.export(ctx.now().date())
    assert {r["undertaking"] for r in told["principles_without_procedure"]} == bare - {"us-wiesel-4"}
    clock.move(days=120)
    assert row(ctx, "us-wiesel-4")["states"] == ["overdue", "unmet"]
    with pytest.raises(Refused, match="below"):
        undertakings.finish(ctx, by("analyst"), Procedure.objects.get().pk, "The list of March")
    undertakings.finish(ctx, by("desk_officer"), Procedure.objects.get().pk, "The list of March")
    assert row(ctx, "us-wiesel-4")["states"] == ["acted on"]


def test_an_undertaking_can_be_added_and_a_bad_one_cannot(ctx: Context) -> None:
    words = {
        "title": "A hearing each quarter",
        "issued_by": "The committee",
        "reference": "Minutes 4",
        "made_on": "2026-11",
    }
    undertakings.add(
        ctx, by("deputies"), key="hearing-quarterly", principle="The office reports every quarter", **words
    )
    assert row(ctx, "hearing-quarterly")["added_here"]
    with pytest.raises(Refused, match="already"):
        undertakings.add(ctx, by("deputies"), key="us-psd-10", principle="The office reports every quarter", **words)
    with pytest.raises(Misuse, match="principle"):
        undertakings.add(ctx, by("deputies"), key="other-key", principle="x", **words)
    with pytest.raises(Refused, match="legislature"):
        undertakings.add(ctx, by("minority_staff"), key="ours", principle="The office reports each week", **words)


def test_the_same_finding_is_one_gap_with_one_entry(ctx: Context) -> None:
    first, again = raise_gap(ctx, **FOUND), raise_gap(ctx, **FOUND)
    assert first == again
    assert Gap.objects.count() == LedgerEntry.objects.filter(kind="gap.raised").count() == 1
    assert raise_gap(ctx, **{**FOUND, "source": "exercise:2"}) != first


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"kind": "mood"}, Misuse),
        ({"owner_post": "nobody"}, Misuse),
        ({"what": "x"}, Refused),
        ({"source": " "}, Refused),
    ],
)
def test_a_gap_that_says_nothing_is_refused_and_nothing_written(ctx: Context, wrong: dict, error: type) -> None:
    with pytest.raises(error):
        raise_gap(ctx, **{**FOUND, **wrong})
    assert not Gap.objects.exists() and not LedgerEntry.objects.exists()


def test_lapses_that_repeat_open_one_gap_and_once_closed_only_new_ones_count(ctx: Context, clock: FixedClock) -> None:
    live(ctx, clock)
    assert gaps.notice(ctx) == [], "twice is no pattern"
    for day in (1, 2, 3):
        item = Lapse.objects.order_by("id")[0].item
        Lapse.objects.create(
            item=item,
            clock="delivery",
            tier=1,
            posts=["analyst"],
            due=ctx.now() - timedelta(days=day),
            recorded_at=ctx.now(),
        )
    (gap,) = gaps.notice(ctx)
    assert (gap.kind, gap.owner_post, gap.source) == ("contact", "mission_head", "lapses:delivery:analyst")
    before = kinds()
    clock.move(hours=1)
    assert gaps.notice(ctx) == []
    assert kinds() == before, "a second look writes nothing"
    gaps.close(ctx, by("mission_head"), gap.pk, "A second number is on the rota")
    clock.move(hours=1)
    assert gaps.notice(ctx) == [], "what was closed is not raised again by the lapses it was closed for"


def test_a_post_that_no_drill_reaches_is_a_gap(ctx: Context) -> None:
    drill = DeliveryDrill.objects.create(
        started_at=ctx.now(), by_post="operator", answer_by=ctx.now(), closed_at=ctx.now()
    )
    for post, answered in (("analyst", ctx.now()), ("mission_head", None)):
        letter = Message.objects.create(key=post, to_post=post, subject="DRILL", body="DRILL", created_at=ctx.now())
        drill.calls.create(post=post, message=letter, answered_at=answered)
    (gap,) = gaps.notice(ctx)
    assert "Head of mission" in gap.what and gap.owner_post == "desk_officer"
    gaps.close(ctx, by("desk_officer"), gap.pk, "Answered on the phone")
    assert gaps.notice(ctx) == []


def test_every_open_gap_is_exported_with_a_slot_a_text_and_its_owner(ctx: Context) -> None:
    for kind in Gap.Kind.values:
        raise_gap(ctx, **{**FOUND, "kind": kind})
    written = raise_gap(ctx, **{**FOUND, "kind": "law", "source": "post:x"}, slot="authorities", proposed="- {id: new}")
    shut = raise_gap(ctx, **{**FOUND, "source": "drill:9"})
    gaps.close(ctx, by("mission_head"), shut.pk, "A deputy is named")
    rows = gaps.export(ctx.now().date())["gaps"]
    assert {r["gap"] for r in rows} == {g.pk for g in Gap.objects.filter(closed_at=None)}
    for told in rows:
        assert told["directive_slot"] and told["directive_text"] and told["owner"]
    assert next(r for r in rows if r["gap"] == written.pk)["directive_text"] == "- {id: new}"


def test_a_gap_shows_the_provisions_that_would_close_it_and_how_far_they_have_come(
    ctx: Context, clock: FixedClock
) -> None:
    gap = raise_gap(ctx, **{**FOUND, "kind": "law"})
    row = provisions.provide(ctx, by("deputies"), gap.pk, title="Sharing Act", text="A mission may share names with …")
    clock.move(days=20)
    provisions.move(ctx, by("deputies"), row.pk, status="introduced", on=ctx.now().date(), reference="H.R. 1")
    (told,) = gaps.listing(ctx.now().date())
    assert [(p["title"], p["status"], p["reference"]) for p in told["provisions"]] == [
        ("Sharing Act", "introduced", "H.R. 1")
    ]
    assert kinds()["gap.provision"] == 2
    with pytest.raises(Misuse, match="in committee"):
        provisions.move(ctx, by("deputies"), row.pk, status="vetoed", on=ctx.now().date())
    with pytest.raises(Refused, match="has not come"):
        provisions.move(ctx, by("deputies"), row.pk, status="passed", on=ctx.now().date() + timedelta(days=1))
    clock.move(days=60)
    assert gaps.listing(ctx.now().date())[0]["state"] == "overdue"
    tick(ctx)
