"""``tocsin feeds fetch [SOURCE …]``: ask publishers; what is fit is in force, what is not is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tocsin.cli.output import context, emit, ready
from tocsin.core.clock import parse_date
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, TocsinError
from tocsin.core.words import begun

if TYPE_CHECKING:
    from tocsin.evidence.fetch import Fetched


def register(group: typer.Typer) -> None:
    """Add the command."""
    group.command("fetch")(fetch)


def fetch(
    sources: Annotated[list[str] | None, typer.Argument(help="Which sources; none: every feed set up.")] = None,
    since: Annotated[str, typer.Option(help="From which day on, where the publisher can be asked so: 2026-01-01")] = "",
    until: Annotated[str, typer.Option(help="Up to which day")] = "",
    due: Annotated[bool, typer.Option("--due", help="Only feeds of which something new is expected by now.")] = False,
    by: Annotated[str, typer.Option("--by", help="The post on whose behalf it is fetched.")] = "analyst",
) -> int:
    """Ask publishers. What comes is kept and judged as a file loaded by hand; the last good data stays otherwise."""
    ready()
    from tocsin.desk.watch import watch
    from tocsin.evidence import fetch as room
    from tocsin.evidence.fetch.patience import Patience
    from tocsin.response.register.people import cli_actor

    ctx, post = context(), cli_actor(by).post
    begin, end = (parse_date(day) if day else None for day in (since, until))
    asked = _asked(ctx, sources or [], due=due)
    patience, results = Patience(), []
    for n, source_id in enumerate(asked, 1):
        ctx.progress(f"Asking for {source_id} ({n} of {len(asked)})")
        try:
            results.append(_told(room.fetch(ctx, source_id, post, since=begin, until=end, patience=patience)))
        except TocsinError as error:  # one feed in trouble does not keep the others from being asked
            if sources and len(asked) == 1:
                raise
            results.append(_blank(source_id, error))
    watch(ctx)  # what a publisher left unsaid is on the docket now, not at the next move of the clocks
    emit({"fetched": results}, lambda: "\n".join(map(_line, results)) or "No feed is set up; see: tocsin feeds list")
    return 0 if all(r["ok"] for r in results) else 1


def _asked(ctx: Context, sources: list[str], *, due: bool) -> list[str]:
    """Return which feeds to ask. Raises Misuse for one that there is not."""
    from tocsin.evidence.fetch import feeds

    found = {feed.source_id: feed for feed in feeds(ctx)}
    unknown = [s for s in sources if s not in found]
    if unknown:
        raise Misuse(f"{unknown[0]!r} cannot be fetched", todo=f"Choose one of {', '.join(found)}")
    named = [found[s] for s in dict.fromkeys(sources)] or [f for f in found.values() if not f.missing]
    if due:
        now = ctx.now()
        named = [f for f in named if f.last_answer is None or f.last_answer + f.cadence <= now or f.outcome == "failed"]
    return [feed.source_id for feed in named]


def _told(fetched: Fetched) -> dict[str, Any]:
    """Return what became of one fetch. A file with quarantined rows is in force, and is no plain success."""
    loads = [
        {
            "file": load.file,
            "outcome": load.outcome,
            "release": load.release,
            "rows_in": load.rows_in,
            "rows_accepted": load.rows_accepted,
            "rows_quarantined": load.rows_quarantined,
        }
        for load in fetched.loads
    ]
    return {
        "source": fetched.source,
        "outcome": fetched.outcome,
        "ok": fetched.ok and all(load.outcome in ("accepted", "warned") for load in fetched.loads),
        "said": fetched.said,
        "rule": fetched.rule or None,
        "todo": fetched.todo or None,
        "not_before": fetched.not_before,
        "answers": len(fetched.asks),
        "loads": loads,
        "unchanged": fetched.unchanged,
    }


def _blank(source_id: str, error: TocsinError) -> dict[str, Any]:
    """Return a feed that was not asked at all."""
    empty: dict[str, Any] = dict.fromkeys(("rule", "not_before"))
    done = {
        "source": source_id,
        "outcome": "not asked",
        "ok": False,
        "said": error.what,
        "todo": error.todo or None,
    }
    return {**done, **empty, "answers": 0, "loads": [], "unchanged": []}


def _line(result: dict[str, Any]) -> str:
    """Return one result for a person."""
    lines = [f"{result['source']}: {result['outcome']}. {begun(result['said'].rstrip('.'))}."]
    lines += [
        f"  {load['file']} {load['outcome']}: {load['rows_accepted']:,} of {load['rows_in'] or 0:,} rows in force"
        for load in result["loads"]
    ]
    if result["todo"]:
        lines.append(f"  What to do: {result['todo']}")
    return "\n".join(lines)
