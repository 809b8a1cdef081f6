"""Dated chains through today's rules: every figure asked of them, with its count, in one table.

    python benchmarks/replays.py --items items.csv --timelines timelines.csv [--seeds 20] [--noise 1000] [--write]

Dates, lost sources, changed and missing codes and noise go through the whole chain (readers, report tripwires, docket,
ladder) in a temporary register. ``--write`` also writes the back-test of each report tripwire into the catalogue: what
each alone did on every chain, by the pure function, without the docket. Nothing here passes or fails on time.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from datetime import date, datetime
from pathlib import Path
from typing import Any

from tocsin.cli.output import context, ready
from tocsin.cli.replay import thrown_away_home

ASKED = {
    ("R1", 3): date(1993, 12, 31),
    ("R1", 5): date(1994, 1, 13),
    ("R3", 5): date(2009, 3, 9),
    ("R6", 5): date(2008, 1, 2),
    ("R8", 5): None,
}
NOISE_SEEDS = 3


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=Path, required=True)
    parser.add_argument("--timelines", type=Path, required=True)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--noise", type=int, default=1000)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--write", action="store_true", help="write the back-tests of report tripwires")
    given = parser.parse_args()
    with thrown_away_home():
        ready()
        if given.write:
            # First: what has no back-test is not armed, and the chains are walked by what is armed.
            write_backtests(given)
        found = measured(given)
    if given.json:
        given.json.write_text(json.dumps(found, indent=1, default=str) + "\n", encoding="utf-8")
    return 0


def measured(given: argparse.Namespace) -> dict[str, Any]:
    """Return every figure by chain, printing each chain as it is done."""
    from tocsin.response.docket.replay import chain, disturb, score
    from tocsin.response.docket.replay.items import read_items, read_timelines

    ctx, chains = context(), read_timelines(given.timelines)
    rows = read_items(given.items, chains)

    def run(ident: str, seed: int, *, silent: bool = False, **how: Any) -> dict[str, Any]:
        fed = disturb.disturbed(rows, chains[ident], disturb.Disturbance(**how), seed)
        with chain.thrown_away():
            return score.result(chain.play(ctx, fed, silent=silent), chains[ident])

    found: dict[str, Any] = {}
    for ident, timeline in chains.items():
        began = time.monotonic()
        asked = {tier: by for (name, tier), by in ASKED.items() if name == ident} or {5: score.grace(timeline)}
        plain, silent = run(ident, 0), run(ident, 0, silent=True)
        own = [item for item in rows if item.timeline == ident]
        drops = {source: meets(run(ident, 0, drop=(source,)), asked) for source in score.sources_of(own)}
        kept = {
            name: sum(meets(run(ident, seed, **{name: pct}), asked) for seed in range(given.seeds))
            for name, pct in (("relabel", 30), ("blank", 50))
        }
        noisy = [run(ident, seed, noise=given.noise) for seed in (ctx.settings.seed, *range(1, NOISE_SEEDS))]
        found[ident] = {
            "told": {t["tier"]: t["first_date"] for t in plain["tiers"]},
            "silent": {t["tier"]: t["first_date"] for t in silent["tiers"]},
            "asked": asked,
            "met": meets(plain, asked),
            "lapses": len(plain["lapses"]),
            "lapses_silent": len(silent["lapses"]),
            "options_open_at_top": plain["options_open_at_top"],
            "false_alarms": plain["false_alarms"],
            "drops": len(drops),
            "drops_met": sum(drops.values()),
            "drops_failed": [source for source, good in drops.items() if not good],
            "seeds": given.seeds,
            "relabel_30_met": kept["relabel"],
            "blank_50_met": kept["blank"],
            "noise_items": given.noise,
            "noise_met": sum(meets(one, asked) for one in noisy),
            "noise_alarms": [one["false_alarms_by"]["alarms_over_noise"] for one in noisy],
        }
        show(ident, found[ident], timeline.title, time.monotonic() - began)
    return found


def meets(outcome: dict[str, Any], asked: dict[int, date | None]) -> bool:
    """Tell whether each tier was told by its day; None asks that it never was."""
    told = {t["tier"]: t["first_date"] for t in outcome["tiers"]}
    return all(tier not in told if by is None else tier in told and told[tier] <= by for tier, by in asked.items())


def show(ident: str, f: dict[str, Any], title: str, seconds: float) -> None:
    """Print what one chain came to."""
    print(f"\n{ident} {title} ({seconds:.0f} s)")
    print(f"  told by default     {tiers(f['told'])}   lapses {f['lapses']}, false alarms {f['false_alarms']}")
    print(f"  told when silent    {tiers(f['silent'])}   lapses {f['lapses_silent']}")
    print(f"  asked               {tiers(f['asked'])}   {'met' if f['met'] else 'NOT MET'}")
    print(f"  options open at top {f['options_open_at_top']}")
    lost = f"; not without {'; '.join(f['drops_failed'])}" if f["drops_failed"] else ""
    print(f"  one source left out {f['drops_met']} of {f['drops']} meet it{lost}")
    print(f"  relabel 30          {f['relabel_30_met']} of {f['seeds']} seeds meet it")
    print(f"  blank 50            {f['blank_50_met']} of {f['seeds']} seeds meet it")
    share = ", ".join(f"{n} ({100 * n / f['noise_items']:.1f}%)" for n in f["noise_alarms"])
    print(f"  noise {f['noise_items']}          {f['noise_met']} of {len(f['noise_alarms'])} seeds; alarms {share}")
    sys.stdout.flush()


def tiers(told: dict[int, date | None]) -> str:
    """Return tiers and their days in one line."""
    return ", ".join(f"{tier}: {day or 'never'}" for tier, day in told.items()) or "nobody"


def write_backtests(given: argparse.Namespace) -> None:
    """Write what each report tripwire alone did on every chain and over noise, as its back-test."""
    import tocsin.catalog.tripwires as catalogue
    from tocsin.response.docket.replay.backtest import backtest
    from tocsin.response.docket.replay.items import read_items, read_timelines

    chains = read_timelines(given.timelines)
    rows = read_items(given.items, chains)
    folder = Path(catalogue.__file__).parent / "backtests"
    for tripwire in catalogue.all_tripwires().values():
        if tripwire.kind == "report":
            result = backtest(tripwire, chains, rows, noise=given.noise, seeds=range(given.seeds))
            text = json.dumps(result, indent=1, sort_keys=True, default=_plain) + "\n"
            (folder / f"{tripwire.id}.json").write_text(text, encoding="utf-8")
            print(f"{tripwire.id}: {result['words']}")


def _plain(value: object) -> str:
    assert isinstance(value, date | datetime)
    return value.isoformat()


if __name__ == "__main__":
    sys.exit(main())
