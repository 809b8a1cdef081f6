"""The sheet to carry away: a CSV or JSON file to be filled without a network, and its loading, which loses nothing."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tocsin.core.context import Context
from tocsin.core.errors import Misuse, TocsinError
from tocsin.core.words import in_cell
from tocsin.response.register.assessments import keep, rounds, sheets
from tocsin.response.register.assessments.answers import in_force
from tocsin.response.register.assessments.frames import frame
from tocsin.response.register.assessments.tables import current
from tocsin.response.register.assessments.words import Source, checked, sources_of
from tocsin.response.register.models import Answer, Round
from tocsin.response.register.people import Actor

FILLED = ("state", "trend", "confidence", "evidence", "no_evidence_reason", "note", "why")
COLUMNS = ("place_id", "round", "made_from", "code", "text", *FILLED)
MOST_BYTES = 20_000_000
_GRADED = re.compile(r"^(?P<link>.*?)(?:\s+\[(?P<grade>[A-Fa-f][1-6])\])?(?:\s+\((?P<dated>\d{4}-\d{2}-\d{2})\))?$")


@dataclass
class Loaded:
    """What became of a sheet's rows: codes saved, unchanged, saved twice, and refused with why and the line."""

    saved: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    twice: list[dict[str, Any]] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)


def source_line(source: Source) -> str:
    """Return a source as one line: ``https://… [B2] (2026-10-01)``; grade and day only where there are."""
    grade = f" [{source.grade}]" if source.grade else ""
    return f"{source.link}{grade}" + (f" ({source.dated})" if source.dated else "")


def read_sources(text: str) -> list[Source]:
    """Return the sources of a cell, one a line, each with the grade and the day it ends with."""
    found = []
    for line in (one.strip() for one in text.splitlines()):
        parts = _GRADED.match(line)
        if line and parts:
            found.append(Source(parts["link"], (parts["grade"] or "").upper(), parts["dated"] or ""))
    return found


@dataclass(frozen=True)
class Form:
    """What a sheet is for: a place and a framework, in a round or (None) in the open."""

    place_id: str
    framework: str
    one: Round | None

    @property
    def number(self) -> str:
        """The number of the round as the file has it; empty in the open."""
        return str(self.one.number) if self.one else ""


def form_for(actor: Actor, place_id: str, framework: str, one: Round | None = None) -> Form:
    """Return the form for an assessor: of ``one``, else of the blind round that invites them, else in the open."""
    chosen = one or keep.round_for(actor, place_id, framework)
    return Form(place_id, chosen.framework if chosen else framework, chosen)


def given(form: Form, actor: Actor) -> dict[str, Answer]:
    """Return an assessor's own answers so far, by code."""
    if form.one is not None:
        own = sheets.mine(form.one, actor)
        return current(own) if own else {}
    mine = (actor.post, actor.person.pk if actor.person else None)
    answered = in_force(form.place_id, framework=form.framework)
    return {row.code: row for row in answered if (row.post, row.person_id) == mine}


def asked(form: Form) -> list[str]:
    """Return the questions of a form, in order."""
    return rounds.questions_of(form.one) if form.one else list(frame(form.framework).questions)


def rows(form: Form, actor: Actor) -> list[dict[str, Any]]:
    """Return the form for one assessor: a row a question, with what they have answered so far.

    ``made_from`` is the number of the answer the row was made from, 0 for none: loading holds it against the sheet.
    """
    own, kept = given(form, actor), frame(form.framework)
    return [_row(form, code, kept.questions[code].text, own.get(code)) for code in asked(form)]


def as_csv(form: Form, actor: Actor) -> str:
    """Return the form as CSV."""
    file = io.StringIO()
    writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in rows(form, actor):
        writer.writerow({k: in_cell(v) for k, v in row.items()})
    return file.getvalue()


def as_json(form: Form, actor: Actor) -> str:
    """Return the form as JSON."""
    return json.dumps(rows(form, actor), ensure_ascii=False, indent=1) + "\n"


def read(data: bytes) -> list[tuple[int, dict[str, str]]]:
    """Return the filled rows of a CSV or JSON sheet, each with its line (or number in the list).

    A row without a state was not filled and is left out. Raises Misuse, with the line, for what is no such sheet.
    """
    if len(data) > MOST_BYTES:
        raise Misuse(f"The sheet has {len(data):,} bytes", todo=f"Keep to {MOST_BYTES:,}; link long evidence")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Misuse(f"The sheet is not UTF-8 at byte {error.start}", todo="Save it as CSV UTF-8, or as JSON") from None
    found = _from_json(text) if text.lstrip()[:1] in ("[", "{") else _from_csv(text)
    return [(line, row) for line, row in found if any(row[k].strip() for k in FILLED)]


