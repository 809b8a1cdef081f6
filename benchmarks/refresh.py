"""How long a refresh takes: whole from the bundled figures, and for one new month of UCDP, from bytes to warnings.

    python benchmarks/refresh.py --month ../shared/data/ucdp/GEDEvent_v23_0_10.csv

Prints one JSON object. Limits: a full refresh 60 s on two cores; one new month, ``tocsin load`` and ``tocsin refresh``
together, 10 s. It is told twice: for the file as it is, which stands in a yearly release by now, and for its events
moved to the month after the newest bundled one (made up so, and in a temporary folder only). Each is told in seconds on
the clock and in seconds of processor time with its children: on a busy machine the first says more of the machine. The
rival of the new month is the same month in a home where nothing was kept: what it forecasts must be the same, byte for
byte, and its time over ours is the ratio. It passes or fails on nothing but that.
"""

from __future__ import annotations

import argparse
import calendar
import csv
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tocsin.core.months import month_index, month_text

FULL_LIMIT, MONTH_LIMIT = 60.0, 10.0


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--month", type=Path, required=True, help="A monthly file of UCDP Candidate Events.")
    asked = parser.parse_args()
    root = Path(tempfile.mkdtemp(prefix="tocsin-bench-"))
    try:
        told = _measure(root, asked.month.resolve())
    finally:
        shutil.rmtree(root, ignore_errors=True)
    print(json.dumps(told, indent=2))
    return 0 if all(told[name]["same_forecasts"] for name in ("month", "new_month")) else 1


def _measure(root: Path, month: Path) -> dict[str, Any]:
    home = root / "home"
    _run(root / "warm", "doctor")  # compiled once, as an installed program is
    full = _run(home, "refresh")
    prepared = _run(home, "refresh", "--prepare")
    newest = next(s["newest"] for s in prepared["said"]["sources"] if s["id"] == "ucdp_ged")
    return {
        "cores": os.cpu_count(),
        "load_average": [round(x, 1) for x in os.getloadavg()],
        "full": {**_plain(full), "limit_seconds": FULL_LIMIT, "within": full["seconds"] <= FULL_LIMIT},
        "prepare": {**_plain(prepared), "kept_mb": round(_size(home / "store" / "fits") / 1e6, 1)},
        "month": _month(root / "as-it-is", home, month),
        "new_month": _month(root / "moved", home, _moved(month, newest, root)),
    }


def _month(root: Path, prepared: Path, month: Path) -> dict[str, Any]:
    """Load a month and refresh, in a home where all was kept and in one where nothing was."""
    home, rival = root / "home", root / "rival"
    for each in (home, rival):
        shutil.copytree(prepared, each)
    shutil.rmtree(rival / "store" / "forecasts")
    shutil.rmtree(rival / "store" / "fits")
    ours = [_run(home, "load", "ucdp_ged", str(month)), _run(home, "refresh")]
    theirs = [_run(rival, "load", "ucdp_ged", str(month)), _run(rival, "refresh")]
    mine, other = (_forecasts(h) for h in (home, rival))
    seconds, anew = (sum(r["seconds"] for r in each) for each in (ours, theirs))
    return {
        "file": month.name,
        "load": _plain(ours[0]),
        "refresh": _plain(ours[1]),
        "seconds": round(seconds, 1),
        "processor_seconds": round(sum(r["processor_seconds"] for r in ours), 1),
        "limit_seconds": MONTH_LIMIT,
        "within": seconds <= MONTH_LIMIT,
        "warnings": len(ours[1]["said"]["warnings"]),
        "anew_seconds": round(anew, 1),
        "anew_processor_seconds": round(sum(r["processor_seconds"] for r in theirs), 1),
        "ratio": round(anew / seconds, 1),
        "same_forecasts": mine == other,
    }


def _moved(month: Path, newest: str, root: Path) -> Path:
    """Write the file's events as if they had been in the month after ``newest``; those of other months are left out."""
    after = month_text(month_index(newest) + 1)
    last = calendar.monthrange(int(after[:4]), int(after[5:]))[1]
    with month.open(encoding="utf-8", newline="") as file:
        every = list(csv.DictReader(file))
    own = max({r["date_start"][:7] for r in every}, key=[r["date_start"][:7] for r in every].count)
    path = root / f"GEDEvent_v{after[2:4]}_0_{int(after[5:])}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, fieldnames=every[0])
        out.writeheader()
        for row in (r for r in every if r["date_start"].startswith(own)):
            days = {c: f"{after}-{min(int(row[c][8:10]), last):02d}{row[c][10:]}" for c in ("date_start", "date_end")}
            if row["date_end"][:7] != own:
                days["date_end"] = days["date_start"]
            out.writerow({**row, **days, "year": after[:4], "id": f"9{row['id']}"})
    return path


def _run(home: Path, *words: str) -> dict[str, Any]:
    """Run a command in a home; return its seconds, its processor time with children, and what it said."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    source = str(Path(__file__).resolve().parents[1] / "src")
    environment = {**kept, "TOCSIN_HOME": str(home), "PYTHONPATH": source}
    home.parent.mkdir(parents=True, exist_ok=True)
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    command = [sys.executable, "-m", "tocsin", *words, "--json"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    seconds, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1) or not done.stdout.strip():
        raise SystemExit(f"{' '.join(words)} failed: {done.stderr[-600:]}")
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"seconds": seconds, "processor_seconds": used, "said": json.loads(done.stdout)}


def _plain(run: dict[str, Any]) -> dict[str, float]:
    return {name: round(run[name], 1) for name in ("seconds", "processor_seconds")}


def _forecasts(home: Path) -> bytes:
    """Return the forecasts of the newest run, byte for byte."""
    runs = [(json.loads((p / "run.json").read_text())["sequence"], p) for p in (home / "runs").iterdir()]
    return (max(runs)[1] / "forecasts.parquet").read_bytes()


def _size(folder: Path) -> int:
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())


if __name__ == "__main__":
    sys.exit(main())
