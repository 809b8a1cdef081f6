"""``tocsin load SOURCE FILE``: take in a publisher's file, or say exactly why not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from tocsin.evidence.store import LoadOutcome

LINES = 12


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("load")
    def load(
        source: Annotated[str, typer.Argument(help="Which source the file is of, for instance ucdp_ged.")],
        file: Annotated[Path, typer.Argument(help="The publisher's file, as it was served.")],
        by: Annotated[str, typer.Option("--by", help="The post on whose behalf it is loaded.")] = "analyst",
        replacing: Annotated[
            str,
            typer.Option(
                "--replacing",
                help="Why the figures in force are wrong: the file then stands although it has less. Kept on record.",
            ),
        ] = "",
        published: Annotated[
            str,
            typer.Option(
                "--published",
                help="The day the publisher says the file came out, as 2025-06-12: it counts as known from then on.",
            ),
        ] = "",
    ) -> int:
        """Load a publisher's file; a bad one is refused or its rows are quarantined, and the last good data stays."""
        from tocsin.cli.output import context, emit, ready
        from tocsin.core.clock import parse_date
        from tocsin.evidence import store
        from tocsin.evidence.fetch import terms
        from tocsin.evidence.sources import loadable, spec

        if source in loadable():
            terms.require(context(), spec(source))
        ready()
        from tocsin.response.register.people import cli_actor

        day = parse_date(published) if published else None
        outcome = store.load(context(), source, file, cli_actor(by).post, replacing=replacing, published=day)
        result = {
            "source": outcome.source,
            "file": outcome.file,
            "sha256": outcome.sha256,
            "release": outcome.release,
            "outcome": outcome.outcome,
            "rows_in": outcome.rows_in,
            "rows_accepted": outcome.rows_accepted,
            "rows_quarantined": outcome.rows_quarantined,
            "issues": outcome.issues,
            "todo": outcome.todo or None,
        }
        emit(result, lambda: _text(outcome))
        return 0 if outcome.outcome in ("accepted", "warned") else 1


def _text(outcome: LoadOutcome) -> str:
    """Return the outcome and its first findings for a person."""
    head = f"{outcome.source}: {outcome.file} {outcome.outcome}. "
    if outcome.outcome == "refused":
        head += "Nothing was changed; the last good data stays in force."
    else:
        head += (
            f"{outcome.rows_accepted:,} of {outcome.rows_in or 0:,} rows in force, "
            f"{outcome.rows_quarantined or 0:,} quarantined."
        )
    lines = [head]
    for issue in outcome.issues[:LINES]:
        where = ", ".join(f"{k} {issue[k]}" for k in ("row", "column", "value") if issue[k] is not None)
        lines.append(f"  {issue['rule']}: {issue['message']}" + (f" ({where})" if where else ""))
    if len(outcome.issues) > LINES:
        lines.append(f"  … and {len(outcome.issues) - LINES:,} more; --json lists them")
    if outcome.todo:
        lines.append(f"What to do: {outcome.todo}")
    return "\n".join(lines)
