"""What a round shows: before the reveal who has submitted, after it the sheets side by side with how far they agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from tocsin.core.agreement import NOMINAL, ORDINAL, Agreement, alpha
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.response.register.assessments import sheets
from tocsin.response.register.assessments.answers import view
from tocsin.response.register.assessments.changes import unexplained
from tocsin.response.register.assessments.frames import Frame, frame
from tocsin.response.register.assessments.rounds import questions_of
from tocsin.response.register.models import Answer, Round, Sheet
from tocsin.response.register.people import Actor

NOMINAL_STATES = ("present", "partly", "absent", "unknown")
ORDERED_STATES = ("absent", "partly", "present")
"""Unknown stands on no order, so in the ordinal figure it counts as not answered."""
DIGITS = 3


def head(one: Round) -> dict[str, Any]:
    """Return what everybody may know of a round at any time: what it asks, of whom, and who has submitted."""
    by_seat = {sheet.seat: sheet for sheet in one.sheets.select_related("person")}
    return {
        "place_id": one.place_id,
        "round": one.number,
        "framework": one.framework,
        "title": frame(one.framework).title,
        "question": one.question,
        "options": one.options,
        "item": one.item,
        "questions": len(questions_of(one)),
        "opened_at": iso(one.opened_at),
        "opened_by": one.opened_post,
        "closes_at": iso(one.closes_at),
        "revealed_at": iso(one.revealed_at),
        "revealed_because": one.revealed_because or None,
        "ledger_seq": one.ledger_seq,
        "seats": [_place_at(one, seat, by_seat.get(n)) for n, seat in enumerate(one.invited)],
    }


def of_place(place_id: str) -> list[dict[str, Any]]:
    """Return the heads of a place's rounds, newest first."""
    return [head(one) for one in Round.objects.filter(place_id=place_id).order_by("-number")]


def of_item(number: int) -> list[dict[str, Any]]:
    """Return the heads of the rounds that serve a docket item, oldest first."""
    return [head(one) for one in Round.objects.filter(item=number).order_by("id")]


def own(one: Round, actor: Actor) -> dict[str, Any] | None:
    """Return an assessor's own sheet: ``answers`` by code, progress, what was saved twice; None when there is none."""
    sheet = sheets.mine(one, actor)
    if sheet is None:
        return None
    rows = {code: view(row) for code, row in current(sheet).items()}
    asked = questions_of(one)
    return {
        "sheet": sheet.pk,
        "submitted_at": iso(sheet.submitted_at),
        "answered": len(rows),
        "of": len(asked),
        "answers": rows,
        "twice": [
            {"id": pair.pk, "code": pair.code, "first": view(pair.against), "second": pair.words, "at": iso(pair.at)}
            for pair in sheets.open_pairs(sheet)
        ],
    }


def current(sheet: Sheet) -> dict[str, Answer]:
    """Return the last answer of a sheet to each question. For its own assessor, or after the reveal."""
    rows = Answer.every.filter(sheet=sheet).select_related("person", "supersedes", "beside", "sheet__round")
    return {row.code: row for row in rows.order_by("id")}


def grid(ctx: Context, one: Round) -> dict[str, Any] | None:
    """Return a revealed round: ``assessors`` as columns, ``groups`` with their questions as rows; None while blind.

    A group has ``agreement`` at the reveal (nominal over all four states, ordinal over absent < partly < present),
    and each question its ``cells``, one an assessor: the answers now in force, or None where nobody looked. Nothing
    is averaged: ``dissent`` lists the questions on which the cells differ. ``unexplained`` as in ``changes``.
    """
    if one.revealed_at is None:
        return None
    kept, asked = frame(one.framework), questions_of(one)
    opened = [s for s in one.sheets.select_related("person").order_by("seat") if s.submitted_at is not None]
    now = {sheet.pk: current(sheet) for sheet in opened}
    blind = {sheet.pk: _at_reveal(sheet) for sheet in opened if not late(one, sheet)}
    groups = []
    for group, title in kept.groups.items():
        codes = [code for code in asked if kept.questions[code].group == group]
        if codes:
            rows = [_row(kept, code, opened, now) for code in codes]
            groups.append(
                {
                    "code": group,
                    "title": title,
                    "questions": rows,
                    "dissent": [row["code"] for row in rows if row["differ"]],
                    "answered": sum(any(row["cells"]) for row in rows),
                    "agreement": agreement(ctx, one, group, codes, list(blind.values())),
                }
            )
    return {
        "assessors": [
            {
                "post": s.post,
                "assessor": str(s.person) if s.person else s.post,
                "submitted_at": iso(s.submitted_at),
                "late": late(one, s),
                "answered": len(now[s.pk]),
            }
            for s in opened
        ],
        "groups": groups,
        "unexplained": unexplained(one.place_id, one.framework, one.number),
    }


def late(one: Round, sheet: Sheet) -> bool:
    """Tell whether a sheet was submitted after the reveal: no longer blind, so no part of the agreement."""
    return bool(sheet.submitted_at and one.revealed_at and sheet.submitted_at > one.revealed_at)


def agreement(
    ctx: Context, one: Round, group: str, codes: Sequence[str], blind: Sequence[dict[str, str]]
) -> dict[str, dict[str, Any]]:
    """Return the agreement on a group of questions as it was at the reveal, by both metrics, to three digits."""
    units = [tuple(said[code] for said in blind if code in said) for code in codes]
    seed = ctx.seed_for("agreement", one.place_id, one.number, group)
    found = {
        NOMINAL: alpha(units, NOMINAL_STATES, seed=seed),
        ORDINAL: alpha(units, ORDERED_STATES, metric=ORDINAL, seed=seed),
    }
    return {metric: _rounded(figure) for metric, figure in found.items()}


def _at_reveal(sheet: Sheet) -> dict[str, str]:
    """Return the states of a sheet as it was submitted. Who holds two answers to one question disagrees with nobody."""
    rows = Answer.every.filter(sheet=sheet).exclude(seal="").order_by("id")
    last = {row.code: row for row in rows}
    return {code: row.state for code, row in last.items() if row.beside_id is None}


def _row(kept: Frame, code: str, opened: Sequence[Sheet], now: dict[int, dict[str, Answer]]) -> dict[str, Any]:
    cells = [_cell(now[sheet.pk].get(code)) for sheet in opened]
    states = {answer["state"] for cell in cells for answer in cell}
    question = kept.questions[code]
    return {
        "code": code,
        "text": question.text,
        "verified": question.verified,
        "basis_label": question.basis_label,
        "cells": cells,
        "differ": len(states) > 1,
    }


def _cell(row: Answer | None) -> list[dict[str, Any]]:
    """Return the answers of one assessor to one question: none, one, or two where they dissent with themselves."""
    if row is None:
        return []
    return [view(row.beside), view(row)] if row.beside else [view(row)]


def _place_at(one: Round, seat: dict[str, str], sheet: Sheet | None) -> dict[str, Any]:
    state = "not begun" if sheet is None else "begun" if sheet.submitted_at is None else "submitted"
    return {
        "post": seat["post"],
        "person": seat["person"] or None,
        "state": state,
        "submitted_at": iso(sheet.submitted_at) if sheet else None,
        "late": bool(sheet) and late(one, sheet),
    }


def _rounded(figure: Agreement) -> dict[str, Any]:
    return {k: round(v, DIGITS) if isinstance(v, float) else v for k, v in asdict(figure).items()}
