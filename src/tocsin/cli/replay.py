"""``tocsin replay``: a dated chain of warnings through today's rules, in a register that is thrown away."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from tocsin.cli.output import context, emit, ready
from tocsin.core.errors import Misuse


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("replay")(replay)


def replay(  # noqa: PLR0917 - options of a command, named at the call
    timeline: Annotated[str, typer.Argument(help="Which chain of the files")],
    items: Annotated[Path, typer.Option(help="CSV of dated items with two readers' codes")],
    timelines: Annotated[Path, typer.Option(help="CSV of chains: title, onset, kind of control")],
    silent: Annotated[bool, typer.Option("--silent", help="Nobody answers; clocks carry items upward")] = False,
    noise: Annotated[int, typer.Option(min=0, max=20_000, help="Items of other chains, place and date moved")] = 0,
    drop: Annotated[list[str] | None, typer.Option(help="Leave out a source; may be repeated")] = None,
    relabel: Annotated[int, typer.Option(min=0, max=100, help="Per cent of factor codes changed")] = 0,
    blank: Annotated[int, typer.Option(min=0, max=100, help="Per cent of factor codes taken out")] = 0,
    seed: Annotated[int | None, typer.Option(help="Of every draw; the installation's when left out")] = None,
) -> None:
    """Feed dated items through readers, report tripwires and directive on a moved clock, and say who was told when.

    By default every tier acknowledges and decides to watch, so that only new items raise the level. Your home is not
    touched: everything happens in a temporary register, and no message leaves it.
    """
    with thrown_away_home():
        ready()
        from tocsin.response.docket.replay import chain, disturb, score
        from tocsin.response.docket.replay.items import read_items, read_timelines

        ctx = context()
        chains = read_timelines(timelines)
        if timeline not in chains:
            raise Misuse(
                f"There is no timeline {timeline!r}", where=str(timelines), todo=f"There are {', '.join(chains)}"
            )
        how = disturb.Disturbance(noise, tuple(drop or ()), relabel, blank)
        drawn = ctx.settings.seed if seed is None else seed
        fed = disturb.disturbed(read_items(items, chains), chains[timeline], how, drawn)
        with chain.thrown_away():
            played = chain.play(ctx, fed, silent=silent)
            found = score.result(played, chains[timeline])
        result = {
            "timeline": timeline,
            "mode": "silent" if silent else "watch",
            "disturbance": {**how.as_dict(), "seed": drawn},
            **found,
        }
        emit(result, lambda: text(result, chains[timeline].title))


@contextmanager
def thrown_away_home() -> Iterator[Path]:
    """Point every setting at a temporary home with a register of its own, and remove it afterwards."""
    kept = {
        name: os.environ.pop(name) for name in list(os.environ) if name.startswith("TOCSIN_") and name != "TOCSIN_SEED"
    }
    folder = Path(tempfile.mkdtemp(prefix="tocsin-replay-"))
    os.environ["TOCSIN_HOME"] = str(folder)
    try:
        yield folder
    finally:
        del os.environ["TOCSIN_HOME"]
        os.environ.update(kept)
        shutil.rmtree(folder, ignore_errors=True)


def text(r: dict[str, Any], title: str) -> str:
    """Return a replay as a person reads it."""
    lines = [f"{r['timeline']}, {title}: {r['items']['reached']} items reached the chain, "
             f"{len(r['items']['kept_from_the_chain'])} did not."]  # fmt: skip
    for tier in r["tiers"]:
        stood = f" ({'; '.join(tier['offices_of_the_chain'])})" if tier["offices_of_the_chain"] else ""
        lines.append(f"  tier {tier['tier']} told {tier['first_date']}: {', '.join(tier['addressees'])}{stood}")
    for item in r["opened"]:
        lines.append(f"  opened {item['date']} at level {item['level']} by {item['tripwire']}")
    for item in r["raised"]:
        lines.append(f"  raised {item['date']} to level {item['level']}")
    if r["top_notified"] is None:
        lines.append("The top was never told.")
    elif r["onset"]:
        days = r["days_before_onset"]
        lines.append(
            f"The top was told {abs(days)} days {'before' if days >= 0 else 'after'} the onset of {r['onset']}."
        )
    if r["options"]:
        o = r["options"]
        lost = len(o["lost_since_first_warning"])
        lines.append(
            f"Options whose shortest lead time still fitted then: {o['open']} of {o['of']}; {lost} had been lost since "
            f"the first warning of {o['first_warning']}."
        )
    false = r["false_alarms_by"]
    if false["noise_items"]:
        lines.append(
            f"Noise: {false['alarms_over_noise']} alarms over {false['noise_items']} items ({false['noise_pct']}%)."
        )
    lines.append(f"Lapses: {len(r['lapses'])}. False alarms: {r['false_alarms']}.")
    return "\n".join(lines)
