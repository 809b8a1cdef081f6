"""A certificate in words, for page and PDF alike."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from tocsin.core.clock import in_words, parse_date, parse_time
from tocsin.desk.brief.write import typeset
from tocsin.response.oversight.models import Certificate
from tocsin.response.register import mandate


def content(row: Certificate) -> dict[str, Any]:
    """Return everything a certificate says, ready to print."""
    said = row.statement
    shown, played = said["shown"], said["exercise"]
    return {
        "number": row.number,
        "name": said["name"],
        "player": said["player"],
        "post": mandate.post(said["post"]).title,
        "title": played["title"],
        "started": in_words(parse_time(played["started_at"]).date()),
        "ended": in_words(parse_time(played["ended_at"]).date()),
        "passed": said["passed"],
        "result": "A pass: nothing was missed." if said["passed"] else "This is no pass.",
        "why": said["why_not"],
        "facts": _facts(said, shown),
        "missed": said["missed"],
        "issued": in_words(parse_date(said["issued_on"])),
        "until": in_words(row.valid_until),
        "log": row.log,
        "key": row.key,
        "chain": played["chain_sha256"],
        "debrief": played["debrief_sha256"],
    }


def as_pdf(said: dict[str, Any]) -> bytes:
    """Return the sheet as tagged PDF. Raises Refused when it cannot be set."""
    source = (files(__package__) / "certificate.typ").read_bytes()
    return typeset(source, {"content": json.dumps(said, ensure_ascii=False)}, what="certificate")


def _facts(said: dict[str, Any], shown: dict[str, Any]) -> list[tuple[str, str]]:
    read = "not asked of this post" if shown["reports_read"] is None else _of(shown, "reports_read", "reports_given")
    points = f", {_of(shown, 'decision_points', 'decision_points_of')} points" if shown["decisions"] else ""
    return [
        ("Reports read", read),
        ("Clocks answered", f"{_of(shown, 'rungs_answered', 'rungs')}; {said['lapses']} ran out"),
        ("Decisions", f"{shown['decisions']}{points}"),
        ("Forecasts given", _of(shown, "forecasts_given", "forecasts_asked")),
        ("Serious reports taken up by all", f"{said['cues'] - len(said['missed'])} of {said['cues']}"),
    ]


def _of(shown: dict[str, Any], did: str, of: str) -> str:
    return f"{shown[did]} of {shown[of]}"
