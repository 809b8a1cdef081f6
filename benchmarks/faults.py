"""Ten thousand kills: workers ended by SIGKILL at drawn points, on the database named, and what came of it.

    python benchmarks/faults.py [sqlite|postgresql] [KILLS] [SEED]

Needs the tests beside it (tests/response/docket/faults.py does the work; PostgreSQL comes from tests/postgres.py).
SEED is that of the first home (default 1): a run that was ended goes on with the next one.
Prints a line a home (500 kills each, the home in memory where the machine has such a folder), then the sums and where
the kills hit. Lost, duplicate effects and messages after acknowledgement must all be 0; exits 1 otherwise.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

REPO = Path(__file__).resolve().parents[1]
EACH = 500
MUST_BE_0 = ("lost", "duplicate_effects", "messages_after_acknowledgement")


def main(database: str, kills: int, first: int) -> int:
    os.environ["TOCSIN_TEST_DATABASE"] = database
    sys.path.insert(0, str(REPO / "tests"))
    import databases

    databases.begin()
    sums: Counter[str] = Counter()
    where: Counter[str] = Counter()
    acts: Counter[str] = Counter()
    counted: Counter[str] = Counter()
    begun, seed = time.monotonic(), first - 1
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    while sums["kills"] < kills:
        seed += 1
        with tempfile.TemporaryDirectory(prefix="tocsin-faults-", dir=memory) as folder:
            home = Path(folder) / "home"
            env = {**os.environ, "TOCSIN_HOME": str(home), "PYTHONPATH": str(REPO / "src"), **databases.of(home)}
            program = REPO / "tests/response/docket/faults.py"
            words = [sys.executable, str(program), str(min(EACH, kills - sums["kills"])), str(seed)]
            run = subprocess.run(words, env=env, capture_output=True, text=True, check=False)
        if run.returncode:
            print(f"seed {seed}: {run.stderr[-2000:]}")
            return 1
        found = json.loads(run.stdout)
        sums.update({key: found[key] for key in ("kills", "two_at_once", "repeated_calls_with_one_effect", *MUST_BE_0)})
        where.update(found["where_killed"])
        acts.update(found["acts_killed"])
        counted.update(found["counted"])
        print(f"seed {seed}: {sums['kills']:,} kills, {time.monotonic() - begun:.0f} s, {dict(sums)}", flush=True)
    print(f"\n{database}: {dict(sums)}\nkilled while: {dict(acts)}\ncounted: {dict(counted)}\nwhere:")
    for place, count in where.most_common():
        print(f"{count:>7,}  {'#' * max(1, round(60 * count / max(where.values())))} {place}")
    return int(any(sums[key] for key in MUST_BE_0))


if __name__ == "__main__":
    database, kills, first = [*sys.argv[1:], *("sqlite", "10000", "1")[len(sys.argv) - 1 :]]
    sys.exit(main(database, int(kills), int(first)))
