"""Ask ACAPS for the INFORM Severity Index, one file a month.

Source: https://api.acaps.org/ (``inform-severity-index/MonYYYY/``, token in the header ``Authorization``, pages of
``results`` with ``next``), as the collector of HDX Signals asks it (github.com/OCHA-DAP/hdx-signals, raw.R of the
INFORM severity indicator). A month that is not out yet is answered with an error or with no result.
"""

from __future__ import annotations

from calendar import month_abbr
from urllib.parse import parse_qs, urlsplit

from tocsin.core.months import month_index, month_text
from tocsin.evidence.fetch.ask import Ask, Plan, Unusable, Wanted

AGAIN = 2
"""Months asked for again each time: ACAPS corrects the last ones."""
AT_FIRST = 5
MOST_PAGES = 40
AUTH = "Authorization"
NOT_OUT = (400, 404)


def plan(wanted: Wanted) -> Plan:
    """Ask for the last months, or those wanted; a month that has no crisis yet is left for the next time."""
    newest = min(month_index(f"{wanted.until or wanted.now.date():%Y-%m}"), month_index(f"{wanted.now:%Y-%m}") - 1)
    last = wanted.last.get("newest", "")
    if wanted.since:
        first = month_index(f"{wanted.since:%Y-%m}")
    else:
        first = min(newest - AGAIN, month_index(last)) if last else newest - AT_FIRST
    for number in range(first, newest + 1):
        month = month_text(number)
        if (yield from _month(wanted, month, out=number < newest)):
            last = max(last, month)
    return wanted.onward({"newest": last}) if last else None


def _month(wanted: Wanted, month: str, *, out: bool) -> Plan:
    """Ask for one month; return its name when it is out. The last one may not be out yet."""
    written = f"{month_abbr[int(month[5:])]}{month[:4]}"
    page = 1
    while page <= MOST_PAGES:
        answer = yield Ask(
            f"{wanted.base}/inform-severity-index/{written}/",
            params={"page": str(page)} if page > 1 else {},
            headers={AUTH: f"Token {wanted.secrets['token']}"},
            secret=(AUTH,),
            accept=("application/json",),
            name=f"inform_severity_{month}.json",
            also=() if out or page > 1 else NOT_OUT,
        )
        if answer.status != 200:
            return {}
        said = answer.json()
        results = said.get("results") if isinstance(said, dict) else None
        if not isinstance(results, list):
            raise Unusable("the answer holds no list of results")
        if not said.get("next"):
            return {"month": month} if results else {}
        page = _page_of(str(said["next"]), page)
    raise Unusable(f"{month} has more than {MOST_PAGES} pages")


def _page_of(address: str, page: int) -> int:
    """Return the page that the publisher names next; its address itself is not followed."""
    named = parse_qs(urlsplit(address).query).get("page", [""])[0]
    if not named.isdecimal() or int(named) != page + 1:
        raise Unusable("the answer does not name the next page")
    return int(named)
