"""Screened projects as plain values: what pages, the command line and exports show, by the same filters."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from tocsin.catalog.development import EFFECTS
from tocsin.catalog.development.incentives import words
from tocsin.catalog.geography import places
from tocsin.catalog.iati import STATUS, kind_of_money
from tocsin.catalog.library import library
from tocsin.core.clock import iso
from tocsin.core.words import in_cell
from tocsin.response.register.assessments.seen import Seen, factors_answered
from tocsin.response.register.models import FlagReview, Project, ProjectFile, ProjectPlace
from tocsin.response.register.portfolio.reviews import VERDICTS
from tocsin.response.register.portfolio.screening import COVERED, STANDINGS, Flag, evidence, screen

OPEN = "open"
Row = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """What of the portfolios is asked for; empty: all. ``standing`` is how a flag stands, ``review`` its last word."""

    portfolio: str = ""
    place: str = ""
    factor: str = ""
    effect: str = ""
    standing: str = ""
    review: str = ""
    covered: str = ""
    sector: str = ""

    @property
    def of_flags(self) -> bool:
        """Whether anything is asked of the flags: then a project without one that fits is left out."""
        return bool(self.factor or self.effect or self.standing or self.review)


def choices() -> dict[str, Container[str]]:
    """Return what may be asked by each filter that has a list."""
    return {
        "portfolio": portfolios(),
        "factor": library().framework.factors,
        "effect": EFFECTS,
        "standing": STANDINGS,
        "review": (OPEN, *VERDICTS),
        "covered": COVERED,
    }


def portfolios() -> list[str]:
    """Return the names of the portfolios, sorted."""
    return sorted(set(ProjectFile.objects.order_by().values_list("portfolio", flat=True)))


def in_force(asked: Asked) -> QuerySet[ProjectPlace]:
    """Return the project-places that are asked for: of each project the newest line alone, in the order of exports."""
    rows = ProjectPlace.objects.filter(project__followed_by=None).select_related("project")
    if asked.portfolio:
        rows = rows.filter(project__portfolio=asked.portfolio)
    if asked.place:
        rows = rows.filter(place_id=asked.place)
    return rows.order_by("project__portfolio", "project__iati_identifier", "place_id")


def screened(asked: Asked) -> Iterator[Row]:
    """Yield each project at each of its places, screened, with the flags that are asked for."""
    seen: dict[str, Mapping[str, Seen]] = {}
    held: list[ProjectPlace] = []
    for one in in_force(asked).iterator(chunk_size=500):
        held.append(one)
        if len(held) == 500:
            yield from _rows(held, seen, asked)
            held = []
    yield from _rows(held, seen, asked)


def _rows(held: list[ProjectPlace], seen: dict[str, Mapping[str, Seen]], asked: Asked) -> Iterator[Row]:
    said = last_words([one.project for one in held])
    for one in held:
        if one.place_id not in seen:
            seen[one.place_id] = factors_answered(one.place_id)
        row = of(one.project, one.place_id, seen[one.place_id], said)
        if asked.covered and row["covered"] != asked.covered:
            continue
        if asked.sector and not any(s["code"].startswith(asked.sector) for s in row["sectors"]):
            continue
        if asked.of_flags:
            row["flags"] = [flag for flag in row["flags"] if _fits(flag, asked)]
            if not row["flags"]:
                continue
        yield row


def _fits(flag: Row, asked: Asked) -> bool:
    wanted = ((asked.factor, flag["factor"]), (asked.effect, flag["effect"]), (asked.standing, flag["standing"]))
    last = flag["reviewed"]["verdict"] if flag["reviewed"] else OPEN
    return all(not want or want == have for want, have in (*wanted, (asked.review, last)))


def of(project: Project, place_id: str, seen: Mapping[str, Seen], said: Mapping[Any, FlagReview]) -> Row:
    """Return a project at one place: what the list says of it, how far it could be screened, its flags."""
    found = screen(project.sectors, seen)
    share = next((r["percent"] for r in project.recipients if r["place_id"] == place_id), "")
    return {
        "project": project.pk,
        "portfolio": project.portfolio,
        "iati_identifier": project.iati_identifier,
        "reporting_org": project.reporting_org,
        "title": project.title,
        "description": project.description,
        "place_id": place_id,
        "place": places()[place_id].name,
        "share_pct": share,
        "location": project.location,
        "sectors": project.sectors,
        "starts": project.starts.isoformat() if project.starts else None,
        "ends": project.ends.isoformat() if project.ends else None,
        "status": project.status,
        "status_said": STATUS.get(project.status, "not said"),
        "budget": None if project.budget is None else f"{project.budget:f}",
        "budget_said": "" if project.budget is None else f"{project.budget:,.2f}".removesuffix(".00"),
        "currency": project.currency,
        "money": [{**m, "kind_said": kind_of_money(str(m["kind"]))} for m in project.money or []],
        "covered": found.covered,
        "covered_said": COVERED[found.covered],
        "left_out": [{"code": code, "why": why} for code, why in found.left_out],
        "flags": [
            _flag(flag, said.get((project.portfolio, project.iati_identifier, place_id, flag.rule.id)), project)
            for flag in found.flags
        ],
    }


def _flag(flag: Flag, word: FlagReview | None, project: Project) -> Row:
    rule = flag.rule
    behind = evidence(rule.evidence)
    return {
        "rule": rule.id,
        "factor": rule.factor,
        "factor_name": flag.factor_name,
        "flows": [words().flows[f] for f in rule.flows],
        "effect": rule.effect,
        "effect_said": EFFECTS[rule.effect],
        "standing": flag.standing,
        "standing_said": flag.why_so,
        "state": flag.state,
        "sectors": [{"code": c, "name": n, "percent": p} for c, n, p in flag.sectors],
        "why": rule.why,
        "presumes": rule.presumes,
        "lowers": rule.lowers,
        "evidence": [study["id"] for study in behind["studies"]],
        "counts": behind["counts"],
        "counted": behind["said"],
        "basis": rule.basis_label,
        "reviewed": _word(word, project) if word else None,
    }


def _word(word: FlagReview, project: Project) -> Row:
    return {
        "verdict": word.verdict,
        "adjusted": word.adjusted,
        "reasons": word.reasons,
        "change": word.change,
        "post": word.post,
        "at": iso(word.at),
        "earlier_line": word.project_id != project.pk,
        "sectors_changed": word.project_id != project.pk and word.project.sectors != project.sectors,
    }


def last_words(held: Iterable[Project]) -> dict[Any, FlagReview]:
    """Return the last word on each flag, by portfolio, identifier, place and rule: also one on an earlier line."""
    held = list(held)
    rows = FlagReview.objects.select_related("project").filter(
        project__portfolio__in={p.portfolio for p in held},
        project__iati_identifier__in={p.iati_identifier for p in held},
    )
    return {(r.project.portfolio, r.project.iati_identifier, r.place_id, r.rule): r for r in rows.order_by("id")}


def one(project: Project, place_id: str) -> Row:
    """Return one project at one place, with the studies behind each flag and every word on it."""
    row = of(project, place_id, factors_answered(place_id), last_words([project]))
    for flag in row["flags"]:
        flag["studies"] = evidence(flag["evidence"])["studies"]
        words = FlagReview.objects.select_related("project").filter(
            project__portfolio=project.portfolio,
            project__iati_identifier=project.iati_identifier,
            place_id=place_id,
            rule=flag["rule"],
        )
        flag["words"] = [_word(word, project) for word in words.order_by("-id")]
    return row


COLUMNS = (
    "portfolio",
    "iati_identifier",
    "reporting_org",
    "title",
    "place_id",
    "location",
    "starts",
    "ends",
    "status",
    "budget",
    "currency",
    "covered",
)
FLAG_COLUMNS = ("rule", "factor", "effect", "standing", "state", "why", "presumes", "lowers", "counted", "basis")
WORD_COLUMNS = ("verdict", "adjusted", "reasons", "change", "post", "at")


def as_csv(rows: Iterable[Row]) -> Iterator[bytes]:
    """Yield a table: a line for each flag, and one for a project without any. The same rows give the same bytes."""
    sectors = ("sectors", "left_out")
    yield _line([*COLUMNS, *sectors, *FLAG_COLUMNS, *(f"review_{c}" for c in WORD_COLUMNS)])
    for row in rows:
        own = [*(row[c] for c in COLUMNS), "; ".join(s["code"] for s in row["sectors"])]
        own.append("; ".join(f"{o['code']} {o['why']}".strip() for o in row["left_out"]))
        for flag in row["flags"] or [None]:
            told = [flag[c] if flag else "" for c in FLAG_COLUMNS]
            word = (flag or {}).get("reviewed") or {}
            yield _line([*own, *told, *(word.get(c, "") for c in WORD_COLUMNS)])


def _line(cells: Iterable[Any]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(["" if c is None else in_cell(c) for c in cells])
    return out.getvalue().encode()


def as_json(rows: Iterable[Row]) -> Iterator[bytes]:
    """Yield one object, ``{"projects": [...]}``, a line a project. The same rows give the same bytes."""
    yield b'{"projects": [\n'
    mark = b""
    for row in rows:
        yield mark + json.dumps(row, ensure_ascii=False, sort_keys=True).encode()
        mark = b",\n"
    yield b"\n]}\n"
