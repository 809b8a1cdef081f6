"""Reports on their way up, and barriers, on the scorecard: from the ledger alone; what it hides stays withheld."""

from __future__ import annotations

from pathlib import Path

import pytest

from response.docket.desk import by
from response.docket.reports.people import SOFT, at, graded, write
from response.oversight.lived import live
from tocsin.catalog import directive
from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.ledger.redaction import Redaction, Rule
from tocsin.response.docket import acts
from tocsin.response.docket.reports import passing
from tocsin.response.docket.tick import tick
from tocsin.response.oversight import entries, statutory
from tocsin.response.oversight.blocked import by_month
from tocsin.response.oversight.passed_on import passed_on
from tocsin.response.oversight.scorecard import scorecard
from tocsin.response.register import record
from tocsin.response.register.reports.models import ReportLapse

pytestmark = pytest.mark.django_db
READERS = directive.current().reports.readers


def travelled(ctx: Context, clock: FixedClock) -> None:
    """Two reports: one read by both and softened on its way after ten hours; one that nobody read."""
    receipt = write(ctx)
    for post in READERS:
        graded(ctx, receipt.number, at(ctx, post), factors=["RF7"], severity=3, grade="B2", note="")
    clock.move(hours=10)
    made = passing.preview(receipt_of(receipt.number), 1, SOFT).made
    reasons = dict.fromkeys(range(1, len(made) + 1), "Two of us could not confirm it")
    passing.send(ctx, receipt.number, at(ctx, READERS[0]), text=SOFT, reasons=reasons)
    write(ctx, "Houses were burnt in Tawila on Monday.", writer="sefu", place="SDN")
    clock.move(days=10)
    tick(ctx)


def receipt_of(number: int):
    from tocsin.response.register.reports.models import Report

    return Report.objects.get(pk=number)


def test_hops_and_lapses_of_reports_stand_on_the_scorecard(ctx: Context, clock: FixedClock) -> None:
    """M75: hours, what was lost, and whose clock ran out, hop by hop."""
    travelled(ctx, clock)
    told = scorecard(entries.from_register(), ctx.now())["reports"]
    assert told["reports"] == 2
    first = told["hops"][0]
    assert (first["from_tier"], first["sent"], first["hours"]["values_hours"]) == (1, 1, [10.0])
    assert first["statements_lost"] is not None and first["statements_lost"] > 0
    counted = {(la["clock"], la["post"]): la["n"] for la in told["lapses"]}
    want: dict[tuple[str, str], int] = {}
    for lapse in ReportLapse.objects.all():
        for post in lapse.posts:
            want[lapse.clock, post] = want.get((lapse.clock, post), 0) + 1
    assert counted == want != {}


def test_an_open_page_tells_no_hop_that_is_nearly_alone(ctx: Context, clock: FixedClock) -> None:
    travelled(ctx, clock)
    told = passed_on(entries.from_register().entries, open_to_all=True)
    assert told["hops"] == []
    assert 1 in told["tiers_too_few"]


def test_the_report_to_an_overseer_says_how_reports_travelled(ctx: Context, clock: FixedClock) -> None:
    travelled(ctx, clock)
    day = ctx.now().date()
    told = statutory.report(entries.from_register(), "neutral", day.replace(day=1, month=1), day, ctx.now())
    [part] = [p for e in told["elements"] for p in e["parts"] if p["id"] == "reports"]
    assert part["filled"]
    assert part["lines"][0] == "2 reports received."
    assert part["rows"][0][:2] == ["1", "1"]


def test_fields_masked_in_an_export_are_withheld_and_not_unsaid(
    ctx: Context, clock: FixedClock, tmp_path: Path
) -> None:
    """What a redacted export hides must not read as if nobody had said it."""
    of = live(ctx, clock)
    acts.outcome(ctx, of["SDN"], by("desk_officer"), came="no_onset", evidence="The road was open and nobody harmed")
    file = tmp_path / "redacted.txt"
    hide = {"item.decided": ["kind", "by.post"], "clock.lapsed": ["clock", "posts"], "item.outcome": ["came"]}
    rules = [Rule(kind=kind, hide=names, reason="names of officials") for kind, names in hide.items()]
    record.export(ctx, file, redaction=Redaction(tuple(rules)))
    read = entries.from_file(file)
    assert read.withheld == 0
    assert read.masked["item.decided by.post"] == 2
    day = ctx.now().date()
    told = statutory.report(read, "neutral", day.replace(month=1, day=1), day, ctx.now())
    found = {p["id"]: p for e in told["elements"] for p in e["parts"]}
    assert found["answers"]["rows"] == [["withheld", "withheld", "2"]]
    assert {row[1] for row in found["lapses"]["rows"]} == {"withheld"}
    assert "not said" not in str(told)
    assert any("Fields withheld: clock.lapsed clock" in line for part in found.values() for line in part["lines"])
    card = scorecard(read, ctx.now())
    whole = scorecard(entries.from_register(), ctx.now())
    assert card["masked_fields"] == read.masked
    assert set(card["lapses"]) == {"withheld"}
    assert card["outcomes"]["not_recorded"] == whole["outcomes"]["not_recorded"], "hidden is not missing"
    assert sum(row["withheld"] for row in card["outcomes"]["rows"]) == 1
    assert whole["masked_fields"] == {}


def test_barriers_by_type_over_time(ctx: Context, clock: FixedClock) -> None:
    """M22: the share of each type, month by month, from the ledger."""
    of = live(ctx, clock)
    words = {
        "sphere": "political", "by": "A permanent member", "why": "It said it would block any statement",
        "evidence": "Press line of 12 November", "workaround": "A statement of the regional body",
    }  # fmt: skip
    for kind in ("will_not", "will_not", "cannot"):
        acts.block(ctx, of["MMR"], by("principal"), option="D01", type=kind, **words)
    clock.move(days=31)
    acts.block(ctx, of["MMR"], by("principal"), option="D03", type="may_not", **words)
    first, second = scorecard(entries.from_register(), ctx.now(), open_to_all=True)["barriers"]
    assert (first["n"], first["will_not"], first["cannot"], first["may_not"]) == (3, 2, 1, 0)
    assert first["will_not_share"] == pytest.approx(2 / 3)
    assert (second["n"], second["may_not_share"]) == (1, 1.0)
    assert first["month"] < second["month"]
    assert by_month([]) == []
