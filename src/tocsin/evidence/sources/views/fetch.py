"""Ask ViEWS for its newest run: expected deaths by country and month.

Source: API specification, https://github.com/prio-data/views_api/blob/main/docs/API_model.MD and the code it describes
(``/`` lists the runs, ``/RUN/cm/sb`` answers pages with ``next_page``, ``page_count``, ``row_count`` and ``data``).
A run is called ``fatalitiesNNN_YYYY_MM_tKK``; YYYY_MM is the last month with data, as the pipeline's checks have it.
The list is not in order of time, and month 00 stands for runs that are no forecasts.
"""

from __future__ import annotations

import re

from tocsin.evidence.fetch.ask import Ask, Plan, Unusable, Wanted

RUN = re.compile(r"^fatalities(\d{3})_(\d{4})_(0[1-9]|1[0-2])_t(\d{2})$")
PAGE = 1000
MOST_PAGES = 30
JSON = ("application/json",)


def plan(wanted: Wanted) -> Plan:
    """Ask which runs there are, and for the newest unless it is in already."""
    listed = yield Ask(f"{wanted.base}/", accept=JSON, keep=False, name="runs")
    run = newest(listed.json())
    if run == wanted.last.get("run"):
        return dict(wanted.last)
    page, pages = 1, 1
    while page <= pages:
        answer = yield Ask(
            f"{wanted.base}/{run}/cm/sb",
            params={"pagesize": str(PAGE), "page": str(page)},
            accept=JSON,
            name=f"{run}.json",
        )
        said = answer.json()
        pages = said.get("page_count") if isinstance(said, dict) else None
        if not isinstance(pages, int) or isinstance(pages, bool) or not 0 <= pages <= MOST_PAGES:
            raise Unusable("the answer does not say how many pages there are (page_count)")
        page += 1
    return {"run": run}


def newest(said: object) -> str:
    """Return the run with the last month of data; of several of one month, the last model and version."""
    runs = said.get("runs") if isinstance(said, dict) else None
    if not isinstance(runs, list):
        raise Unusable("the answer holds no list of runs")
    found = [(m[2], m[3], m[1], m[4], str(r)) for r in runs if (m := RUN.match(str(r)))]
    if not found:
        raise Unusable("no run of fatalities is listed")
    return max(found)[-1]
