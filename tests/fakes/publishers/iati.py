"""The IATI Datastore behind its gateway: a subscription key, a Solr query, pages of activities as XML."""

from __future__ import annotations

import re
from pathlib import Path

from tests.fakes.publishers._words import Reply, Request

EMPTY = '<?xml version="1.0" encoding="UTF-8"?><iati-activities generated-datetime="" version="2.03"/>\n'
XML = "application/xml"


def answer(request: Request, samples: Path) -> Reply:
    """Answer as api.iatistandard.org does."""
    if request.path != "/datastore/activity/iati":
        return Reply.json({"statusCode": 404, "message": "Resource not found"}, status=404)
    if not request.headers.get("ocp-apim-subscription-key"):
        said = "Access denied due to missing subscription key. Make sure to include it when making requests to an API."
        return Reply.json({"statusCode": 401, "message": said}, status=401)
    text = (samples / "activities.xml").read_text(encoding="utf-8")
    codes = re.search(r"recipient_country_code:\(([A-Z OR]+)\)", request.query.get("q", ""))
    found = [_moved(a, codes[1].split(" OR ")) for a in activities_of(text)] if codes else []
    start, rows = int(request.query.get("start", "0")), int(request.query.get("rows", "10"))
    return Reply.text(_page(text, found[start : start + rows]), XML)


def _moved(activity: str, codes: list[str]) -> str:
    """Return an activity of the sample in the countries that are asked for: the first of the sample's is the first."""
    own = ["AF", "AL", "AM", "AO", "AR"]
    return re.sub(
        r'recipient-country code="(\w\w)"', lambda m: f'recipient-country code="{codes[own.index(m[1])]}"', activity
    )


def activities_of(text: str) -> list[str]:
    """Return the activities of a file as they stand."""
    return re.findall(r"<iati-activity .*?</iati-activity>\n", text, flags=re.DOTALL)


def _page(text: str, shown: list[str]) -> str:
    if not shown:
        return EMPTY
    return f"{text[: text.index('<iati-activity ')]}{''.join(shown)}</iati-activities>\n"


def fault(name: str, request: Request, reply: Reply) -> Reply | None:
    """Faults of the records in XML's own form; None: the general one."""
    text = reply.body.decode("utf-8", "replace")
    if reply.status != 200 or "<iati-activity " not in text:
        return reply if name in OWN else None
    made = {
        "moved_columns": lambda: text.replace("recipient-country", "recipient-state"),
        "silent_emptiness": lambda: EMPTY,
        "skewed_dates": lambda: re.sub(r'iso-date="20(\d\d)', lambda m: f'iso-date="20{int(m[1]) + 20}', text),
    }.get(name)
    return Reply.text(made(), XML) if made else None


SECRETS = {"key": "a-key-of-the-simulator"}
EXEMPT = {"duplicated_pages": "a second page is asked for after 1,000 activities; one that came twice is one"}
TAIL = "</iati-activities>"
OWN = {"moved_columns", "silent_emptiness", "skewed_dates"}