def load(ctx: Context, form: Form, actor: Actor, data: bytes) -> Loaded:
    """Load a filled sheet as an assessor's own: row by row, so that one bad row loses none of the others.

    What was saved elsewhere since the form was made is kept beside it, and the assessor is asked. Raises Misuse when
    the file is no sheet, or the sheet of another place or round; Refused when the actor has no seat.
    """
    filled = read(data)
    for line, row in filled:
        if (row["place_id"], row["round"]) != (form.place_id, form.number):
            here, there = _where(form.place_id, form.number), _where(row["place_id"], row["round"])
            raise Misuse(f"Line {line} is of {there}", todo=f"Load it there; this is {here}")
    if form.one is not None:
        sheets.take_seat(ctx, form.one, actor)
    done = Loaded()
    for line, row in filled:
        try:
            kept = keep.put(
                ctx,
                actor,
                form.place_id,
                row["code"],
                words_of(row),
                made_from=_number(row["made_from"]),
                framework=form.framework,
                one=form.one,
            )
        except TocsinError as error:
            done.refused.append({"line": line, "code": row["code"], "why": error.sentence()})
            continue
        if kept.twice is not None:
            done.twice.append({"line": line, "code": row["code"], "twice": kept.twice.pk})
        else:
            (done.unchanged if kept.same else done.saved).append(row["code"])
    return done


def words_of(row: Mapping[str, str]) -> Any:
    """Return the words of a filled row. Raises as ``words.checked``."""
    return checked(
        state=row["state"].strip().lower(),
        trend=row["trend"].strip().lower() or "unknown",
        confidence=row["confidence"].strip().lower(),
        sources=read_sources(row["evidence"]),
        no_evidence_reason=row["no_evidence_reason"],
        note=row["note"],
        why=row["why"],
        graded_all=True,
    )


def _where(place_id: str, number: str) -> str:
    return f"{place_id}, round {number}" if number else f"{place_id}, in the open"


def _row(form: Form, code: str, text: str, answer: Answer | None) -> dict[str, Any]:
    said: dict[str, Any] = dict.fromkeys(FILLED, "")
    if answer is not None:
        said = {k: getattr(answer, k) for k in FILLED}
        said["evidence"] = "\n".join(source_line(s) for s in sources_of(answer.evidence, answer.grades))
    where = {"place_id": form.place_id, "round": form.number, "made_from": answer.pk if answer else 0}
    return {**where, "code": code, "text": text, **said}


def _from_csv(text: str) -> list[tuple[int, dict[str, str]]]:
    csv.field_size_limit(MOST_BYTES)
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    _columns(reader.fieldnames or [])
    found, before = [], 1
    try:
        for raw in reader:
            if None in raw or None in raw.values():
                raise Misuse(f"Line {before + 1} has another number of cells than the header", todo="Mend the line")
            # A spreadsheet was told by the apostrophe not to compute the cell; it is no part of what was written.
            row = {k: (v[1:] if v.startswith("'") and in_cell(v[1:]) == v else v) for k, v in raw.items()}
            found.append((before + 1, row))
            before = reader.line_num
    except csv.Error as error:
        raise Misuse(f"Line {reader.line_num} is no CSV: {error}", todo="Save it as CSV again, or as JSON") from None
    return found


def _from_json(text: str) -> list[tuple[int, dict[str, str]]]:
    try:
        listed = json.loads(text)
    except json.JSONDecodeError as error:
        raise Misuse(f"Line {error.lineno} is no JSON: {error.msg}", todo="Mend it, or fill the CSV") from None
    if isinstance(listed, dict) and "rows" in listed:
        listed = listed["rows"]
    if not isinstance(listed, list) or not all(isinstance(row, dict) for row in listed):
        raise Misuse("The sheet is no list of answers", todo="Fill the one that tocsin assess form --json wrote")
    for row in listed:
        _columns(list(row))
    return [(n, {k: "" if row[k] is None else str(row[k]) for k in COLUMNS}) for n, row in enumerate(listed, 1)]


def _columns(names: Any) -> None:
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise Misuse(f"The sheet has no column {missing[0]!r}", todo=f"Its columns are {', '.join(COLUMNS)}")


def _number(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,18}", text.strip()):
        raise Misuse(f"made_from is {text!r}", todo="Leave it as the form had it; 0 for a first answer")
    return int(text)
