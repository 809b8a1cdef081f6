"""Run the whole suite and close with one line: ``N passed, N failed, N skipped``. Standard library only.

What a server could answer differently from a file runs twice, on SQLite and on a private PostgreSQL server
(``ON_POSTGRESQL`` and ``SAID_ONCE`` below), and the line counts both passes;
``--database sqlite`` or ``--database postgresql`` makes one of them only, and the line says so.
Skips are listed by reason. With ``CI=true`` a skip whose reason is not declared in ``tests/allowed-skips.txt`` fails.
``--no-browser`` leaves the browser tests out, and the closing line says so. Other arguments go to pytest.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET  # our own report, written a moment before
from collections import Counter
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

import browser

REPO = Path(__file__).resolve().parents[1]
REPORT = REPO / "test-results" / "junit.xml"
REPORT_POSTGRESQL = REPO / "test-results" / "junit-postgresql.xml"
ON_POSTGRESQL = ("tests/response", "tests/story", "tests/cli", "tests/core/test_database_url.py")
"""What the second pass runs where nothing narrower was asked for, but for what is ``SAID_ONCE``.

The rule: locking, triggers, transactions, faults, concurrency, queries and every story that writes to the register run
on both; a new test of these folders does too, unless it is named below with why it would say the same twice.
"""
SAID_ONCE = {
    "reads evidence and prints it; the register it has is a story's of these folders": (
        "tests/cli/test_tripwires.py",
        "tests/cli/test_load.py",
        "tests/cli/test_hub.py",
        "tests/cli/test_refresh.py",
        "tests/cli/test_options.py",
    ),
    "is about words, exit codes and signals; the same acts are written on PostgreSQL by the stories": (
        "tests/cli/test_contract.py",
        "tests/cli/test_narrowed.py",
        "tests/cli/test_directive.py",
        "tests/cli/test_directive_docs.py",
    ),
    "reads the catalogue and its pages": (
        "tests/story/test_m06_m47_options.py",
        "tests/story/test_m16_m20_r2p.py",
        "tests/story/test_m43_m52_evidence.py",
        "tests/story/test_m62_m65_m66_routes.py",
        "tests/story/test_m67_lines.py",
        "tests/story/test_m07_m51_m72_matching.py",
    ),
    "asks whether clocks, places and hashes leave traces in bytes": ("tests/story/test_two_analysts.py",),
    "breaks the program on purpose to see that the same file's other tests, which run on both, would notice": (
        "tests/response/docket/test_machine.py::test_the_machine_would_notice",
        "tests/response/docket/test_faults.py::test_the_counting_would_notice",
    ),
    "counts what a replay of history would have opened": ("tests/response/docket/replay/test_figures.py",),
}
"""What the second pass leaves out, file or test, by why it says there what it said on SQLite."""
CLOSING = REPO / "test-results" / "closing.txt"
DECLARED = REPO / "tests" / "allowed-skips.txt"
NO_BROWSER = "not tested: the pages in a real browser (BROWSER=0)"


@dataclass
class Tally:
    """What one run of the suite came to."""

    passed: int = 0
    failed: int = 0
    skipped: Counter[str] = field(default_factory=Counter)

    @property
    def closing(self) -> str:
        """The line that stands last."""
        return f"{self.passed} passed, {self.failed} failed, {self.skipped.total()} skipped"


def read(report: Path) -> Tally:
    """Count the cases of a JUnit report; an error before or after a test counts as a failure of it."""
    tally = Tally()
    if not report.exists():
        return tally
    for case in ET.parse(report).iter("testcase"):  # noqa: S314 - see above
        skipped = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            tally.failed += 1
        elif skipped is not None:
            tally.skipped[skipped.get("message", "").strip() or "no reason given"] += 1
        else:
            tally.passed += 1
    return tally


def undeclared(reasons: Counter[str], declared: Path = DECLARED) -> list[str]:
    """Return the reasons for skipping that stand on no line of the declared list (``*`` matches anything)."""
    lines = [line.strip() for line in declared.read_text(encoding="utf-8").splitlines()]
    patterns = [line for line in lines if line and not line.startswith("#")]
    return sorted(reason for reason in reasons if not any(fnmatchcase(reason, p) for p in patterns))


def pytest(arguments: list[str], report: Path, database: str) -> int:
    """Run pytest over two processes, one thread of arithmetic each, and return its exit code."""
    report.parent.mkdir(exist_ok=True)
    report.unlink(missing_ok=True)
    workers = min(os.cpu_count() or 1, 4)
    spread = ["-n", str(workers), "--dist", "loadfile"] if workers > 1 else []
    command = [sys.executable, "-m", "pytest", "-q", *spread, f"--junitxml={report}", *arguments]
    env = {"OMP_NUM_THREADS": "1"} | os.environ | {"TOCSIN_TEST_DATABASE": database}
    return subprocess.run(command, cwd=REPO, env=env, check=False).returncode


def passes(arguments: list[str], database: str, *, with_browser: bool) -> list[tuple[Path, str, list[str]]]:
    """Return each pass to make: where its report goes, on which database, and pytest's arguments."""
    narrowed = any((REPO / word.split("::")[0]).exists() for word in arguments if not word.startswith("-"))
    without = [] if with_browser else ["-m", "not browser"]
    first = (REPORT, "sqlite", [*arguments, *without])
    second = (REPORT_POSTGRESQL, "postgresql", [*arguments, "-m", "not browser"])
    if not narrowed:
        second[2].extend(ON_POSTGRESQL)
        second[2].extend(f"--deselect={name}" for names in SAID_ONCE.values() for name in names)
    return {"sqlite": [first], "postgresql": [second]}.get(database, [first, second])


