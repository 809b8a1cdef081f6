"""Small rooms: no file outgrows its budget unsaid; nothing of a machine or a registry stands in the tree."""

from __future__ import annotations

import re
from statistics import median

import pytest

from contracts.tree import REPO, files, short, text, with_suffix

LONGEST = 400
REASON = re.compile(r"long because |long file on purpose", re.IGNORECASE)


def _lines(suffix: str = ".py") -> dict[str, int]:
    return {short(path): len((text(path) or "").splitlines()) for path in with_suffix(suffix)}


def test_no_code_file_is_longer_than_its_budget() -> None:
    too_long = [
        name
        for name, count in _lines().items()
        if count > LONGEST and not REASON.search("\n".join((REPO / name).read_text(encoding="utf-8").splitlines()[:24]))
    ]
    assert too_long == [], f"longer than {LONGEST} lines, and 'long because …' does not stand near the top"


def test_the_median_file_is_short(record_property: pytest.FixtureRequest) -> None:
    counts = [count for name, count in _lines().items() if name.startswith("src/") and count > 5]
    record_property("median lines of a source file", median(counts))
    assert median(counts) <= 120


# Put together here, so that this file does not hold the words it looks for.
FORBIDDEN = {
    "a package registry's host": ["py" + "pi.org", "python" + "hosted.org", "registry." + "npmjs", "npmjs" + ".com"],
    "a path of one machine": ["/" + "root/", "/" + "work/", "/" + "home/", "/" + "opt/", "/" + "Users/"],
    "somebody else's workshop": ["fa" + "rm-", ".lib" + "rary/"],
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_the_tree_names_no_registry_and_no_machine(what: str) -> None:
    found = [
        f"{short(path)}: {word}"
        for path in files()
        if path.suffix not in {".parquet", ".png"}
        for word in FORBIDDEN[what]
        if word in (text(path) or "")
    ]
    assert found == []


def test_nothing_large_or_unreadable_is_kept() -> None:
    # Pictures and our own compact tables are the only binaries; 6 MB is the budget of all tables together.
    binaries = [path for path in files() if text(path) is None]
    assert [short(p) for p in binaries if p.suffix not in {".parquet", ".png", ".pdf"}] == []
    tables = sum(path.stat().st_size for path in binaries if path.suffix == ".parquet")
    assert tables <= 6_000_000
