"""What messages about reports say: numbers, places and clocks; never a word of a report, never a writer."""

from __future__ import annotations

from tocsin.catalog import directive
from tocsin.catalog.geography import places
from tocsin.response.docket.letters import when
from tocsin.response.register.reports.models import Hop, Report


def place(report: Report) -> str:
    """Return the name of the place a report is on."""
    known = places()
    return known[report.place_id].name if report.place_id in known else report.place_id


def title(post: str) -> str:
    """Return the title of a post, or its id when the directive no longer has it."""
    return next((p.title for p in directive.current().posts if p.id == post), post)


def _read(report: Report) -> str:
    return f"Read it: tocsin reports show {report.pk} --by POST, or on the page of report {report.pk}.\n"


def received(report: Report) -> tuple[str, str]:
    """Return subject and body for a reader: there is a report, and until when it is to be read."""
    subject = f"Report {report.pk}, {place(report)}: read by {when(report.read_due)}"
    body = (
        "Two readers with different line managers read it, each without the other's reading. If you do not, the "
        f"other's reading counts alone, and the report goes to the next tier unverified.\n{_read(report)}"
    )
    return subject, body


def sent(report: Report, hop: Hop, told: dict[str, int]) -> tuple[str, str]:
    """Return subject and body for the tier a report was sent to."""
    clock = f": send it on or hold it by {when(hop.due)}" if hop.due else ""
    lost = f"{told['dropped']} dropped, {told['softened']} softened, {told['added']} added"
    body = (
        f"{title(hop.post)} sent it from tier {hop.from_tier}. Of {told['statements']} statements received: {lost}. "
        f"The original stands beside it.\n{_read(report)}"
    )
    return f"Report {report.pk}, {place(report)}{clock}", body


def around(report: Report, hop: Hop, unverified: bool) -> tuple[str, str]:
    """Return subject and body for the tier a report went around somebody to."""
    clock = f": send it on or hold it by {when(hop.due)}" if hop.due else ""
    mark = " It is unverified." if unverified else ""
    body = f"It went around {hop.post}, whose clock ran out; this is the original text.{mark}\n{_read(report)}"
    return f"Report {report.pk}, {place(report)}{clock}", body


def changed(report: Report, hop: Hop, told: dict[str, int]) -> tuple[str, str]:
    """Return subject and body for the readers, who keep their copy: what went up is not what they read."""
    body = (
        f"{title(hop.post)} sent it to tier {hop.to_tier} with {told['dropped']} statements dropped and "
        f"{told['softened']} softened of {told['statements']}. Your copy is whole, and you may send it up past them.\n"
        f"{_read(report)}"
    )
    return f"Report {report.pk}, {place(report)}: sent on with changes", body


def held(report: Report, hop: Hop) -> tuple[str, str]:
    """Return subject and body for the readers: somebody keeps a report, and says why."""
    body = (
        f"{title(hop.post)} holds it at tier {hop.from_tier}:\n{hop.reason}\n\n"
        f"Your copy is whole, and you may send it up past them.\n{_read(report)}"
    )
    return f"Report {report.pk}, {place(report)}: held by {title(hop.post)}", body


def lapsed(report: Report, clock: str, posts: list[str]) -> tuple[str, str]:
    """Return subject and body for a line manager: a clock on a report ran out."""
    named = ", ".join(title(p) for p in posts)
    return (
        f"Report {report.pk}, {place(report)}: the {clock} clock of {named} ran out",
        f"The lapse is recorded and cannot be deleted. It can still be done.\n{_read(report)}",
    )
