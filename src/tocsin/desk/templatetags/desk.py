"""Numbers, dates and marks in templates. Every number goes through ``core.numbers``, as in brief and terminal."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from html import escape
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from tocsin.catalog import withdrawn
from tocsin.catalog.geography import places
from tocsin.catalog.library import library
from tocsin.catalog.models import card
from tocsin.catalog.rows import GRADES
from tocsin.catalog.tripwires import all_tripwires
from tocsin.core import numbers
from tocsin.core.clock import in_words, parse_time, period_in_words
from tocsin.core.errors import TocsinError
from tocsin.desk import facts
from tocsin.desk.charts import whisker
from tocsin.desk.context import context as desk_context
from tocsin.options import NOTHING
from tocsin.response.docket import letters
from tocsin.response.register import mandate, runs
from tocsin.response.register.techniques import kinds

register = template.Library()

register.filter("risk", numbers.risk)
register.filter("percent", numbers.percent)
register.filter("one_in", numbers.one_in)
register.filter("count", numbers.count)
register.filter("times", numbers.times_base)
register.filter("months_past", facts.months_past)
register.filter("period", period_in_words)


def moment(value: Any) -> datetime | None:
    """Return a moment from a datetime, or from the ISO text the docket gives."""
    if not value:
        return None
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return parse_time(str(value))


def written(value: datetime) -> str:
    """Return a moment as people write it: ``Thu 26 Nov 2026 14:00 UTC``."""
    return f"{value:%a} {value.day} {value:%b %Y %H:%M} UTC"


def distance(value: datetime, now: datetime) -> str:
    """Return how far a moment is from now: ``31 h left``, ``3 days ago``."""
    hours = (value - now).total_seconds() / 3600
    size = abs(hours)
    if size < 1:
        said = f"{round(size * 60)} min"
    elif size < 72:
        said = f"{round(size)} h"
    else:
        said = f"{round(size / 24)} days"
    return f"{said} left" if hours >= 0 else f"{said} ago"


@register.filter
def when(value: Any) -> SafeString | str:
    """Return a ``time`` element in UTC; the script turns it into the reader's zone and keeps UTC as its title."""
    at = moment(value)
    if at is None:
        return numbers.NOT_KNOWN
    return mark_safe(f'<time datetime="{at.isoformat()}" data-local>{written(at)}</time>')  # noqa: S308 - a formatted date


@register.filter
def day(value: Any) -> str:
    """Return a date as ``26 Nov 2026``."""
    if not value:
        return numbers.NOT_KNOWN
    if not isinstance(value, date):
        value = date.fromisoformat(str(value)[:10])
    return in_words(value)


@register.simple_tag(takes_context=True)
def left(context: dict[str, Any], value: Any) -> str:
    """Return how far a moment is from the page's now."""
    at = moment(value)
    return distance(at, context["now"]) if at else ""


@register.simple_tag(takes_context=True)
def late(context: dict[str, Any], value: Any) -> str:
    """Return how long ago a clock ran out, and never that anything is left of it: a moved clock may stand before it."""
    at = moment(value)
    return distance(at, max(at, context["now"])).replace(" left", " ago") if at else ""


@register.filter
def interval(pair: list[float] | None, kind: str = "") -> str:
    """Return an interval as people write it: ``2 to 3.7``, with ``share`` in percent: ``29% to 71%``."""
    if not pair:
        return numbers.NOT_KNOWN
    low, high = (numbers.percent(v) if kind == "share" else f"{v:g}" for v in pair)
    return f"{low} to {high}"


@register.filter
def share(value: float | None) -> str:
    """Return a share 0–1 in percent: ``29%``."""
    return numbers.NOT_KNOWN if value is None else numbers.percent(value)


@register.filter
def place(place_id: str | None) -> str:
    """Return a place's name; the code itself when the list does not have it."""
    if not place_id:
        return ""
    return places()[place_id].name if place_id in places() else place_id


@register.filter
def option_link(option_id: str) -> SafeString | str:
    """Return a link to an option's page; doing nothing has none."""
    if option_id not in library().options:
        return "do nothing" if option_id == NOTHING else option_id
    return mark_safe(f'<a href="/options/{option_id}">{option_id}</a>')  # noqa: S308 - an id of the catalogue


@register.filter
def lowered(option_id: str) -> SafeString | str:
    """Return that an option's grade was lowered, and by what; nothing when it was not."""
    row = library().options.get(option_id)
    if row is None or not row.lowered_because:
        return ""
    why = escape("; ".join(row.lowered_because))
    return mark_safe(f"<b>Grade lowered from {escape(row.stated_grade)}:</b> {why}")  # noqa: S308 - escaped


@register.filter
def fate(text: Any) -> SafeString | str:
    """Return what became of a source that a text cites and that may not be leaned on; nothing when there is none."""
    found = withdrawn.lookup(str(text or ""))
    return mark_safe(f"<b>{escape(found.sentence)}.</b>") if found else ""  # noqa: S308 - escaped


@register.filter
def post(post_id: str | None) -> str:
    """Return a post's title."""
    if not post_id:
        return "nobody"
    return mandate.title(post_id)


@register.filter
def technique(kind_id: str) -> str:
    """Return the title of a structured technique."""
    return kinds.kind(kind_id).title


@register.filter
def posts(ids: list[str] | None) -> str:
    """Return posts' titles, joined."""
    return ", ".join(post(i) for i in ids or []) or "nobody"


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """Return a mapping's value; nothing when it has none."""
    return mapping.get(key) if mapping else None


