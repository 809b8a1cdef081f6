"""The form of a package: built from ``options/package.yml``, read back into words; nothing typed in it is lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.http import QueryDict

from tocsin.catalog.library import library
from tocsin.catalog.packages import Asked, Section, form
from tocsin.core.context import Context
from tocsin.response.docket.packages.words import MOST_ROWS, Words

ANSWER = "answer-"


def read(post: QueryDict) -> dict[str, Any]:
    """Return what a form says, as ``words`` takes it. Rows that were left empty fall away there."""
    given: dict[str, Any] = {"is_rapid": post.get("is_rapid") == "yes"}
    for section in form().sections:
        if section.repeats:
            kept = [n for n in _numbers(section, post) if post.get(f"drop-{section.id}-{n}") != "yes"]
            given[section.id] = [_row(section, post, f"{section.id}-{n}-") for n in kept]
        else:
            given[section.id] = _row(section, post, f"{section.id}-")
    given["answers"] = {k.removeprefix(ANSWER): v for k, v in post.items() if k.startswith(ANSWER)}
    return given


def _numbers(section: Section, post: QueryDict) -> Iterable[int]:
    return sorted({int(p[1]) for name in post if (p := name.split("-"))[0] == section.id and _counts(p)})


def _counts(parts: list[str]) -> bool:
    # More rows than a package takes are read all the same: they are refused aloud, and not left out.
    return len(parts) == 3 and parts[1].isascii() and parts[1].isdigit() and len(parts[1]) < 4


def _row(section: Section, post: QueryDict, prefix: str) -> dict[str, Any]:
    return {
        f.id: post.get(prefix + f.id) == "yes" if f.kind == "check" else post.get(prefix + f.id, "")
        for f in section.fields
    }


def sections(said: Words, missing: Iterable[str], *, blank: bool) -> list[dict[str, Any]]:
    """Return the form as the page draws it: sections, their rows, the fields of each with what was typed.

    ``missing`` are the names of fields that lack something; ``blank`` adds an empty line of effort.
    """
    lacks, found = set(missing), []
    for section in form().sections:
        if section.rapid_only and not said.is_rapid:
            continue
        rows = getattr(said, section.id)
        if not section.repeats:
            drawn = [_drawn(section, rows, f"{section.id}-", lacks, said)]
        else:
            empty = section.id == "actors" or blank
            numbered = [*enumerate(rows, 1), *([(len(rows) + 1, None)] if empty and len(rows) < MOST_ROWS else [])]
            drawn = [_drawn(section, row, f"{section.id}-{n}-", lacks, said) | {"n": n} for n, row in numbered]
            for one in drawn[1:]:
                # What a field takes is said once: sixteen lines with all of it would be too long a page.
                one["fields"] = [f | {"hint": ""} for f in one["fields"]]
        found.append(
            {"section": section, "rows": drawn, "lacks": sum(name.split("-")[0] == section.id for name in lacks)}
        )
    return found


def _drawn(section: Section, row: Any, prefix: str, lacks: set[str], said: Words) -> dict[str, Any]:
    fields = [_field(f, row, prefix, lacks, rapid=said.is_rapid) for f in section.fields]
    later = [f for f in fields if said.is_rapid and not f["required"] and f["why_not"] and not f["value"]]
    option = library().options.get(getattr(row, "option", "")) if row is not None else None
    return {
        "fields": [f for f in fields if f not in later],
        "later": later,
        "new": row is None,
        "option": option,
        "procedures": [library().procedures[p] for p in option.procedures] if option else [],
    }


def _field(asked: Asked, row: Any, prefix: str, lacks: set[str], *, rapid: bool) -> dict[str, Any]:
    name = prefix + asked.id
    return {
        "name": name,
        "kind": asked.kind,
        "label": asked.label,
        "hint": asked.hint,
        "value": getattr(row, asked.id) if row is not None else "",
        "required": asked.required(rapid=rapid),
        "why_not": asked.why_not if rapid else "",
        "lacks": name in lacks,
    }


def with_option(said: Words, option_id: str) -> dict[str, Any]:
    """Return the words with a line for an option, its lead time and procedure as the catalogue has them.

    Lead times are planning estimates: they stand in the form to be changed. An id that is none makes an empty line.
    """
    given = said.kept()
    option = library().options.get(option_id.strip().upper())
    new: dict[str, Any] = {"option": option.id} if option else {"what": option_id.strip() or "An idea of our own"}
    if option is not None:
        new |= {"lead_days_min": str(option.lead_days_min), "lead_days_max": str(option.lead_days_max)}
        new["risks"] = "; ".join(option.known_risks)
        new["procedure"] = option.procedures[0] if len(option.procedures) == 1 else ""
    given["lines"] = [*given["lines"], new]
    return given


def copied(before: Mapping[str, Any]) -> dict[str, Any]:
    """Return the words of an earlier package as a beginning, without the reasons that were given then."""
    return {**before, "answers": {}, "is_rapid": False, "rapid": {}}


def suggested(ctx: Context, said: Words) -> dict[str, str]:
    """Return what a rapid form proposes where nothing stands: the day by which it is made whole."""
    usual = ctx.now().date() + timedelta(days=form().rapid_days.usual)
    return {} if said.rapid.complete_by else {"rapid-complete_by": usual.isoformat()}
