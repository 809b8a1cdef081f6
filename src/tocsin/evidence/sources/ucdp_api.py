"""How UCDP is asked: its API by version and page with a token, or the zipped table of a release without one.

https://ucdp.uu.se/apidocs/ and the OpenAPI description behind it: the header ``x-ucdp-access-token`` (5,000 questions
a day), ``pagesize`` up to 1,000, pages from 0, and in each answer ``TotalCount``, ``NextPageUrl`` and ``Result``. A
release that is not there is answered with 404. Files of a release: https://ucdp.uu.se/downloads/.
"""

from __future__ import annotations

from collections.abc import Generator
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from tocsin.evidence.fetch.ask import Answer, Ask, Plan, Unusable, Wanted

TOKEN = "x-ucdp-access-token"  # noqa: S105 - the name of the header
PAGE = 1000
NOT_OUT = (400, 404)
"""What a release that is not there is answered with; the second is documented, the first is what others met."""


def yearly(now: datetime) -> tuple[str, str]:
    """Return the versions to try, newest first: the yearly release of a year comes out in its summer, and is its .1."""
    year = now.year % 100
    return f"{year}.1", f"{year - 1}.1"


def by_year(wanted: Wanted, *, resource: str, download: str) -> Plan:
    """Ask for the newest yearly release of a resource: by the API with a token, else as the file it is downloaded as.

    ``download`` is the address of the file with ``{version}`` for a version without its point.
    """
    token = wanted.secrets.get("token", "")
    for version in yearly(wanted.now):
        if token:
            found = yield from pages(f"{wanted.base}/{resource}/{version}", token, f"{resource}-{version}.json")
        else:
            name = f"{resource}-{version}-csv.zip"
            answer = yield Ask(download.format(version=version.replace(".", "")), name=name, also=NOT_OUT)
            found = answer.status not in NOT_OUT
        if found:
            return {"version": version}
    tried = " and ".join(yearly(wanted.now))
    raise Unusable(f"UCDP has neither release {tried} of {resource}", "Look at https://ucdp.uu.se/downloads/")


def pages(url: str, token: str, name: str, params: dict[str, str] | None = None) -> Generator[Ask, Answer, bool]:
    """Ask for every page of a resource and return whether it is there; used with ``yield from``."""
    number = 0
    while True:
        answer: Answer = yield Ask(
            url,
            params={**(params or {}), "pagesize": str(PAGE), "page": str(number)},
            headers={TOKEN: token},
            secret=(TOKEN,),
            name=name,
            also=NOT_OUT if number == 0 else (),
        )
        if answer.status in NOT_OUT:
            return False
        following = _next(answer, number)
        if following is None:
            return True
        number = following


def _next(answer: Answer, number: int) -> int | None:
    """Return the number of the page that follows, as the answer says; None when it is the last."""
    said = answer.json()
    if not isinstance(said, dict) or "NextPageUrl" not in said:
        raise Unusable("the answer does not say whether a page follows (NextPageUrl)")
    url = said["NextPageUrl"]
    if not url:
        return None
    page = parse_qs(urlsplit(str(url)).query).get("page", [""])[-1]
    if page != str(number + 1):
        raise Unusable(f"page {number} names page {page or 'none'} as the one that follows")
    return number + 1
