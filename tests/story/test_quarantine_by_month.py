"""A report among millions breaks a rule: it is mended, counted once in its month, and taken out again exactly."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from tests.evidence.engines.events import export, line

from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.errors import Damaged, Refused
from tocsin.core.months import month_index
from tocsin.desk import quarantined
from tocsin.evidence import quarantine as room
from tocsin.evidence.engines import partitions
from tocsin.evidence.engines.media import media_months
from tocsin.evidence.fetch.feeds import feeds
from tocsin.evidence.store import load
from tocsin.evidence.store.replay import replay
from tocsin.response.register.models import LedgerEntry
from tocsin.response.register.people import Actor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("thin")]
ANALYST = Actor("analyst", None, "cli", "amal")
WHO = {"why": "The article says the first of March", "name": "Amal Example"}
SOURCE = "gdelt"
DAY, OF = "20260301", "20260301000000"
GOOD = [line(n, DAY, OF) for n in range(1, 40)]
BAD = line(100, "20260231", OF, MonthYear="202602", Year="2026")
ALSO = line(101, DAY, OF, NumMentions="many")

Give = Callable[..., str]


@pytest.fixture
def give(ctx: Context, tmp_path: Path) -> Give:
    """Load the lines of an export file of a moment."""

    def _give(moment: str, *lines: str) -> str:
        path = tmp_path / f"{moment}.export.CSV"
        path.write_bytes(export(*lines))
        return load(ctx, SOURCE, path, "analyst").outcome

    return _give


def ids(ctx: Context) -> list[int]:
    """Return the numbers of the events that count, as often as they do."""
    folder = ctx.settings.store / SOURCE / "months"
    parts = [pl.read_parquet(folder / e["file"]) for p in partitions.index(folder).values() for e in p.values()]
    return sorted(pl.concat(parts)["event_id"].to_list())


def counted(ctx: Context, month: str, day: date | None = None) -> int:
    """Return the reports that count in a month, as known on a day."""
    return int(media_months(ctx, as_of=day).table.filter(month=month_index(month))["events"].sum())


def mend(ctx: Context, event: str, values: dict[str, str]) -> room.File:
    """Mend the row of an event in the newest file."""
    seen = room.opened(ctx, room.file_of(ctx, SOURCE))
    row = next(r for r in seen.rows if r.came["GLOBALEVENTID"] == event)
    drafted = quarantined.mend(ctx, ANALYST, seen, row.row, values, **WHO)
    assert drafted.holds, drafted.issues
    return seen.file


RIGHT = {"SQLDATE": DAY, "MonthYear": "202603"}


def test_a_report_is_mended_counted_once_and_taken_out_exactly(ctx: Context, give: Give, clock: FixedClock) -> None:
    clock.move(days=1)
    give("20260228234500", line(900, "20250228", "20260228234500"))
    assert give(OF, *GOOD, BAD, ALSO) == "quarantined"
    spoke = next(f.last_new for f in feeds(ctx) if f.source_id == SOURCE)
    before, known = media_months(ctx), ids(ctx)
    file = mend(ctx, "100", RIGHT)
    assert ids(ctx) == known, "a mended row counts for nothing before it is released"
    clock.move(days=1)
    first = quarantined.release(ctx, ANALYST, file, **WHO)
    assert first.load
    assert ids(ctx) == sorted([*known, 100])
    after = media_months(ctx)
    assert after.counted == ("2026-03",), "a release costs the counting of its month alone"
    assert after.remembered == ("2025-02",)
    assert counted(ctx, "2026-03") == 40
    assert counted(ctx, "2026-03", date(2026, 11, 24)) == 39, "on the day before the release nobody knew it"
    assert counted(ctx, "2026-03", date(2026, 11, 25)) == 40
    assert next(f.last_new for f in feeds(ctx) if f.source_id == SOURCE) == spoke, "a mend makes no feed newer"
    assert room.opened(ctx, file).row(40).state == "released"
    assert replay(ctx).same

    # A second release of the same file adds its own row alone, and is the first to go.
    mend(ctx, "101", {"NumMentions": "4"})
    second = quarantined.release(ctx, ANALYST, file, **WHO)
    assert ids(ctx) == sorted([*known, 100, 101])
    with pytest.raises(Refused, match="newer release of the same file"):
        quarantined.undo(ctx, ANALYST, SOURCE, first.load, **WHO)
    assert give(OF, *GOOD, BAD, ALSO) == "quarantined", "the same file again takes no release away"
    assert ids(ctx) == sorted([*known, 100, 101])
    assert quarantined.undo(ctx, ANALYST, SOURCE, second.load, **WHO).rows == (41,)
    assert ids(ctx) == sorted([*known, 100])
    assert quarantined.undo(ctx, ANALYST, SOURCE, **WHO).rows == (40,)
    assert ids(ctx) == known
    assert media_months(ctx).hash == before.hash
    assert room.opened(ctx, file).row(40).state == "quarantined"
    assert replay(ctx).same
    kinds = LedgerEntry.objects.filter(kind__startswith="quarantine.").order_by("seq").values_list("kind", flat=True)
    acts = ["mended", "released", "mended", "released", "undone", "undone"]
    assert list(kinds) == [f"quarantine.{act}" for act in acts]


def test_what_the_publisher_says_later_takes_the_place_of_a_mended_row(
    ctx: Context, give: Give, clock: FixedClock
) -> None:
    give(OF, *GOOD, BAD, ALSO)
    mend(ctx, "101", {"NumMentions": "4"})
    quarantined.release(ctx, ANALYST, mend(ctx, "100", RIGHT), **WHO)
    assert {100, 101} <= set(ids(ctx))
    clock.move(days=1)
    # Event 101 comes again in another file; the moment of both comes again without 100.
    assert give("20260301001500", line(101, DAY, "20260301001500")) == "accepted"
    assert ids(ctx).count(101) == 1
    assert 100 in ids(ctx)
    give(OF, *GOOD, line(102, DAY, OF))
    assert 100 not in ids(ctx), "what a feed says of a moment is replaced whole"
    assert replay(ctx).same
    quarantined.undo(ctx, ANALYST, SOURCE, **WHO)
    assert ids(ctx) == sorted([*range(1, 40), 101, 102]), "what took its place stays"
    assert replay(ctx).same


def test_an_event_is_counted_once_and_an_older_wording_is_not_laid_over_a_later_one(
    ctx: Context, give: Give, clock: FixedClock
) -> None:
    give("20260228234500", *[line(n, "20260228", "20260228234500") for n in range(500, 540)])
    give(OF, *GOOD, line(100, DAY, OF, NumMentions="many"))
    before = ids(ctx)
    file = mend(ctx, "100", {"NumMentions": "4", "GLOBALEVENTID": "510"})
    done = quarantined.release(ctx, ANALYST, file, **WHO)
    assert not done.load
    assert "event 510 is counted already, dated 20260228" in str(done.outcome.issues[0]["message"])
    assert ids(ctx) == before
    mend(ctx, "100", {"NumMentions": "4"})
    clock.move(hours=1)
    give(OF, *GOOD, line(103, DAY, OF))
    with pytest.raises(Refused, match=f"later file, {OF}.* moments"):
        quarantined.release(ctx, ANALYST, file, **WHO)
    assert replay(ctx).same


def test_what_cannot_be_entered_is_neither_counted_nor_taken_out(
    ctx: Context, give: Give, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(OF, *GOOD, BAD)
    before = ids(ctx)
    file = mend(ctx, "100", RIGHT)

    def stopped(*_: object, **__: object) -> None:
        raise Damaged("The record has stopped")

    with monkeypatch.context() as patched:
        patched.setattr(quarantined, "entered", stopped)
        with pytest.raises(Damaged):
            quarantined.release(ctx, ANALYST, file, **WHO)
        assert ids(ctx) == before
    quarantined.release(ctx, ANALYST, file, **WHO)
    released = ids(ctx)

    @contextmanager
    def late(_: object):  # type: ignore[no-untyped-def]
        yield 2
        raise Damaged("The record has stopped")

    with pytest.raises(Damaged):
        room.undo(ctx, SOURCE, why=WHO["why"], by=room.By("Amal Example", "analyst", "amal"), enter=late)
    assert ids(ctx) == released
    assert room.opened(ctx, file).row(40).state == "released"
    assert replay(ctx).same


def test_a_part_of_a_month_that_is_lost_is_made_again_from_what_came_and_what_was_mended(
    ctx: Context, give: Give
) -> None:
    give(OF, *GOOD, BAD)
    quarantined.release(ctx, ANALYST, mend(ctx, "100", RIGHT), **WHO)
    folder = ctx.settings.store / SOURCE / "months"
    counting = {folder / e["file"] for p in partitions.index(folder).values() for e in p.values()}
    files = {p: p.read_bytes() for p in [*counting, folder / partitions.INDEX]}
    for path in files:
        path.unlink()
    told = replay(ctx)
    assert [line["state"] for line in told.loads if line["load"].startswith("months/")] == ["absent"]
    assert replay(ctx, put_back=True).put_back
    assert {p: p.read_bytes() for p in files} == files
    assert replay(ctx).same
