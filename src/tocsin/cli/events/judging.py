"""``tocsin events queue | judge | split | undo | judged``: what people say of reports that may be of one event."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from tocsin.cli.output import context, emit, ready
from tocsin.core.errors import Misuse

By = Annotated[str, typer.Option(help="The post you act under")]
Why = Annotated[str, typer.Option(help="The reason, in a few words")]


def queue(
    place: Annotated[str, typer.Option(help="Pairs of one place alone")] = "",
    after: Annotated[str, typer.Option(help="Go on here: the key at the end of the last page")] = "",
    most: Annotated[int, typer.Option(min=1, max=200, help="Pairs a page")] = 20,
) -> None:
    """List pairs of events that may be one, most dead first: the rule was not sure, a person is asked."""
    ready(register=False)
    from tocsin.catalog.geography.lookup import meant
    from tocsin.cli.events.words import waiting
    from tocsin.evidence.events import one

    found, onward, many = one.queue(context(), meant(place) if place else "", after, most)

    def text() -> str:
        lines = [f"{many:,} pairs wait.", *(waiting(pair) for pair in found)]
        return "\n\n".join([*lines, *([f"There are more: --after {onward}"] if onward else [])])

    emit({"waiting": many, "pairs": [asdict(pair) for pair in found], "next": onward}, text)


def judge(
    one: Annotated[str, typer.Argument(help="A report, by its twenty figures")],
    other: Annotated[str, typer.Argument(help="Another report")],
    *,
    same: Annotated[bool, typer.Option("--same", help="They are of one event.")] = False,
    apart: Annotated[bool, typer.Option("--apart", help="They are of two events.")] = False,
    why: Why,
    by: By,
) -> None:
    """Judge two reports: of one event, or of two. It stands above the rule, is entered, and can be taken back."""
    if same == apart:
        raise Misuse("Say one of the two", todo="Add --same or --apart")
    ready()
    from tocsin.desk import judged_events
    from tocsin.response.register.people import cli_actor

    made = judged_events.judge(context(), cli_actor(by), "same" if same else "apart", (one, other), why)
    emit({"judgement": made.pk, "word": made.word}, f"Judgement {made.pk}: {made.get_word_display()}.")


def split(
    report: Annotated[str, typer.Argument(help="The report to take out of its event")], *, why: Why, by: By
) -> None:
    """Take a report out of its event: it is judged to be apart from each of the others in it."""
    ready()
    from tocsin.desk import judged_events
    from tocsin.response.register.people import cli_actor

    made = judged_events.split(context(), cli_actor(by), report, why)
    emit(
        {"judgement": made.pk, "pairs": len(made.pairs)}, f"Judgement {made.pk}: apart from {len(made.pairs)} reports."
    )


def undo(judgement: Annotated[int, typer.Argument(help="The number of a judgement")], *, why: Why, by: By) -> None:
    """Take a judgement back: what stood before it stands again, and both stay on record."""
    ready()
    from tocsin.desk import judged_events
    from tocsin.response.register.people import cli_actor

    made = judged_events.take_back(context(), cli_actor(by), judgement, why)
    emit({"judgement": made.of_id, "taken_back_by": made.pk}, f"Judgement {made.of_id} is taken back.")


def judged(place: Annotated[str, typer.Option(help="Judgements on one place alone")] = "") -> None:
    """List what was judged, newest first: by whom, when, why, what was taken back and what others pass over."""
    ready()
    from tocsin.catalog.geography.lookup import meant
    from tocsin.cli.events.words import passed
    from tocsin.desk import judged_events

    rows = judged_events.about(context(), [], place_id=meant(place) if place else "", most=500)

    def text() -> str:
        lines = []
        for row in rows:
            back = f"; taken back by {row['back']['by']} {row['back']['at']}" if row["back"] else ""
            pairs = ", ".join(" and ".join(pair) for pair in row["pairs"])
            said = f"{row['number']}  {row['at']}  {row['by']}: {row['said']} ({pairs}). {row['why']}"
            lines.append(f"{said}{back}{passed(row)}")
        return "\n".join(lines) or "Nothing was judged."

    emit({"judgements": rows}, text)
