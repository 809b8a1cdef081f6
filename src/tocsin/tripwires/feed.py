"""Feeds that fall silent, to the second: nothing new within cadence and grace, an empty answer, or old figures alone.

One cause rings once. Feeds whose last try failed for one cause (no network, a proxy that died) are one firing that
names them all; it rings anew when another feed joins them. A feed that nobody ever fetched from is no feed yet.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tocsin.catalog.tripwires.schema import FeedParams, Tripwire
from tocsin.core.clock import iso
from tocsin.tripwires.series import Because, Firing, Unable

MANY = "feeds"
"""What a firing on several feeds is about."""


@dataclass(frozen=True, slots=True)
class Sign:
    """When a feed last gave a sign. ``last_new`` is when it last brought something; ``last_answer`` when it spoke.

    ``since`` is the first try ever made: a feed that never brought anything is late from there. ``failure`` says in
    words why the last try failed; empty when it did not. ``cause`` names what several feeds may have in common: the
    line from here. ``emptied`` tells of an answer with nothing in it where there was something before.
    """

    source_id: str
    title: str
    cadence: timedelta | None
    grace: timedelta | None
    since: datetime | None
    last_try: datetime | None = None
    last_answer: datetime | None = None
    last_new: datetime | None = None
    failure: str = ""
    cause: str = ""
    emptied: bool = False
    newest: str = ""
    """The newest day, month or year of which it has a figure; empty when it has none that is dated."""


def due(sign: Sign) -> datetime | None:
    """Return the moment from which a feed is silent; None when nobody ever fetched from it.

    Raises Unable when a feed that is fetched does not say how often it should come.
    """
    begun = sign.last_new or sign.since
    if begun is None:
        return None
    if sign.cadence is None or sign.grace is None:
        raise Unable(f"{sign.title} does not say how often it should come")
    return begun + sign.cadence + sign.grace


def old_from(sign: Sign) -> datetime | None:
    """Return the moment from which a feed's newest figures are old; None when it brought none, or none with a date.

    The period after the newest is over, and cadence and grace with it. Raises Unable as ``due`` does.
    """
    if sign.last_new is None or (after := _end_of_next(sign.newest)) is None:
        return None
    if sign.cadence is None or sign.grace is None:
        raise Unable(f"{sign.title} does not say how often it should come")
    return after + sign.cadence + sign.grace


def _end_of_next(period: str) -> datetime | None:
    """Return when the period after a day, month or year is over; None when it is none of these."""
    parts = period.split("-")
    try:
        year, month, day = (int(p) for p in [*parts, "1", "1"][:3])
        first = datetime(year, month, day, tzinfo=UTC)
        if len(parts) == 1:
            return first.replace(year=year + 2)
        if len(parts) == 2:
            return first.replace(year=year + (month + 1) // 12, month=(month + 1) % 12 + 1)
        return first + timedelta(days=2)
    except ValueError:
        return None


def silent(tripwire: Tripwire, signs: Iterable[Sign], now: datetime) -> list[Sign]:
    """Return the feeds that are silent at a moment in the way the tripwire looks for, by source."""
    params = tripwire.params
    assert isinstance(params, FeedParams)
    ordered = sorted(signs, key=lambda s: s.source_id)
    if params.cause == "emptied":
        return [s for s in ordered if s.emptied]
    if params.cause == "old":
        return [s for s in ordered if (limit := old_from(s)) is not None and now >= limit]
    return [s for s in ordered if (limit := due(s)) is not None and now >= limit]


def evaluate(tripwire: Tripwire, signs: Iterable[Sign], now: datetime) -> list[Firing]:
    """Return one firing for each cause of silence at a moment. Raises Unable as ``due`` does."""
    found = silent(tripwire, signs, now)
    if tripwire.params.cause == "emptied":  # type: ignore[union-attr]
        return [_emptied(tripwire, s) for s in found]
    if tripwire.params.cause == "old":  # type: ignore[union-attr]
        return [_old(tripwire, s, now) for s in found]
    causes: dict[str, list[Sign]] = {}
    for sign in found:
        causes.setdefault(sign.cause or sign.source_id, []).append(sign)
    return [_late(tripwire, same, now) for _, same in sorted(causes.items())]


def _late(tripwire: Tripwire, same: list[Sign], now: datetime) -> Firing:
    first = same[0]
    if len(same) == 1:
        about, named, period = first.source_id, first.title, _stamp(first.last_new or first.since)
    else:
        # A feed that joins the others is a new firing of the same cause.
        about, named = MANY, f"{len(same)} feeds"
        period = _stamp(max(d for s in same if (d := due(s)) is not None))
    texts = [_words(s) for s in same]
    why = f" The last try failed: {first.failure.rstrip('.')}." if first.failure else ""
    listed = texts[0] if len(same) == 1 else f"{len(same)} feeds are silent for one cause: {'; '.join(texts)}"
    elapsed = max((now - (s.last_new or s.since or now)) / _allowed(s) for s in same)
    return _firing(tripwire, about, named, period, f"{listed}.{why}", same, elapsed)


def _words(sign: Sign) -> str:
    allowed = f"it is expected every {span(sign.cadence)}, with {span(sign.grace)} of grace"
    if sign.last_new is None:
        return f"{sign.title} has brought nothing since it was first tried on {_moment(sign.since)}; {allowed}"
    answers = sign.last_answer is not None and sign.last_answer > sign.last_new and not sign.failure
    still = " (it answers, with what was known)" if answers else ""
    return f"{sign.title} last brought something new on {_moment(sign.last_new)}{still}; {allowed}"


def _emptied(tripwire: Tripwire, sign: Sign) -> Firing:
    last = f"had something on {_moment(sign.last_new)}" if sign.last_new else "had something before"
    text = f"{sign.title} answers with nothing where it {last}. No figure was changed by it."
    return _firing(tripwire, sign.source_id, sign.title, _stamp(sign.last_new or sign.since), text, [sign], 1.0)


def old_words(sign: Sign, now: datetime) -> str:
    """Return how old the newest figures of a feed are, in words."""
    ended = _end_of_next(sign.newest)
    past = f"; the period after it was over {span(now - ended)} ago" if ended and now > ended else ""
    return f"the newest figures of {sign.title} are of {sign.newest}{past}"


def _old(tripwire: Tripwire, sign: Sign, now: datetime) -> Firing:
    text = old_words(sign, now)
    allowed = f"it is expected every {span(sign.cadence)}, with {span(sign.grace)} of grace"
    summary = f"{text[0].upper()}{text[1:]}; {allowed}. It last brought something on {_moment(sign.last_new)}."
    elapsed = (now - (_end_of_next(sign.newest) or now)) / _allowed(sign)
    return _firing(tripwire, sign.source_id, sign.title, sign.newest, summary, [sign], elapsed)


def _firing(  # noqa: PLR0917 - two call sites, beside it
    tripwire: Tripwire, about: str, named: str, period: str, summary: str, same: list[Sign], elapsed: float
) -> Firing:
    return Firing(
        tripwire_id=tripwire.id,
        version=tripwire.version,
        kind="silence",
        level=tripwire.level,
        place_id=None,
        source_id=about,
        period=period,
        value=round(elapsed, 3),
        threshold=1.0,
        state=None,
        summary=summary,
        question=tripwire.question.format(source=named),
        because=tuple(
            Because(f"{_words(s)}.", None, s.source_id, "feed", _stamp(s.last_answer or s.last_new or s.since))
            for s in same
        ),
    )


def span(length: timedelta | None) -> str:
    """Return a length of time as people say it: ``15 minutes``, ``6 hours``, ``30 days``."""
    if length is None:
        return "an unknown time"
    minutes = length.total_seconds() / 60
    for unit, size in (("day", 1440), ("hour", 60)):
        if minutes >= size and (minutes % size == 0 or minutes >= 3 * size):
            return _units(minutes / size, unit)
    return _units(minutes, "minute")


def _units(n: float, unit: str) -> str:
    return f"{round(n, 1):g} {unit}{'' if n == 1 else 's'}"


def _allowed(sign: Sign) -> timedelta:
    length = (sign.cadence or timedelta()) + (sign.grace or timedelta())
    return max(length, timedelta(seconds=1))


def _stamp(moment: datetime | None) -> str:
    return iso(moment) or "never"


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "an unknown day"