@register.filter
def figure(value: Any) -> str:
    """Return a figure of a source row: whole numbers with thousands apart, others to four digits; text as it is."""
    if value is None or value == "":
        return "–"
    try:
        number = float(value)
    except (TypeError, ValueError):
        return str(value)
    return f"{number:,.0f}" if number.is_integer() else f"{number:,.4g}"


@register.filter
def difference(value: float | None) -> str:
    """Return what a figure moved by, with its sign: ``+1,204``, ``−0.03``, ``0``."""
    if value is None:
        return numbers.NOT_KNOWN
    return f"+{figure(value)}" if value > 0 else f"−{figure(-value)}" if value < 0 else "0"


@register.filter
def spaced(value: Any) -> str:
    """Return an identifier as words."""
    return str(value).replace("_", " ")


@register.filter
def signed(value: float | None) -> str:
    """Return a change in percentage points with its sign: ``+1.2``, ``−0.3``, ``0.0``."""
    if value is None:
        return numbers.NOT_KNOWN
    points = round(100 * value, 1)
    return f"+{points:.1f}" if points > 0 else f"−{-points:.1f}" if points < 0 else "0.0"


@register.filter
def level(value: str) -> SafeString:
    """Return a level as a mark: a word in a box; red for emergency alone."""
    return mark_safe(f'<span class="tag {escape(value)}">{escape(value)}</span>')  # noqa: S308 - escaped


@register.filter
def basis(row: Any) -> SafeString | str:
    """Return the mark of a catalogue row that was not read from its source; nothing when it was."""
    label = getattr(row, "basis_label", None) or (row.get("basis_label") if isinstance(row, dict) else None)
    verified = getattr(row, "verified", None) if not isinstance(row, dict) else row.get("verified")
    if verified or not label:
        return ""
    return mark_safe(f'<span class="unverified">{escape(str(label))}</span>')  # noqa: S308 - escaped


@register.filter
def grade(code: str) -> str:
    """Return what a grade of evidence means; nothing for a code the catalogue does not have."""
    return GRADES.get(code, "")


@register.filter
def graded(evidence: dict[str, Any]) -> str:
    """Return the grade of an option's evidence with what it means, unless its text begins with the same words."""
    words = grade(str(evidence["grade"]))
    said = f"grade {evidence['grade']}"
    return (
        f"({said})"
        if not words or evidence["text"].lower().startswith(words.split(" only")[0])
        else f"({said}: {words})"
    )


@register.filter
def in_full(text: Any) -> str:
    """Return a text with its months and days written out: ``in October 2025`` for ``in 2025-10``."""
    return re.sub(r"(?<![\w.-])\d{4}-\d{2}(?:-\d{2})?(?![\w-])", lambda m: period_in_words(m[0]), str(text))


@register.filter
def codes(text: Any) -> SafeString:
    """Return a text in which the code of an option leads to its page."""
    known = library().options
    linked = re.sub(
        r"\b[A-Z]\d\d\b",
        lambda m: f'<a href="/options/{m[0]}">{m[0]}</a>' if m[0] in known else m[0],
        escape(str(text)),
    )
    return mark_safe(linked)  # noqa: S308 - escaped before the links were put in


@register.filter
def titled(name: str | None) -> str:
    """Return the catalogue's title of a tripwire, a model or a source; the name as words when it has none."""
    if not name:
        return "–"
    if name in all_tripwires():
        return all_tripwires()[name].title
    try:
        return card(name).title
    except TocsinError:
        pass
    run = runs.latest(desk_context().settings.home)
    known = {s["id"]: str(s["title"]) for s in run.sources} if run else {}
    return known.get(name) or spaced(name)


@register.filter
def until(value: Any) -> SafeString | str:
    """Return a due moment as people say it: a midnight is the end of the day before it; any other as ``when``."""
    at = moment(value)
    if at is None or (at.hour, at.minute, at.second) != (0, 0, 0):
        return when(value)
    return mark_safe(f'<time datetime="{at.isoformat()}">{letters.until(at)}</time>')  # noqa: S308 - a formatted date


@register.simple_tag
def spread(interval: dict[str, Any]) -> str:
    """Return an interval in figures, as short as a table row needs: ``4.1–21%``."""
    return f"{numbers.percent(interval['low']).rstrip('%')}–{numbers.percent(interval['high'])}"


@register.simple_tag
def whiskers(row: dict[str, Any], base: float | None) -> SafeString:
    """Return a row's interval, drawn small."""
    interval = row.get("interval") or {}
    return whisker.small(row.get("p_onset"), interval.get("low"), interval.get("high"), base)


@register.simple_tag
def evidence(source: dict[str, Any]) -> SafeString:
    """Return one source of an answer: a web address as a link, its grade and day, and what became of it."""
    link = str(source["link"])
    web = re.match(r"https?://", link, re.IGNORECASE)
    shown = format_html('<a href="{}" rel="noreferrer nofollow">{}</a>', link, link) if web else format_html("{}", link)
    said = ", ".join(part for part in (source["grade"], source["dated"] and f"of {day(source['dated'])}") if part)
    ungraded = "" if source["grade"] else "not graded"
    note = format_html(' <span class="note">{}</span>', said or ungraded)
    gone = source.get("withdrawn")
    return format_html("{}{}{}", shown, note, format_html(' <b class="unverified">{}</b>', gone) if gone else "")
