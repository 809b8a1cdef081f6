"""ReliefWeb by its API, version 2: reports created in a span of days, oldest first, a thousand to a page.

https://apidoc.reliefweb.int/parameters: ``appname`` (approved beforehand; 403 without) in the address,
``filter[field]`` with ``filter[value][from]`` and ``[to]``, ``fields[include][]``, ``sort[]``, ``limit`` up to 1,000,
``offset``. The answer has ``totalCount``, ``count`` and ``data``. The same questions may be put as JSON in a POST;
these are short enough for GET.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from tocsin.evidence.fetch.ask import Ask, Plan, Unusable, Wanted

PAGE = 1000
FIRST_DAYS = 7
OVERLAP_DAYS = 2
"""Asked again before the last fetch: two days without one report of thousands of organisations are silence."""
FIELDS = ("title", "url", "date.created", "date.original", "country.iso3", "source.shortname", "source.name",
          "language.code", "format.name")  # fmt: skip
REFUSED = "ReliefWeb does not know this appname"


def plan(wanted: Wanted) -> Plan:
    """Ask for reports created between two moments: days a person named, else since the last fetch, else a week."""
    since, until = _span(wanted)
    offset = 0
    while True:
        answer = yield Ask(
            f"{wanted.base}/reports",
            params={"appname": wanted.secrets["appname"], **_question(since, until), "offset": str(offset)},
            secret=("appname",),
            name="reliefweb-reports.json",
            also=(403,),
        )
        if answer.status == 403:
            raise Unusable(REFUSED, "Ask for one at https://apidoc.reliefweb.int/parameters#appname")
        said = answer.json()
        total = said.get("totalCount") if isinstance(said, dict) else None
        if not isinstance(total, int) or not isinstance(said.get("data"), list):
            raise Unusable("ReliefWeb's answer has no totalCount, or no list of reports")
        if not said["data"] and offset < total:
            raise Unusable(f"ReliefWeb says there are {total:,} reports and gives none after the first {offset:,}")
        offset += len(said["data"])
        if offset >= total:
            return wanted.onward({"created": until.isoformat()})


def _span(wanted: Wanted) -> tuple[datetime, datetime]:
    """Return the two moments. Days before the last fetch are asked again: what comes twice is one document."""
    now = wanted.now.astimezone(UTC).replace(microsecond=0)
    until = _midnight(wanted.until + timedelta(days=1)) if wanted.until else now
    if wanted.since:
        return _midnight(wanted.since), until
    last = wanted.last.get("created")
    if last is None:
        return now - timedelta(days=FIRST_DAYS), until
    return datetime.fromisoformat(last) - timedelta(days=OVERLAP_DAYS), until


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _question(since: datetime, until: datetime) -> dict[str, str]:
    """Return the parameters of a question, lists numbered as the documentation's examples have them."""
    asked = {
        "filter[field]": "date.created",
        "filter[value][from]": since.isoformat(),
        "filter[value][to]": until.isoformat(),
        "sort[0]": "date.created:asc",
        "limit": str(PAGE),
    }
    return asked | {f"fields[include][{n}]": field for n, field in enumerate(FIELDS)}
