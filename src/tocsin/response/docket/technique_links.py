"""What a piece of evidence in a technique rests on: a warning, a report or an answer of this register, or a source.

Written as people write it (``W1``, ``A12``, ``report 5``), kept as what it is: ``warning:ID``, ``assessment:12``,
``report:5``, or the link or citation itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tocsin.core.errors import Refused
from tocsin.response.docket import recusals
from tocsin.response.docket.cites import warnings_of
from tocsin.response.docket.models import Item, Warning
from tocsin.response.docket.reports import sight
from tocsin.response.register import assessments
from tocsin.response.register.assessments.words import LEAST_WORDS, LINKS
from tocsin.response.register.models import Answer
from tocsin.response.register.people import Actor
from tocsin.response.register.techniques.models import Technique

_OURS = re.compile(r"^(?:(W)|(A|assessment)|(report))[ :]?(\d{1,9})$", re.IGNORECASE)
WARNING, REPORT = "warning:", "report:"


def item_of(number: int | None, place_id: str, actor: Actor) -> int | None:
    """Return the item a technique is to serve. Raises Refused for one of another place, or one they are recused at."""
    if number is None:
        return None
    item = Item.objects.filter(pk=number, place_id=place_id).first()
    if item is None:
        raise Refused(f"There is no item {number} on {place_id}", todo="Leave the item out, or take its number")
    barred = recusals.barred(actor, item)
    if barred is not None:
        barred.enforce()
    return number


def given(one: Technique, actor: Actor, part: str, words: Mapping[str, Any]) -> dict[str, Any]:
    """Return the words of a part with what its evidence rests on resolved. Raises Refused for what there is not."""
    item_of(one.item, one.place_id, actor)
    said = dict(words)
    if part == "evidence" and str(said.get("link", "")).strip():
        said["link"] = resolved(one, actor, " ".join(str(said["link"]).split()))
    return said


def resolved(one: Technique, actor: Actor, text: str) -> str:
    """Return what a text names, as it is kept. Raises Refused when the register holds no such thing on this place."""
    found = _OURS.match(text)
    if found:
        number = int(found[4])
        if found[1]:
            return _warning_number(one, number)
        return _answer(one, number) if found[2] else _report(one, actor, number)
    if text.startswith(WARNING) or Warning.objects.filter(warning_id=text).exists():
        name = text.removeprefix(WARNING)
        if not Warning.objects.filter(warning_id=name, place_id=one.place_id).exists():
            raise Refused(f"There is no warning {name[:80]!r} on {one.place_id}", todo=_how(one))
        return WARNING + name
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):(?=\S)", text)
    if scheme and scheme[1].lower() not in LINKS:
        raise Refused(f"{scheme[1]}: is not a link that can be kept as evidence", todo=_how(one))
    if not scheme and len(re.findall(r"\w+", text)) < LEAST_WORDS:
        raise Refused(f"{text[:40]!r} is nothing that evidence can rest on", todo=_how(one))
    return text


def told(link: str) -> dict[str, str]:
    """Return how a link is shown: ``label`` and, where there is a page for it, ``href``."""
    if link.startswith(WARNING):
        warning = Warning.objects.filter(warning_id=link.removeprefix(WARNING)).first()
        if warning is not None:
            return {"label": warning.summary, "href": f"/trace/warning/{warning.pk}"}
    answer = assessments.cited(link)
    if answer is not None:
        label = f"A{answer.pk}: {answer.code} {answer.state}, {answer.post}"
        return {"label": label, "href": f"/places/{answer.place_id}/assess?q={answer.code}"}
    if re.fullmatch(r"report:\d{1,9}", link):
        # Its number alone: who may read it is judged where it is read.
        return {"label": link.replace(":", " "), "href": f"/reports/{link.removeprefix(REPORT)}"}
    return {"label": link, "href": link if link.startswith(("http://", "https://")) else ""}


def _warning_number(one: Technique, number: int) -> str:
    item = Item.objects.filter(pk=one.item).first() if one.item else None
    rows = warnings_of(item) if item else []
    if not 1 <= number <= len(rows):
        raise Refused(f"W{number} is no warning here", todo=_how(one))
    return WARNING + rows[number - 1].warning_id


def _answer(one: Technique, number: int) -> str:
    if not Answer.objects.filter(pk=number, place_id=one.place_id).exists():
        raise Refused(f"A{number} is no answer on {one.place_id} that may be seen", todo=_how(one))
    return f"{assessments.CITATION}{number}"


def _report(one: Technique, actor: Actor, number: int) -> str:
    report = sight.found(number)
    if report.place_id != one.place_id:
        raise Refused(f"Report {number} is not on {one.place_id}", todo=_how(one))
    sight.post_for(report, [actor.post])
    return f"{REPORT}{number}"


def _how(one: Technique) -> str:
    warned = "W1 for the first warning of its item, " if one.item else "a warning by its id, "
    return f"Name {warned}A12 for an answer on {one.place_id}, report 5, or give a link or a citation"
