"""How GDELT 2.0 is asked: a short list of the newest files, a long list of all of them, and the files.

``lastupdate.txt`` names the newest files, ``masterfilelist.txt`` every file since 18 February 2015; both have a line
``SIZE MD5 ADDRESS`` a file ("GDELT 2.0: Our Global World in Realtime", https://blog.gdeltproject.org, known from memory
and from programs that read them; the page itself could not be opened). The long list has more than a hundred megabytes,
so it is asked for only when more than one file is wanted. The lists give http addresses; all is asked for over https.

A file is unchanged for ever once it stands there, and its size and MD5 are checked: a cut or altered file is no file.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tocsin.evidence.fetch.ask import Answer, Ask, Plan, Unusable, Wanted

LINE = re.compile(rb"^(\d+) ([0-9a-f]{32}) https?://[^\s/]+/gdeltv2/(\d{14})\.export\.CSV\.zip\s*$", re.MULTILINE)
STEP = timedelta(minutes=15)
MOST = 600
"""Files in one fetch: six days of them. The next fetch goes on after the last."""
LISTS = ("text/plain", "application/octet-stream", "binary/octet-stream")


@dataclass(frozen=True)
class Listed:
    """One file as a list names it."""

    moment: str
    size: int
    md5: str

    @property
    def name(self) -> str:
        """The file's name."""
        return f"{self.moment}.export.CSV.zip"


def plan(wanted: Wanted) -> Plan:
    """Ask for the export files after the last one; without one, and without a date from which, for the newest alone.

    Returns the moment of the last file, as ``moment``. Raises Unusable for a list without files, a list that is older
    than what was had before, and a file that is not what the list says.
    """
    last = wanted.last.get("moment", "")
    start = f"{wanted.since:%Y%m%d}000000" if wanted.since else last
    answer = yield Ask(f"{wanted.base}/lastupdate.txt", accept=LISTS, name="lastupdate.txt", keep=False)
    newest = _newest(answer, last)
    end = f"{wanted.until:%Y%m%d}235959" if wanted.until else newest.moment
    if not wanted.since and newest.moment == last:
        return {"moment": last}
    if not start or (not wanted.since and _moment(newest.moment) - _moment(last) <= STEP):
        chosen = [newest]
    else:
        answer = yield Ask(f"{wanted.base}/masterfilelist.txt", accept=LISTS, name="masterfilelist.txt", keep=False)
        above = start if wanted.since is None else f"{int(start) - 1}"
        chosen = [f for f in _listed(answer) if above < f.moment <= end][:MOST]
        if not chosen:
            raise Unusable(
                "the list of all files names none of the time asked for", "Ask for a time from 2015-02-18 to now"
            )
    had = 0
    for file in chosen:
        answer = yield Ask(f"{wanted.base}/{file.name}", name=file.name, fixed=True, also=(404,))
        if answer.status == 404:  # files that a list names and that never came are known to happen
            continue
        _check(file, answer)
        last, had = max(last, file.moment), had + 1
    if not had:
        raise Unusable(
            f"of {len(chosen):,} files that the list names none is there", "Fetch again in a quarter of an hour"
        )
    return wanted.onward({"moment": last}) if last else None


def _newest(answer: Answer, last: str) -> Listed:
    """Return the export file of the short list. Raises Unusable when there is none, or an older one than before."""
    files = _listed(answer)
    if not files:
        raise Unusable("the list of the newest files names no export file")
    newest = files[-1]
    if newest.moment < last:
        raise Unusable(f"the newest file is of {newest.moment}, older than the last one had, {last}")
    if _moment(newest.moment) > answer.retrieved_at + STEP:
        raise Unusable(f"the newest file is of {newest.moment}, which is yet to come")
    return newest


def _listed(answer: Answer) -> list[Listed]:
    """Return the export files of a list, oldest first, each moment once."""
    found = {m[3]: Listed(m[3].decode(), int(m[1]), m[2].decode()) for m in LINE.finditer(answer.body)}
    return [found[key] for key in sorted(found)]


def _check(file: Listed, answer: Answer) -> None:
    """Raise Unusable when a file has another size or another MD5 than its list says."""
    size, md5 = len(answer.body), hashlib.md5(answer.body, usedforsecurity=False).hexdigest()
    if size != file.size:
        raise Unusable(f"{file.name} has {size:,} bytes; the list says {file.size:,}")
    if md5 != file.md5:
        raise Unusable(f"{file.name} is not what the list says: its MD5 is {md5}, not {file.md5}")


def _moment(text: str) -> datetime:
    """Return the moment of ``20260301001500``. Raises Unusable when it is none."""
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        raise Unusable(f"{text!r} is no moment") from None
