"""A memo, the report after it and a gap, by command: what the pages of documents and gaps are looked at with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path


def in_chain(folder: Path, put: Callable[..., str]) -> None:
    """Enter a memo and the report after it, with a finding each, and one gap."""
    for n, (kind, text) in enumerate((("memo", "At least 400 were killed."), ("report", "About 300 were killed.")), 1):
        (folder / f"{kind}.txt").write_text(text, encoding="utf-8")
        said = ("--title", f"The {kind}", "--issued-by", "The field desk", "--issued-on", "2026-01-05", "--kind", kind)
        after = ("--follows", str(n - 1)) if n > 1 else ()
        put("oversight", "documents", "add", str(folder / f"{kind}.txt"), *said, *after, "--by", "analyst")
        found = ("--number", str(n), "--text", text, "--owner", "mission_head", "--due", "2026-02-01")
        put("oversight", "documents", "find", str(n), *found, "--by", "analyst")
    what = ("--what", "Nobody at the mission answers at night", "--owner", "mission_head", "--due", "2030-01-01")
    put("oversight", "gaps", "raise", "--kind", "law", *what, "--by", "analyst")
    law = ("--title", "Sharing Act", "--text", "A mission may share names.", "--jurisdiction", "Kenya")
    put("oversight", "gaps", "provision", "1", *law, "--by", "analyst")
