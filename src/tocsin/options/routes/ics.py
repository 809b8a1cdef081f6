"""A plan as an iCalendar file (RFC 5545): an all-day entry for each ask and one for the meeting.

Only what such a file needs is written: text is escaped (3.3.11), lines are folded at 75 octets without cutting a
character (3.1), lines end in CR LF. The same plan gives the same bytes; ``stamp`` is the moment of writing.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime

from tocsin.core.words import in_xml
from tocsin.options.routes.plan import Due, Plan, day_after, first_days

WIDTH = 75


def escaped(text: str) -> str:
    """Return text as a value of a calendar: backslash, semicolon, comma and line ends escaped, controls left out."""
    plain = in_xml(text.replace("\r\n", "\n").replace("\r", "\n")).replace("\t", " ")
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def folded(line: str) -> str:
    """Return a line folded at 75 octets; what goes on begins with a space."""
    parts, part, room = [], "", WIDTH
    for character in line:
        size = len(character.encode("utf-8"))
        if size > room:
            parts.append(part)
            part, room = "", WIDTH - 1
        part += character
        room -= size
    return "\r\n ".join([*parts, part])


def as_ics(plan: Plan, place: str, stamp: datetime) -> str:
    """Return the plan as a calendar; ``place`` is the name of the place."""
    at = stamp.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Tocsin//engagement plan//EN", "CALSCALE:GREGORIAN"]
    for ask, day in first_days(plan):
        name = f"{ask.number} {ask.recipient}: {ask.ask}"
        lines += _event(_uid(plan, name), at, day, f"Ask {ask.recipient}: {ask.ask}", _about(ask, place))
    lines += _event(
        _uid(plan, "meeting"), at, plan.wish.by, f"{place}: {plan.says}",
        f"Target of the plan: {plan.says}. {'. '.join(plan.notes)}.",
    )  # fmt: skip
    lines.append("END:VCALENDAR")
    return "\r\n".join(folded(line) for line in lines) + "\r\n"


def _about(ask: Due, place: str) -> str:
    counts = f"Needed: {ask.count}. " if ask.count else ""
    return (
        f"{place}. {ask.who} asks {ask.recipient} {ask.ask}. {counts}Procedure {ask.procedure}, {ask.body}. "
        f"Ask by {ask.ask_by.isoformat()}; last day at the fast end {ask.last_day.isoformat()}; "
        f"needed by {ask.needed_by.isoformat()}. Lead times are planning estimates ({ask.basis})."
    )


def _event(uid: str, stamp: str, day: date, summary: str, description: str) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"DTSTAMP:{stamp}",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day_after(day):%Y%m%d}",
        f"SUMMARY:{escaped(summary)}",
        f"DESCRIPTION:{escaped(description)}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _uid(plan: Plan, name: str) -> str:
    """Return a name that stays the same when the plan is written again, so that a calendar updates its entry."""
    wish = plan.wish
    text = "\n".join([wish.goal, wish.place_id, wish.by.isoformat(), *(s.route.id for s in plan.path.steps), name])
    return f"{hashlib.sha256(text.encode('utf-8')).hexdigest()[:32]}@tocsin.invalid"
