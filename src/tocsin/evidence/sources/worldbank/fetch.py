"""Ask the World Bank for whole series, one file an indicator, every country and year.

Source: Indicators API, basic call structures, https://datahelpdesk.worldbank.org/knowledgebase/articles/898581
(``country/all/indicator/CODE`` with ``format=json``, ``per_page`` and ``page``), and "New features and enhancements in
the V2 API", articles/1886674 (the date of the last update, ``countryiso3code``). An answer is a list of two: what page
it is of how many, and the records. A wrong parameter is answered with status 200 and ``message``.
"""

from __future__ import annotations

from tocsin.evidence.fetch.ask import Ask, Plan, Unusable, Wanted
from tocsin.evidence.sources.worldbank.read import SERIES

PAGE = 10_000
MOST_PAGES = 50


def plan(wanted: Wanted) -> Plan:
    """Ask for each series whole: a file with some years only would lower what is in force."""
    for code in SERIES:
        page, pages = 1, 1
        while page <= pages:
            answer = yield Ask(
                f"{wanted.base}/country/all/indicator/{code}",
                params={"format": "json", "per_page": str(PAGE), "page": str(page)},
                accept=("application/json",),
                name=f"{code}.json",
            )
            pages = _pages(answer.json())
            page += 1
    return None


def _pages(said: object) -> int:
    """Return how many pages there are. Raises Unusable with the publisher's own words when it says something else."""
    head = said[0] if isinstance(said, list) and said and isinstance(said[0], dict) else {}
    pages = head.get("pages")
    if isinstance(pages, int) and not isinstance(pages, bool) and 0 <= pages <= MOST_PAGES:
        return pages
    told = head.get("message")
    said_why = [str(m.get("value", ""))[:120] for m in told if isinstance(m, dict)] if isinstance(told, list) else []
    raise Unusable(": ".join(["the answer does not say how many pages there are", *said_why]))
