"""What is noticed when a feed goes on answering: six silences, every connector, in simulated time.

    python benchmarks/silence_inside.py [SOURCE …]

Against the simulator of ``tests/fakes``, with the samples that come with each source. For each connector one fetch in
good order, then, each in a home of its own:

    silence         it is not asked any more, or never answers        looked at after cadence and grace
    emptiness       the same form with nothing in it; where only a list of files is asked, none of them new
    same for ever   the same records, every time in other bytes       looked at after ten cadences and graces
    a country gone  one place that the file had is not in it
    a region gone   half of the records of one place are not in it

Printed is what rings (tripwire), or what the load said, and whether what is in force lost a row. Broken, and exit 1:
silence or emptiness that nobody is told of, and anything that takes a row or a figure out of force and says nothing.
What is told of nobody is printed as ``not noticed``: that is the limit of what is built, not of this program.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))
sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from tests.fakes.publishers import Publisher, Reply, Request, ask, ready
from tests.fakes.publishers._tables import edited

from tocsin.catalog.geography import places
from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.settings import Settings
from tocsin.evidence import pulse
from tocsin.evidence.sources import live_ids, spec
from tocsin.evidence.store import good

BEGUN = datetime(2026, 11, 23, 12, tzinfo=UTC)
TOLD = ("silence_", "refused", "emptied", "never-lower", "unnamed-place", "sparser", "thinner", "failed")
"""What a person is told: a tripwire that rings, a load that is refused, a finding of a load."""
Change = Callable[["Changed", bytes], bytes]


class Changed(Publisher):
    """A publisher whose answers are changed from some moment on."""

    change: Change | None = None
    asked = 0

    def _beset(self, request: Request, reply: Reply, *, line: bool) -> Reply:
        reply = super()._beset(request, reply, line=line)
        if line or self.change is None or reply.status != 200:
            return reply
        body = self.change(self, reply.body)
        headers = {k: v for k, v in reply.headers.items() if k.lower() != "etag"}
        return reply if body is reply.body else replace(reply, body=body, headers=headers)


def rewritten(publisher: Changed, body: bytes) -> bytes:
    """The same records in other bytes."""
    publisher.asked += 1
    n = publisher.asked
    turned = edited(
        publisher.source, body, lambda rows, _: rows[n % len(rows) :] + rows[: n % len(rows)] if rows else rows
    )
    return turned if turned is not body and turned != body else body


def _named(row: Any) -> set[str]:
    """The places a record names, wherever it does."""
    if isinstance(row, dict | list):
        return set().union(*(_named(v) for v in (row.values() if isinstance(row, dict) else row)))
    text = str(row)
    if not (len(text) == 3 and text.isupper()) and not (text[:1].isupper() and len(text) > 3):
        return set()
    found = places().find(text)
    return {found} if isinstance(found, str) else {found.place_id} if found is not None else set()


def without(share: float) -> Change:
    """Leave out that share of the records of the place that has most of them, but not of all."""

    def change(publisher: Changed, body: bytes) -> bytes:
        def fewer(rows: list[dict[str, Any]], _: object) -> list[dict[str, Any]]:
            count = Counter(p for r in rows for p in _named(r))
            several = [p for p, n in count.most_common() if n < len(rows) and (share == 1 or n > 1)]
            if not several:
                return rows
            mine = [i for i, r in enumerate(rows) if several[0] in _named(r)]
            gone = set(mine[: max(1, int(len(mine) * share))])
            publisher.asked += len(gone)
            return [r for i, r in enumerate(rows) if i not in gone]

        return edited(publisher.source, body, fewer)

    return change


def in_force(ctx: Context, source_id: str) -> Counter[tuple[Any, ...]]:
    """Every figure's key in force. Events and documents grow file by file: no file takes one away."""
    held = good.loads(ctx.settings.store, source_id)
    rows: Counter[tuple[Any, ...]] = Counter()
    for name in sorted(set(held[-1]["tables"]) - {"events", "documents"}) if held else ():
        table = good.table(held[-1], name)
        kept = [
            c for c in table.columns if c in ("place_id", "year", "month", "period", "indicator", "ref", "id", "title")
        ]
        rows.update((name, *row) for row in table.select(kept).iter_rows()) if kept else None
    return rows


def walk(source_id: str, change: Change | None, fault: str = "", rounds: int = 0) -> tuple[str, int, bool]:
    """Return what was said, how many rows left force, and whether the change could be made at all."""
    declared = spec(source_id)
    allowed = timedelta(days=declared.cadence_days + declared.grace_days)
    with tempfile.TemporaryDirectory() as folder, Changed(source_id) as publisher:
        clock = FixedClock(BEGUN)
        ctx = Context(settings=Settings(home=Path(folder)), clock=clock)
        ready(ctx, publisher)
        ask(ctx, publisher)
        before = in_force(ctx, source_id)
        said: list[str] = []
        if fault:
            publisher.fault(fault)
        publisher.change, publisher.asked = change, 0
        for _ in range(rounds):
            clock.move(seconds=allowed.total_seconds() / 2)
            told = ask(ctx, publisher)
            said = [told.outcome, *sorted({str(i["rule"]) for load in told.loads for i in load.issues if i["rule"]})]
        if not rounds:
            clock.move(seconds=allowed.total_seconds())
        rings = sorted({w["tripwire_id"] for w in pulse.take(ctx)["warnings"]})
        lost = sum((before - in_force(ctx, source_id)).values())
        return ", ".join([*rings, *said]), lost, change is None or publisher.asked > 0


def main() -> int:
    """Print a line a connector and silence; 1 when one that must be told is not."""
    cases: list[tuple[str, Change | None, str, int]] = [
        ("silence", None, "", 0),
        ("emptiness", None, "silent_emptiness", 2),
        ("same for ever", rewritten, "", 20),
        ("a country gone", without(1.0), "", 1),
        ("a region gone", without(0.5), "", 1),
    ]
    broken = False
    for source_id in sys.argv[1:] or live_ids():
        for name, change, fault, rounds in cases:
            said, lost, made = walk(source_id, change, fault, rounds)
            told = any(
                w in said
                for w in (
                    "silence_",
                    "refused",
                    "emptied",
                    "never-lower",
                    "unnamed-place",
                    "sparser",
                    "thinner",
                    "failed",
                )
            )
            mute = name in ("silence", "emptiness") and not told
            broken |= mute or (lost > 0 and not told)
            how = "cannot be made of the sample" if not made else "" if told else "NOT NOTICED: "
            print(
                f"{source_id:16} {name:15} {how}{said if made else ''}" + (f"; {lost} rows left force" if lost else "")
            )
    return int(broken)


if __name__ == "__main__":
    sys.exit(main())
