"""Our models of mass-killing onset against an edition of the Early Warning Project, on the rows both forecast.

    python benchmarks/onset_vs_ewp.py --panel PREPARED.csv --peer FOOS.csv [--first 1993] [--last 2022] [--draws 300]

Prints rows, vintage, both sides and the paired differences with intervals (countries redrawn whole); passes or
fails nothing. Another edition: its two files. Another window: ``--first`` and ``--last`` base year. Every run is a look
at the test rows: write it down in src/tocsin/catalog/models/looks/.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

from tocsin.cli.output import context
from tocsin.evidence.forecast.score import compare as judge
from tocsin.evidence.forecast.score import head_to_head, peer
from tocsin.evidence.forecast.score.text import FAIR, RULED, number, signed

MODELS = ("onset_v1", "onset_v1@panel", "onset_v2", "onset_v2@panel")
FINE = ("brier", "log_loss")
TOLD = ("auc", "ap", "log_loss", "brier", "brier_skill", "recall10", "recall30")


def options(about: str | None, rival: str) -> argparse.Namespace:
    """Read the options every head-to-head of onset takes."""
    ask = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--panel", type=Path, required=True, help="the edition's modelling panel (CSV)")
    ask.add_argument("--peer", type=Path, required=True, help="the edition's rolling forecasts (CSV)")
    ask.add_argument("--first", type=int, default=1993, help="first base year (default 1993)")
    ask.add_argument("--last", type=int, default=2022, help="last base year (default 2022)")
    ask.add_argument("--draws", type=int, default=300, help="redraws of countries (default 300)")
    ask.add_argument("--json", action="store_true", help=f"print the differences to {rival} as JSON")
    return ask.parse_args()


def compare(args: argparse.Namespace, models: tuple[str, ...], rivals: tuple[str, ...]) -> None:
    """Print rows, vintage, every side's scores and the paired difference of each model to each rival that it has."""
    began = time.monotonic()
    edition, ctx = peer.read(args.panel, args.peer), context()
    forecasts = head_to_head.every_forecast(edition, head_to_head.snapshot(ctx), ctx)
    slates = head_to_head.window(edition, forecasts, args.first, args.last)
    sides = [m for m in (*rivals, *models) if m in forecasts]
    scores = {m: judge.scores(*slates, m) for m in sides}
    pairs = judge.Pairs(*slates, ctx.seed_for("score", "countries"), args.draws)
    differences = {
        f"{m} - {rival}": pairs.difference(m, rival)
        for m in models
        for rival in rivals
        if m in sides and rival in sides
    }
    if args.json:
        print(json.dumps(judge.clean({"models": scores, "differences": differences}), indent=1))
        return
    fair = slates[0]
    print(f"edition {args.panel.name}, {args.peer.name}; figures as revised since, for all sides alike")
    known = fair.label == fair.label
    print(f"base years {args.first}-{args.last}: {known.sum()} rows, {int(fair.label[known].sum())} positive")
    print(f"\n{'two-year':16}" + "".join(f"{name[:9]:>10}" for name in FAIR))
    for m in sides:
        fair_scores = scores[m]["two_year"]
        print(f"{m:16}" + "".join(f"{number(fair_scores[n], 4 if n in FINE else 3):>10}" for n in FAIR))
    print(f"\n{'EWP rule':16}" + "".join(f"{name:>10}" for name in RULED))
    for m in sides:
        print(f"{m:16}" + "".join(f"{number(scores[m]['ewp_rule'][n]):>10}" for n in RULED))
    print("\npaired difference [95%]; below 0 is better for log_loss and brier, above 0 for the rest")
    for pair, found in differences.items():
        for name in TOLD:
            d = found[name]
            print(f"  {pair:34}{name:12}{signed(d['est'])}  [{signed(d['low'])}, {signed(d['high'])}]")
    print(f"\n{time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    compare(options(__doc__, "EWP"), MODELS, ("ewp",))
