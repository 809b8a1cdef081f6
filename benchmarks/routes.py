"""Routes: what a search over many procedures costs, and how the cost grows.

    python benchmarks/routes.py [PROCEDURES]

Made-up procedures in the shape of the catalogue's: each gives one or two outputs, each may need up to two groups of up
to three outputs that come before it, twenty families, eighteen kinds of actor. Prints milliseconds for the search alone
(every path to a family, every path to anything, both for an asker) at a quarter of the procedures and at all of them,
beside the limit set for a thousand. Passes or fails nothing.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from tocsin.catalog.library import Library, library
from tocsin.catalog.links import Kind, Link, Links, links
from tocsin.options.routes import Wish, find

TODAY = date(2026, 11, 26)
LIMIT_MS = 500
FAMILIES = 20
ROUNDS = 5


def made_up(count: int) -> tuple[Library, Links]:
    """Return a catalogue of so many procedures without a circle: what is needed has a lower number."""
    chance = random.Random(count)
    real, known = library(), links()
    shape = real.procedures["U10"]
    actors = list(known.actors)
    kinds = {
        f"family-{n}": Kind.model_validate(
            {"id": f"family-{n}", "is": "family", "says": "x", "procedure": "", "within": "", "days_min": 0,
             "days_max": 0, "needs": "", "basis": "made up"}
        )
        for n in range(FAMILIES)
    }  # fmt: skip
    procedures, linked, outputs = {}, {}, []
    for number in range(count):
        code = f"X{number:05d}"
        days = sorted((chance.randint(0, 30), chance.randint(0, 90)))
        procedures[code] = shape.model_copy(
            update={"id": code, "body": f"body {number % 97}", "lead_days_min": days[0], "lead_days_max": days[1]}
        )
        groups = [
            "|".join(chance.sample(outputs[-60:], chance.randint(1, 3)))
            for _ in range(chance.choice([0, 0, 1, 1, 2]))
            if len(outputs) >= FAMILIES
        ]
        linked[code] = Link.model_validate(
            {"id": code, "initiators": chance.choice(actors), "asked_by": ";".join(chance.sample(actors, 3)),
             "needs": ";".join(groups), "start_count": "", "start_of": "", "start_who": "", "voters": "",
             "vote_count": "", "vote_of": "", "vote_who": "", "stops": "veto", "basis": "made up"}
        )  # fmt: skip
        for part in range(chance.choice([1, 1, 2])):
            name = f"output-{number}-{part}"
            kinds[name] = Kind.model_validate(
                {"id": name, "is": "output", "says": name, "procedure": code,
                 "within": f"family-{number % FAMILIES}", "days_min": 0, "days_max": 0, "needs": "", "basis": "made up"}
            )  # fmt: skip
            outputs.append(name)
    return replace(real, procedures=procedures), Links(known.actors, kinds, linked, ())


def median_ms(work: Callable[[], object]) -> float:
    """Return the median milliseconds of some rounds."""
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - start))
    return sorted(taken)[ROUNDS // 2]


def measure(count: int) -> float:
    """Print what searches cost over so many procedures; return the dearest."""
    whole, known = made_up(count)
    wish = Wish("family-7", "SDN", TODAY + timedelta(60), TODAY)
    whole_of_it = replace(wish, goal="any")
    asks = {"one family": wish, "one family, an asker": replace(wish, asker="ngo"),
            "anything": whole_of_it, "anything, an asker": replace(whole_of_it, asker="ngo")}  # fmt: skip
    dearest = 0.0
    for name, asked in asks.items():
        paths = len(find(asked, whole, known).paths)
        taken = median_ms(lambda asked=asked: find(asked, whole, known))
        dearest = max(dearest, taken)
        print(f"  {count:>6} procedures  {name:<22} {taken:>8.1f} ms  ({paths} paths in time)")
    return dearest


def main() -> None:
    """Measure at a quarter and at all."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    few, many = measure(count // 4), measure(count)
    print(f"  four times the procedures take {many / few:.1f} times as long; limit for a thousand: {LIMIT_MS} ms")


if __name__ == "__main__":
    main()
