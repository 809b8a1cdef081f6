"""Ask the IPC for the acute analyses of the last years.

Source: https://docs.api.ipcinfo.org/ (``population`` with ``type=A``, ``start``, ``end``, ``format=json`` and
``key``), as the collector of the Humanitarian Data Exchange and public clients of the interface ask it; the page
itself could not be read. One answer, no pages: a list of analyses, newest first.
"""

from __future__ import annotations

from tocsin.evidence.fetch.ask import Ask, Plan, Unusable, Wanted

YEARS = 3
KEY = "key"


def plan(wanted: Wanted) -> Plan:
    """Ask once: analyses of acute food insecurity, of every country, of the last years or those wanted."""
    last = (wanted.until or wanted.now.date()).year
    first = wanted.since.year if wanted.since else last - YEARS + 1
    answer = yield Ask(
        f"{wanted.base}/population",
        params={"format": "json", "type": "A", "start": str(first), "end": str(last), KEY: wanted.secrets[KEY]},
        secret=(KEY,),
        accept=("application/json",),
        name=f"ipc_{first}_{last}.json",
    )
    if not isinstance(answer.json(), list):
        raise Unusable("a list of analyses is expected", "Check the key: the interface may have refused it in words")
    return None
