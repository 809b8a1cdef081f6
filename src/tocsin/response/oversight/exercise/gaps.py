"""The findings of an exercise become gaps of the home that was copied."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.response.oversight.models import Gap
from tocsin.response.oversight.undertakings import raise_gap
from tocsin.response.register import drill

FILE = "debrief.json"
DUE = timedelta(days=90)
"""Time to close what an exercise found; its owner may argue for another."""


def raise_from(ctx: Context, folder: Path) -> list[Gap]:
    """Raise a gap in this home for each finding of the debrief in an exercise's folder; again changes nothing.

    Raises Misuse when there is no debrief that can be read, Refused on an exercise's own home: its gaps are real, and
    belong into the real register.
    """
    if drill.is_drill(ctx.settings):
        raise Refused(
            "Gaps are raised in the real home, and this is a copy",
            todo="Run: tocsin exercise gaps DIR, without --home DIR",
        )
    file = folder / FILE
    try:
        said: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        findings, source = said["findings"], f"exercise:{said['log'].rpartition('/')[2]}"
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise Misuse(
            "There is no debrief that can be read",
            where=str(file),
            todo=f"Run: tocsin exercise debrief --home {folder}",
        ) from None
    due = (ctx.now() + DUE).date()
    return [
        raise_gap(ctx, kind=f["kind"], what=f["what"], source=source, owner_post=f["owner_post"], due=due)
        for f in findings
    ]
