"""IATI: what it costs to take an activity file in as a list of projects, and how cost and memory grow.

    python benchmarks/iati.py [ACTIVITIES]

Writes activity files of invented projects, a tenth of the activities and all of them, and takes each into a register
(SQLite, in a temporary folder) in a process of its own. Prints activities a second, the peak of memory above the
start, and how time and memory grow. The rival is parsing alone, in the same process: the register must not cost more
for an activity the more there are. Limits: that ratio at most 1.5 times, memory at most 1.5 times. Passes or fails
nothing.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parents[1]
BAD = 1000
"""Every so many activities names a country there is not: it must be quarantined, and hold up no other."""


def peak_mb() -> float:
    """Return the most memory this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def taken_in(path: Path, home: Path) -> dict[str, float]:
    """Take one file in, in this process, and return what it cost."""
    os.environ.update(TOCSIN_HOME=str(home), DJANGO_SETTINGS_MODULE="tocsin.desk.settings")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    from tocsin.catalog import iati
    from tocsin.cli.output import context
    from tocsin.response.register import portfolio
    from tocsin.response.register.people import cli_actor

    begin = time.perf_counter()
    with path.open("rb") as file:
        count = sum(1 for one in iati.activities(file) if iati.read(one.cells) or True)
    parsed = time.perf_counter() - begin
    before, begin = peak_mb(), time.perf_counter()
    taken = portfolio.take(context(), path, "Benchmark", cli_actor("analyst"))
    seconds = time.perf_counter() - begin
    return {
        "activities": count,
        "parse_s": parsed,
        "seconds": seconds,
        "taken": taken.read.taken,
        "quarantined": taken.read.quarantined,
        "before_mb": before,
        "peak_mb": peak_mb(),
        "file_mb": path.stat().st_size / 1e6,
    }


def apart(count: int, folder: Path) -> dict[str, float]:
    """Write a file of so many activities and take it in, in a process of its own."""
    sys.path.insert(0, str(HERE / "tests"))
    from iati_files import file_of, many

    path = file_of(folder / f"{count}.xml", many(count, bad=BAD))
    home = folder / f"home{count}"
    run = [sys.executable, __file__, "--one", str(path), str(home)]
    env = {**os.environ, "PYTHONPATH": str(HERE / "src")}
    done = subprocess.run(run, check=True, capture_output=True, text=True, env=env)
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    """Measure a tenth of the activities and all of them."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as name:
        small, large = (apart(n, Path(name)) for n in (count // 10, count))
    for one in (small, large):
        each = one["seconds"] / one["activities"] * 1000
        print(
            f"  {one['activities']:>8,.0f} activities, {one['file_mb']:.0f} MB: {one['seconds']:.1f} s, "
            f"{one['activities'] / one['seconds']:,.0f} a second "
            f""
            f"({each:.2f} ms each; parsing alone {one['parse_s']:.1f} s); "
            f"peak {one['peak_mb']:.0f} MB, {one['peak_mb'] - one['before_mb']:.0f} above parsing alone; "
            f"{one['taken']:,.0f} taken, {one['quarantined']:,.0f} quarantined"
        )
    over = [one["seconds"] / one["parse_s"] for one in (small, large)]
    print(
        f"  taking in over parsing alone, same process: x {over[0]:.2f} and x {over[1]:.2f} (growth limit 1.5), ",
        end="",
    )
    print(f"growth x {over[1] / over[0]:.2f}; peak memory x {large['peak_mb'] / small['peak_mb']:.2f} (limit 1.5)")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(taken_in(Path(sys.argv[2]), Path(sys.argv[3]))))
    else:
        main()
