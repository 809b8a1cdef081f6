"""Ask UCDP: the yearly release of GED as the file it is, and each month of candidate events since.

Source: UCDP API documentation, https://ucdp.uu.se/apidocs/ (``/gedevents/<version>``, pages of at most 1,000 events
counted from 0, ``TotalPages``, token in the header ``x-ucdp-access-token``, 5,000 questions a day), as apis.io shows an
answer of it (Uppsala Gedevents); files as https://ucdp.uu.se/downloads/ names them. With a token the months come from
the interface, without one as csv files: the same events. A month is a version of its own (``26.0.8``) that is not there
before it is published.
"""

from __future__ import annotations

from collections.abc import Generator

from tocsin.core.months import month_index, month_text, months_between
from tocsin.evidence.fetch.ask import Answer, Ask, Plan, Unusable, Wanted
from tocsin.evidence.sources.ucdp_api import NOT_OUT, pages

API = "https://ucdpapi.pcr.uu.se/api/gedevents"
ZIP = ("application/zip", "application/x-zip-compressed", "application/octet-stream")
CSV = ("text/csv", "application/octet-stream")


def plan(wanted: Wanted) -> Plan:
    """Ask for the newest yearly release and for every month of candidate events that is not in yet."""
    year = yield from _yearly(wanted)
    have = set(filter(None, wanted.last.get("months", "").split(",")))
    before = month_text(month_index(f"{wanted.now:%Y-%m}") - 1)
    first = max(f"{year}-01", f"{wanted.since:%Y-%m}" if wanted.since else "")
    last = min(before, f"{wanted.until:%Y-%m}" if wanted.until else before)
    for month in months_between(first, last):
        if month not in have and (yield from _month(wanted, month)):
            have.add(month)
    return {"months": ",".join(sorted(have))}


def _yearly(wanted: Wanted) -> Generator[Ask, Answer, int]:
    """Ask for the release of this year, else of the last; return its year. It covers all years before."""
    for year in (wanted.now.year, wanted.now.year - 1):
        name = f"ged{year % 100:02d}1-csv.zip"
        answer = yield Ask(f"{wanted.base}/ged/{name}", accept=ZIP, name=name, also=NOT_OUT)
        if answer.status == 200:
            return year
    raise Unusable("neither this year's nor last year's release of GED is where it is published")


def _month(wanted: Wanted, month: str) -> Generator[Ask, Answer, bool]:
    """Ask for one month of candidate events; return whether it is out."""
    year, number = int(month[2:4]), int(month[5:7])
    token = wanted.secrets.get("token")
    if not token:
        name = f"GEDEvent_v{year:02d}_0_{number}.csv"
        answer = yield Ask(f"{wanted.base}/candidateged/{name}", accept=CSV, name=name, also=NOT_OUT)
        return answer.status == 200
    found: bool = yield from pages(f"{API}/{year:02d}.0.{number}", token, f"GEDEvent_v{year:02d}_0_{number}.json")
    return found
