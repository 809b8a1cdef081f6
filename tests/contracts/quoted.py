"""The commands that the docs quote, read out of Markdown."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from contracts.tree import REPO, short, with_suffix

FENCE = re.compile(r"^```[a-z]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`((?:tocsin|make) [^`]+)`")
PROMPT = re.compile(r"^(?:\$ )?(?:\.venv/bin/)?((?:tocsin|make) .*)$", re.MULTILINE)


def pages() -> list[Path]:
    """Return every Markdown page of the checkout."""
    return with_suffix(".md")


def commands(page: Path, program: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each quoted call of ``program``: as it stands, and its words (the program left out).

    Placeholders in angle brackets, brackets of options and an ellipsis are left out too.
    """
    text = page.read_text(encoding="utf-8")
    blocks = [block.replace("\\\n", " ") for block in FENCE.findall(text)]
    quoted = [line for block in blocks for line in PROMPT.findall(block)]
    for line in [*quoted, *INLINE.findall(FENCE.sub("", text))]:
        if not line.startswith(program + " "):
            continue
        plain = re.sub(r"\s#\s.*$", "", line)
        plain = re.split(r"\s(?:&&|\||;|>)\s", plain)[0]
        words = shlex.split(re.sub(r"[\[\]…()]", " ", plain))[1:]
        yield f"{short(page)}: {line}", words


def links(page: Path) -> Iterator[tuple[str, str]]:
    """Yield the relative links and pictures of a page: (target without anchor, anchor)."""
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if not re.match(r"[a-z]+:", target):
            name, _, anchor = target.partition("#")
            yield name, anchor


def anchors(page: Path) -> set[str]:
    """Return the anchors a Markdown page offers, one a heading, as common renderers make them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", h.lower()).strip().replace(" ", "-") for h in headings}


def targets() -> set[str]:
    """Return the targets of the Makefile."""
    return set(re.findall(r"^([a-z]+):", (REPO / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