def run(pass_: tuple[Path, str, list[str]]) -> Tally:
    """Make one pass; one that did not run to its end counts a failure."""
    report, database, arguments = pass_
    code = pytest(arguments, report, database)
    tally = read(report)
    if code and not tally.failed:
        # pytest could not run at all, or was stopped: that is not a pass, whatever was counted before.
        print(f"The suite on {database} did not run to its end (pytest's exit code {code}).")
        tally.failed += 1
    print(f"on {database}: {tally.closing}", flush=True)
    return tally


def main(argv: list[str]) -> int:
    """Run the suite as asked and return the exit code: 0 only when everything passed."""
    with_browser = "--no-browser" not in argv
    arguments = [word for word in argv if word != "--no-browser"]
    database = "both"
    if "--database" in arguments:
        at = arguments.index("--database")
        database = "".join(arguments[at + 1 : at + 2])
        del arguments[at : at + 2]
        if database not in ("both", "sqlite", "postgresql"):
            print("--database is both, sqlite or postgresql", file=sys.stderr)
            return 2
    if with_browser:
        path = browser.find_or_install()
        if path is None:
            print(browser.TODO, file=sys.stderr)
            return 1
        os.environ["TOCSIN_CHROMIUM"] = path
    os.environ["TOCSIN_BASE_PYTHON"] = str(REPO / ".venv" / "bin" / "python")
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="tocsin-forecasts-") as folder:
        os.environ["TOCSIN_TEST_FORECASTS"] = folder  # see tests/handed_on.py
        for pass_ in passes(arguments, database, with_browser=with_browser):
            made = run(pass_)
            tally = Tally(tally.passed + made.passed, tally.failed + made.failed, tally.skipped + made.skipped)
    print()
    for reason, count in tally.skipped.most_common():
        print(f"skipped {count}: {reason}")
    if os.environ.get("CI") == "true" and (surplus := undeclared(tally.skipped)):
        for reason in surplus:
            print(f"this reason for skipping is not declared in {DECLARED.relative_to(REPO)}: {reason}")
        tally.failed += len(surplus)
    left_out = [] if with_browser else [NO_BROWSER]
    if database != "both":
        left_out.append(f"tested on {database} only")
    closing = "; ".join([tally.closing, *left_out])
    CLOSING.parent.mkdir(exist_ok=True)
    CLOSING.write_text(closing + "\n", encoding="utf-8")
    print(closing, flush=True)
    return 1 if tally.failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
