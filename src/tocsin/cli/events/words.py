"""Events as lines of text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tocsin.evidence.events.listing import Event
    from tocsin.evidence.events.one import Beside, Shown, Waiting

MOST = 8
"""Reports of one event told on its line."""


def line(event: Event) -> str:
    """Return an event on one line: day, where, who says how many."""
    said = "; ".join(f"{voice} {'no figure' if n is None else f'{n:,}'}" for voice, n in event.said[:MOST])
    said += f"; and others: {len(event.said):,} reports" if len(event.said) > MOST else ""
    gone = [f"no longer in {release} of {voice}" for voice, release in event.gone[:MOST]]
    marks = "".join(f" [{word}]" for word in (*(f"{d} differs" for d in event.differs), *gone, *_open(event)))
    return f"{event.day}  {event.ref}  {event.where or 'place not said'}: {said}{marks}"


def _open(event: Event) -> list[str]:
    return [word for word, on in (("a pair waits", event.unsure), ("its place is not sure", event.place_open)) if on]


def whole(found: Shown) -> str:
    """Return an event with its reports, differences and reasons."""
    lines = [line(found.event), ""]
    for row in found.rows:
        dead = "no figure" if row["deaths_best"] is None else f"{row['deaths_best']:,} dead"
        low, high = row["deaths_low"], row["deaths_high"]
        span = f" ({low:,} to {high:,})" if low is not None and high is not None and low != high else ""
        lines.append(f"  {row['ref']}  {row['voice']} {row['event_id']} ({row['release']}): {dead}{span}")
        lines.append(
            f"    {row['date_start']}, {row['where_text'] or 'place not said'}; {row['note'] or row['place_id']}"
        )
        lines += [f"    No longer in {row['gone'].release}, which covers its month."] if row["gone"] else []
        lines += [f"    {row['alone']}."] if row["alone"] else []
    if (end := found.start + len(found.rows)) < found.reports:
        lines.append(f"  {found.start + 1:,} to {end:,} of {found.reports:,} reports; go on with --start {end}")
    for difference in found.differences:
        said = "; ".join(f"{value}: {_some(by)}" for value, by in difference.said)
        lines.append(f"  {difference.what} differs: {said}")
    for pair in found.why:
        lines += [f"  {pair.one} and {pair.other}:", *(f"    {told}" for told in reasons(pair))]
    if found.waiting:
        lines.append(f"  {len(found.waiting)} pairs with other events wait: tocsin events queue")
    return "\n".join(lines)


def _some(names: tuple[str, ...]) -> str:
    return ", ".join([*names[:MOST], *([f"and {len(names) - MOST:,} more"] if len(names) > MOST else [])])


def passed(judgement: dict[str, Any]) -> str:
    """Return by which later judgements one is passed over; empty when it holds."""
    told = judgement["passed"]
    if not told:
        return ""
    part = f" for {told['pairs']} of {told['of']} pairs" if told["of"] > 1 else ""
    return f"; passed over{part}: later ones say otherwise ({', '.join(map(str, told['by']))})"


def reasons(pair: Beside) -> list[str]:
    """Return how far two reports agree, one thing a line."""
    told = [f"{line.points:+d} {line.what}: {line.said}" for line in pair.compared.lines]
    told.append(f"{pair.compared.score} points by rule {pair.rule_version}")
    return told + [why for why in (pair.compared.barred, pair.compared.lacks) if why]


def waiting(pair: Waiting) -> str:
    """Return a pair of the queue."""
    first, second = (row["ref"] for row in pair.rows)
    return "\n".join(
        [
            f"{first}  {line(pair.first)}",
            f"{second}  {line(pair.second)}",
            *(f"    {told}" for told in reasons(pair.beside)),
            f"  tocsin events judge {first} {second} --same|--apart --why TEXT --by POST",
        ]
    )
