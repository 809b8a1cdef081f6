"""Rows set aside in a home: one quarantined, one mended, one released, and a release that was taken back."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

from tests.evidence.engines.events import export, line

from tocsin.core.context import Context
from tocsin.evidence import quarantine as room
from tocsin.evidence.store import load

DAY, MOMENT = "20260301", "20260301000000"
LONG = "<i>many</i> " * 12
ROWS = {"released": 100, "mended": 101, "quarantined": 102}


def set_aside(ctx: Context, folder: Path) -> dict[str, int]:
    """Load such a file of media reports, and return the number of a row in each state."""
    lines = [line(n, DAY, MOMENT) for n in range(1, 100)]
    lines += [line(n, DAY, MOMENT, NumMentions=LONG) for n in (200, 201, 202)]
    path = folder / f"{MOMENT}.export.CSV"
    path.write_bytes(export(*lines))
    assert load(ctx, "gdelt", path, "analyst").outcome == "quarantined"
    file, by, why = room.file_of(ctx, "gdelt"), room.By("Amal Example", "analyst", "amal"), "The article counts four"
    for row, act in ((100, "undo"), (100, "release"), (101, "wait")):
        room.keep(ctx, room.draft(ctx, file, row, {"NumMentions": "4"}, why=why, by=by), entry=1)
        if act != "wait":
            assert room.release(ctx, file, why=why, by=by).load
        if act == "undo":
            room.undo(ctx, "gdelt", why=why, by=by, enter=lambda _: nullcontext(1))
    return ROWS
