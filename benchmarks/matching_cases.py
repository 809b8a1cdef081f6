"""The order of options tried on every past case of the catalogue: ``python benchmarks/matching_cases.py``.

Each case is asked as if its factors had been seen on the first day of its first year, under the two phases a killing
can be in, with half a year left and nobody said to be at hand. An option names the cases where it was tried; the rule
does not read that. Printed: where the options tried in a case stand among those listed, the better of the two phases,
from 0 (first) to 1 (last). Chance lies between 1/3 and 1/2, for not every option is listed under both. Tried is not the
same as right, and factors of past cases were written down afterwards: a check of the rule, and no score of it.
"""

from __future__ import annotations

import random
import statistics
from datetime import date

from tocsin.catalog.library import library
from tocsin.catalog.structure import structures
from tocsin.options import NOTHING, Question, answer
from tocsin.options.tried import Cases
from tocsin.options.weights import WORDS, Weights

DAYS = 180
KNOWN = {"N01", "C18"}
"""Kenya 2007-08 and Rwanda 1994, which the authors looked at."""


def shares(weights: Weights) -> dict[str, list[float]]:
    """Return, by case, where the options that name it stand."""
    whole = library()
    cases = Cases(whole.cases.values())
    named: dict[str, set[str]] = {}
    for option in whole.options.values():
        for name in option.historical_cases:
            case = cases.named(name)
            if case:
                named.setdefault(case.id, set()).add(option.id)
    found: dict[str, list[float]] = {}
    for case_id, tried in named.items():
        case = whole.cases[case_id]
        best: dict[str, float] = {}
        for phase in ("imminent", "ongoing"):
            day = date(case.start_year, 1, 1)
            asked = Question(structures()[case_id].place_id, case.risk_factors, phase, DAYS, day)
            ids = [m.id for m in answer(asked, whole, weights=weights).options if m.id != NOTHING]
            for place, option_id in enumerate(ids):
                if option_id in tried:
                    share = place / max(1, len(ids) - 1)
                    best[option_id] = min(best.get(option_id, 1.0), share)
        found[case_id] = sorted(best.values())
    return {case_id: values for case_id, values in found.items() if values}


def told(label: str, found: dict[str, list[float]]) -> None:
    """Print one line."""
    flat = [v for case_id, values in found.items() if case_id not in KNOWN for v in values]
    draw = random.Random(0)
    means = sorted(statistics.mean(draw.choices(flat, k=len(flat))) for _ in range(2000))
    print(
        f"{label:<22} {len(found):>3} cases {len(flat):>4} options tried: mean {statistics.mean(flat):.3f} "
        f"(90% {means[100]:.3f} to {means[1899]:.3f}), first tenth {sum(v <= 0.1 for v in flat) / len(flat):.0%}"
    )


def main() -> None:
    """Print the default order, and the order with each weight taken out."""
    told("all weights 1", shares(Weights()))
    for name in WORDS:
        told(f"without {name}", shares(Weights(**{name: 0})))


if __name__ == "__main__":
    main()
