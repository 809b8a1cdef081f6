"""Ask UNHCR for stocks by origin and asylum, all years, and for IDMC's figures of the internally displaced.

Source: Refugee Data Finder, "Forcibly displaced and stateless: the API",
https://www.unhcr.org/refugee-statistics/insights/explainers/forcibly-displaced-api.html, and the reference it names,
https://api.unhcr.org/docs/refugee-statistics.html, which could not be read itself: parameters (``yearFrom``,
``yearTo``, ``coo_all``, ``coa_all``, ``limit``, ``page``) and fields (``page``, ``maxPages``, ``items``) are those of
several public clients of it. Without ``coo_all`` and ``coa_all`` the interface answers with sums over all countries.
"""

from __future__ import annotations

from tocsin.evidence.fetch.ask import Ask, Plan, Unusable, Wanted

FIRST = 1951
PAGE = 1000
MOST_PAGES = 500
TABLES = {"population": FIRST, "idmc": 1990}
"""The table: its first year."""


def plan(wanted: Wanted) -> Plan:
    """Ask for both tables whole: a file with some years only would lower what is in force."""
    for table, first in TABLES.items():
        page, pages = 1, 1
        while page <= pages:
            answer = yield Ask(
                f"{wanted.base}/{table}/",
                params={
                    "yearFrom": str(first), "yearTo": str(wanted.now.year), "coo_all": "true", "coa_all": "true",
                    "limit": str(PAGE), "page": str(page),
                },
                accept=("application/json",),
                name=f"{table}.json",
            )  # fmt: skip
            pages = _pages(answer.json())
            page += 1
    return None


def _pages(said: object) -> int:
    pages = said.get("maxPages") if isinstance(said, dict) else None
    if not isinstance(pages, int) or isinstance(pages, bool) or not 0 <= pages <= MOST_PAGES:
        raise Unusable("the answer does not say how many pages there are (maxPages)")
    return pages
