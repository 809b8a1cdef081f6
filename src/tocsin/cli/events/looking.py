"""``tocsin events list | show | actors | rebuild``: what is in the event store."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated

import typer

from tocsin.cli.output import context, emit, ready

AsOf = Annotated[str, typer.Option(help="As known at the end of a day (UTC), as 2026-01-31")]
Place = Annotated[str, typer.Argument(help="A place: letters or name")]


def list_(
    place: Place,
    *,
    kind: Annotated[str, typer.Option(help="state_based | non_state | one_sided | other | not_said")] = "",
    source: Annotated[str, typer.Option(help="Events that this source reports")] = "",
    from_: Annotated[str, typer.Option("--from", help="The first day, as 2026-01-31")] = "",
    to: Annotated[str, typer.Option(help="The last day")] = "",
    deaths: Annotated[int | None, typer.Option(min=0, max=10**9, help="At least so many dead by one report")] = None,
    words: Annotated[str, typer.Option(help="Words of a report: places, actors, titles, in any script")] = "",
    before: Annotated[str, typer.Option(help="Go on here: the key at the end of the last page")] = "",
    most: Annotated[int, typer.Option(min=1, max=500, help="Events a page")] = 50,
    as_of: AsOf = "",
) -> None:
    """List the events of a place, newest first, each once with everybody who reports it and what each says."""
    ready(register=False)
    from tocsin.catalog.geography.lookup import meant
    from tocsin.cli.events.words import line
    from tocsin.core.clock import parse_date
    from tocsin.evidence.events.listing import Asked, page
    from tocsin.evidence.events.withdrawn import in_list

    asked = Asked(
        place_id=meant(place),
        kind=kind,
        source=source,
        first=parse_date(from_) if from_ else None,
        last=parse_date(to) if to else None,
        deaths=deaths,
        words=words,
        before=before,
        size=most,
        as_of=_known_on(as_of),
    )
    found = page(context(), asked)
    gone = in_list(context(), found.events, asked.as_of)

    def text() -> str:
        if not found.built:
            return "No events are stored here. Load a source that has them, as ucdp_ged, or run: tocsin events rebuild"
        lines = [line(e) + " [withdrawn by its publisher]" * (e.ref in gone) for e in found.events] or [
            "No event fits."
        ]
        if found.looked_to:
            lines.append(f"Looked back to {found.looked_to}.")
        if found.next:
            lines.append(f"There may be more: --before {found.next}")
        return "\n".join(lines)

    told = {ref: [asdict(w) for w in one] for ref, one in gone.items()}
    emit({"place_id": asked.place_id, **asdict(found), "withdrawn": told}, text)


def _known_on(text: str) -> date | None:
    """Return the day as of which it is asked. Raises Misuse when it is none, or has not come."""
    from tocsin.core.clock import parse_date
    from tocsin.core.errors import Misuse

    day = parse_date(text) if text else None
    if day and day > context().now().date():
        raise Misuse(f"{day} has not come: nothing is known as of it", todo="Write a day that is over, or today")
    return day


def show(
    event: Annotated[str, typer.Argument(help="The twenty figures of an event or of one of its reports")],
    *,
    start: Annotated[int, typer.Option(min=0, help="Of many reports: begin at this one")] = 0,
    as_of: AsOf = "",
) -> None:
    """Show one event: every report, on what they disagree and who says what, and why they are one."""
    ready(register=False)
    from tocsin.cli.events.words import whole
    from tocsin.core.clock import iso
    from tocsin.core.errors import Refused
    from tocsin.evidence.events import one
    from tocsin.evidence.events.withdrawn import withdrawn

    day = _known_on(as_of)
    found = one.event(context(), event, start=start, as_of=day)
    if found is None:
        raise Refused(f"There is no event {event}", todo="See tocsin events list PLACE")
    gone = withdrawn(context(), found.rows, day)
    lines = [f"  {ref} withdrawn by its publisher on {iso(w.withdrawn_at)}" for ref, w in sorted(gone.items())]
    told = {ref: asdict(w) for ref, w in gone.items()}
    emit({**asdict(found), "withdrawn": told}, lambda: "\n".join([whole(found), *lines]))


def actors(place: Place) -> None:
    """List actors of a place that the table of actors does not know, with those written much like them."""
    ready(register=False)
    from tocsin.catalog.geography.lookup import meant
    from tocsin.evidence.events.one import unlisted_actors

    place_id = meant(place)
    rows = unlisted_actors(context(), place_id)

    def text() -> str:
        lines = []
        for row in rows:
            near = ", ".join(f"{name} ({score})" for name, score in row["proposed"])
            lines.append(f"{row['reports']:>6}  {row['name']}" + (f"  written like: {near}" if near else ""))
        return "\n".join(lines) or "Every actor of this place is in the table, or none is stored."

    emit({"place_id": place_id, "actors": rows}, text)


def rebuild() -> None:
    """Make the event store anew from the loads that are kept, then hand over what was judged."""
    ready()
    from tocsin.desk.judged_events import hand_over
    from tocsin.evidence.events.rebuild import rebuild as anew

    ctx = context()
    done = anew(ctx)
    hand_over(ctx)
    emit(asdict(done), f"{done.reports:,} reports of {done.loads:,} loads are in the event store.")
