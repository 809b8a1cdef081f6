"""Monthly deaths against conflictology, the benchmark of the ViEWS prediction challenge: the last twelve months as
they were.

    python benchmarks/violence_vs_conflictology.py [--first 2010] [--last 2021] [--draws 300]
        [--outcome one_sided_deaths] [--json FILE]

Rows, vintage and rolling fits are those of ``tocsin score violence``: origins December before a test year to September
in it, every third; 36 leads; fits on months closed by that December; labels of the yearly release alone. Prints CRPS
of both sides, the ratio pooled over rows and as the mean of yearly ratios, each with the middle 95% of redraws of
countries. Years from 2010 on are the test: note every run on them in src/tocsin/catalog/models/looks/violence_v1.yml.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from tocsin.core.context import Context
from tocsin.evidence.forecast.models.violence_v1 import COUNTED
from tocsin.evidence.forecast.violence import score

MODELS = ("violence_v1", "conflictology", "persistence", "climatology_monthly")


def main() -> None:
    """Print both sides and the ratio, for all rows, quiet ones, and spans of leads."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--first", type=int, default=2010)
    asked.add_argument("--last", type=int, default=2021)
    asked.add_argument("--draws", type=int, default=300)
    asked.add_argument("--outcome", choices=tuple(COUNTED.values()), default="one_sided_deaths")
    asked.add_argument("--json", type=Path)
    given = asked.parse_args()
    result = score.run(Context(), given.first, given.last, draws=given.draws, seeds=0, part=given.outcome)
    told = result["counts"][given.outcome]
    print(
        f"{given.outcome}, {result['test_years']}, labels to {result['newest_label']}; UCDP GED, one release, of 2021"
    )
    kinds = {k: told[k] for k in ("all", "quiet", "not_quiet")} | {f"leads {k}": v for k, v in told["leads"].items()}
    for kind, part in kinds.items():
        print(f"{kind}: {part['rows']:,} rows, {part['with_deaths']:,} with deaths")
        for model in MODELS:
            s = part["models"][model]
            pooled, years = s.get("ratio_pooled_95"), s.get("ratio_years_95")
            print(f"  {model:20} CRPS {s['crps']:8.3f}  pooled {_with(s['ratio_pooled'], pooled)}", end="  ")
            print(f"mean of years {_with(s['ratio_years'], years)}")
    if given.json:
        given.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def _with(value: float | None, ends: list[float] | None) -> str:
    """Return a ratio with its interval."""
    if value is None:
        return "–"
    return f"{value:.3f}" + (f" [{ends[0]:.3f}, {ends[1]:.3f}]" if ends else "")


if __name__ == "__main__":
    main()
