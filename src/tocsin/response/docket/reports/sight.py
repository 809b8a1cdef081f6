"""Who may see a report: its readers, the tiers it has reached, those told of an item that cites it, its writer.

A reader who has not read sees nothing of the other's reading, under whatever other post: that is what makes two
readings two.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tocsin.catalog import directive
from tocsin.core.errors import Refused
from tocsin.response.docket.models import Step, Warning
from tocsin.response.register.models import Person
from tocsin.response.register.people import Actor, hand
from tocsin.response.register.reports.models import Hop, Reading, Report, Writer
from tocsin.tripwires.report import SOURCE_ID

RULE = "A report is read by its two readers, by the tiers it has reached and by those told of an item that cites it"


def found(number: int) -> Report:
    """Return a report. Raises Refused when there is none."""
    report = Report.objects.filter(pk=number).first()
    if report is None:
        raise Refused(f"There is no report {number}", todo="See tocsin reports list")
    return report


def citing(report: Report) -> list[Warning]:
    """Return the warnings that cite a report, oldest first."""
    on_place = Warning.objects.filter(kind="report", place_id=report.place_id).order_by("fired_at", "id")
    return [w for w in on_place if cites(w, report.pk)]


def cites(warning: Warning, number: int) -> bool:
    """Tell whether a warning cites a report by its number."""
    return any(b.get("source_id") == SOURCE_ID and str(b.get("row")) == str(number) for b in warning.because)


def posts_that_may(report: Report) -> set[str]:
    """Return every post that may see a report now."""
    rules = directive.current()
    tiers = set(report.hops.exclude(kind=Hop.Kind.HELD).values_list("to_tier", flat=True))
    allowed = {*rules.reports.readers, *(p for tier in tiers for p in rules.posts_of(tier))}
    for warning in citing(report):
        for posts in Step.objects.filter(item__in=warning.items.all()).values_list("posts", flat=True):
            allowed.update(posts)
    return allowed & {p.id for p in rules.posts}


def post_for(report: Report, posts: Iterable[str]) -> str:
    """Return the first of somebody's posts under which they may see a report. Raises Refused when there is none."""
    allowed = posts_that_may(report)
    for post in posts:
        if post in allowed:
            return post
    named = ", ".join(p.id for p in directive.current().posts if p.id in allowed)
    raise Refused(f"{RULE}; you hold none of these posts", todo=f"Ask {named}")


def is_writer(report: Report, person: Person | None) -> bool:
    """Tell whether a person wrote a report: the one use of the table of writers beside the receipt."""
    return person is not None and Writer.objects.filter(person=person, pseudonym=report.writer).exists()


def is_by(report: Report, whose: str) -> bool:
    """Tell whether a report came in by a hand (``people.hand``), at the desk or by command line."""
    written = Writer.objects.filter(pseudonym=report.writer).select_related("person")
    return any(hand(w.person, w.os_user) == whose for w in written)


def visible(readings: Sequence[Reading], actor_posts: Iterable[str], actor: Actor) -> list[Reading]:
    """Return the readings somebody may see now: all, or none while their own is still to come.

    At the desk a person's posts say who still has to read. By command line a post is only named, never held: there,
    until every reader has read, a reading is shown to nobody but a hand that has given one, since whoever asks as the
    head of mission may read as the second reader a moment later.
    """
    readers = set(directive.current().reports.readers)
    if not readers - {r.post for r in readings}:
        return list(readings)
    own = hand(actor.person, actor.os_user)
    if any(hand(r.person, r.os_user) == own for r in readings):
        return list(readings)
    waits = actor.via == "cli" or bool(set(actor_posts) & readers - {r.post for r in readings})
    return [] if waits else list(readings)


def enforce_acting(actor: Actor) -> None:
    """Raise Refused unless somebody acts under a post they hold."""
    from tocsin.response.register.people import may

    may(actor, "read").enforce()
