"""What reasons rest on: a decision cites at least one warning of its item or one assessment of its place (M27).

A citation is given by id, or found in the text of the reasons: ``W1`` or ``warning 1`` (the item's warnings in the
order in which they joined), a warning's id, its tripwire's id, a source named in its because; ``A12`` or
``assessment 12`` (an answer on the place), ``RF7`` or ``7.3`` (a factor or indicator answered for the place).
"""

from __future__ import annotations

import re

from tocsin.core.errors import Refused
from tocsin.response.docket.models import Item, Warning
from tocsin.response.register.models import Answer

_ASSESSED = re.compile(r"\b(?:A|assessment\s+(?:no\.?\s*)?)(\d+)\b", re.IGNORECASE)
_WARNED = re.compile(r"\b(?:W|warning\s+(?:no\.?\s*)?)(\d+)\b", re.IGNORECASE)
_CODE = re.compile(r"\b(RF\d{1,2}|\d{1,2}\.\d{1,2})\b", re.IGNORECASE)


def warnings_of(item: Item) -> list[Warning]:
    """Return the item's warnings in the order in which they joined: W1, W2, …"""
    return [link.warning for link in item.itemwarning_set.select_related("warning").order_by("id")]


def citable(item: Item) -> list[str]:
    """Return what a decision on this item can cite, as people write it."""
    found = [f"W{n} ({w.tripwire_id}: {w.warning_id})" for n, w in enumerate(warnings_of(item), 1)]
    answers = Answer.objects.filter(place_id=item.place_id).order_by("-at")[:5] if item.place_id else []
    return found + [f"A{a.pk} ({a.code} {a.state})" for a in answers]


def resolve(item: Item, reasons: str, given: list[str]) -> list[str]:
    """Return the ids cited (``warning_id`` or ``assessment:12``), in order and once each.

    ``given`` are ids stated apart from the text; each must be of this item. Raises Refused when one is not, or when
    nothing is cited at all, and says what can be.
    """
    cited: list[str] = []
    for word in given:
        found = _find(item, word.strip())
        if not found:
            raise Refused(f"{word!r} is no warning or assessment of item {item.pk}", todo=_how(item))
        cited += found
    cited += _find(item, reasons)
    if not cited:
        raise Refused("The reasons cite nothing", todo=_how(item))
    return list(dict.fromkeys(cited))


def without_ids(item: Item, text: str) -> str:
    """Return a text with each warning's long id as the one word it is: what is left is what its writer says."""
    for identifier in sorted({w.warning_id for w in warnings_of(item)}, key=len, reverse=True):
        text = re.sub(rf"(?<![\w.-]){re.escape(identifier)}(?![\w-]|\.\w)", "W", text, flags=re.IGNORECASE)
    return text


def _find(item: Item, text: str) -> list[str]:
    """Return every warning or assessment of the item that a text names."""
    warnings = warnings_of(item)
    found = [w.warning_id for w in warnings if _names(text, w.warning_id)]
    numbers = [int(n) for n in _WARNED.findall(text)]
    found += [warnings[n - 1].warning_id for n in numbers if 1 <= n <= len(warnings)]
    for warning in warnings:
        sources = {str(b.get("source_id") or "") for b in warning.because}
        if _names(text, warning.tripwire_id) or any(_names(text, s) for s in sources if len(s) > 3):
            found.append(warning.warning_id)
    return found + _assessments(item, text)


def _assessments(item: Item, text: str) -> list[str]:
    if not item.place_id:
        return []
    answers = Answer.objects.filter(place_id=item.place_id)
    ids = [int(n) for n in _ASSESSED.findall(text)]
    found = list(answers.filter(pk__in=ids).values_list("pk", flat=True)) if ids else []
    for code in {c.upper() for c in _CODE.findall(text)}:
        latest = answers.filter(code=code).order_by("-at", "-pk").first()
        if latest is not None:
            found.append(latest.pk)
    return [f"assessment:{pk}" for pk in sorted(set(found))]


def _names(text: str, identifier: str) -> bool:
    """Tell whether a text names an identifier as a whole word, whatever its case."""
    if not identifier:
        return False
    # A longer id that begins alike (another place's warning of the same tripwire) is another id.
    return re.search(rf"(?<![\w.-]){re.escape(identifier)}(?![\w-]|\.\w)", text, re.IGNORECASE) is not None


def _how(item: Item) -> str:
    return f"Name in the reasons, as W1 or by id, what they rest on: {'; '.join(citable(item))}"
