"""Projects laid over one place: what may help which restraint, what might feed whose gain, and what stands behind it.

Nothing is weighed. Projects are counted, amounts added within one kind and one currency, studies counted by direction.
A reviewer's last word on a flag comes first: what was rejected is counted apart, what was adjusted stands where it was
adjusted to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tocsin.catalog.development import EFFECTS, Rule, lens
from tocsin.catalog.development.incentives import words
from tocsin.catalog.iati import kind_of_money
from tocsin.catalog.library import library
from tocsin.response.register.assessments.seen import Seen, factors_answered
from tocsin.response.register.models import IncentiveModel, Project, ProjectPlace
from tocsin.response.register.portfolio.screening import Screened, evidence, screen
from tocsin.response.register.portfolio.show import last_words

SHOWN = 5
"""Projects named beside a count; the rest stands in the list, by the filters linked."""
RESTRAINS = "restrains"
Row = dict[str, Any]


@dataclass
class _Raised:
    """What one rule came to with one effect: how many projects, the first of them, amounts, what reviewers refused."""

    projects: int = 0
    first: list[Row] = field(default_factory=list)
    rejected: int = 0
    adjusted: int = 0
    money: dict[tuple[str, str], Decimal] = field(default_factory=dict)

    def add(self, project: Project, *, adjusted: bool) -> None:
        self.projects += 1
        self.adjusted += adjusted
        if len(self.first) < SHOWN:
            self.first.append({"project": project.pk, "title": project.title, "reporting_org": project.reporting_org})
        for kind, currency, amount in _amounts(project):
            self.money[kind, currency] = self.money.get((kind, currency), Decimal(0)) + amount


def overlay(place_id: str) -> Row:
    """Return the projects at a place by factor that they may restrain and by flow that they might feed.

    ``restraints``: a row a rule, in the order of the factors. ``gains``: a row a flow, with the lines of the place's
    newest incentive model that name it. ``unscreened`` counts projects no rule could be asked of.
    """
    seen = factors_answered(place_id)
    raised, counts = _walk(place_id, seen)
    rules = [_row(rule, effect, raised[rule.id, effect], seen) for rule, effect in _ordered(raised)]
    lines = _lines(place_id)
    restraints = [r for r in rules if r["effect"] == RESTRAINS]
    gains = [_gain(flow, name, rules, lines.get(flow, [])) for flow, name in words().flows.items()]
    return {
        "place_id": place_id,
        **counts,
        "restraints": sorted(restraints, key=lambda r: int(r["factor"].removeprefix("RF"))),
        "gains": [g for g in gains if g["rules"] or g["lines"]],
        "modelled": bool(lines),
    }


def _walk(place_id: str, seen: Mapping[str, Seen]) -> tuple[dict[tuple[str, str], _Raised], Row]:
    raised: dict[tuple[str, str], _Raised] = {}
    projects = unscreened = 0
    for held in _chunks(place_id):
        said = last_words([one.project for one in held])
        for one in held:
            project, found = one.project, screen(one.project.sectors, seen)
            projects += 1
            unscreened += not found.flags
            for rule, effect, word in _flags(project, place_id, found, said):
                counted = raised.setdefault((rule.id, effect), _Raised())
                if word == "reject":
                    counted.rejected += 1
                else:
                    counted.add(project, adjusted=word == "adjust")
    return raised, {"projects": projects, "unscreened": unscreened}


def _chunks(place_id: str) -> Iterator[list[ProjectPlace]]:
    """Yield the newest lines of projects at a place, 500 at a time: memory does not grow with them."""
    rows = ProjectPlace.objects.filter(place_id=place_id, project__followed_by=None).select_related("project")
    held: list[ProjectPlace] = []
    for one in rows.order_by("project__portfolio", "project__iati_identifier").iterator(chunk_size=500):
        held.append(one)
        if len(held) == 500:
            yield held
            held = []
    yield held


def _flags(
    project: Project, place_id: str, found: Screened, said: Mapping[Any, Any]
) -> Iterator[tuple[Rule, str, str]]:
    """Yield each flag's rule, the effect that stands, and the reviewer's last word on it, empty when there is none."""
    for flag in found.flags:
        word = said.get((project.portfolio, project.iati_identifier, place_id, flag.rule.id))
        effect = word.adjusted if word and word.verdict == "adjust" else flag.rule.effect
        yield flag.rule, effect, word.verdict if word else ""


def _amounts(project: Project) -> Iterator[tuple[str, str, Decimal]]:
    """Yield what a project reports of money: by kind if its list has kinds, else its one budget."""
    if project.money:
        for m in project.money:
            yield kind_of_money(str(m["kind"])), str(m["currency"]), Decimal(str(m["amount"]))
    elif project.budget is not None:
        yield "budget", project.currency, project.budget


def _ordered(raised: Iterable[tuple[str, str]]) -> list[tuple[Rule, str]]:
    found = set(raised)
    return [(rule, effect) for rule in lens().rules.values() for effect in EFFECTS if (rule.id, effect) in found]


def _row(rule: Rule, effect: str, counted: _Raised, seen: Mapping[str, Seen]) -> Row:
    behind = evidence(rule.evidence)
    return {
        "rule": rule.id,
        "factor": rule.factor,
        "factor_name": library().framework.factors[rule.factor].name,
        "effect": effect,
        "effect_said": EFFECTS[effect],
        "state": seen[rule.factor].state if rule.factor in seen else "not assessed",
        "flows": list(rule.flows),
        "why": rule.why,
        "presumes": rule.presumes,
        "lowers": rule.lowers,
        "projects": counted.projects,
        "first": counted.first,
        "rejected": counted.rejected,
        "adjusted": counted.adjusted,
        "money": [
            {"kind": kind, "currency": currency, "amount": f"{amount:f}", "said": f"{amount:,.0f}"}
            for (kind, currency), amount in sorted(counted.money.items())
        ],
        "counts": behind["counts"],
        "counted": behind["said"],
        "studies": behind["studies"],
        "basis": rule.basis_label,
    }


def _lines(place_id: str) -> dict[str, list[Row]]:
    """Return the lines of the place's newest incentive model by flow; empty when there is no model."""
    model = IncentiveModel.objects.filter(place_id=place_id).order_by("version").last()
    content = model.content if model else {}
    names = {a["id"]: a["name"] for a in content.get("actors", [])}
    found: dict[str, list[Row]] = {}
    for line in content.get("lines", []):
        own = {"actor": names.get(line["actor"], line["actor"]), "course": words().courses[line["course"]]}
        own |= {"low": line["low"], "high": line["high"], "unit": words().units[line["unit"]], "line": line["id"]}
        found.setdefault(line["flow"], []).append(own)
    return found


def _gain(flow: str, name: str, rules: list[Row], lines: list[Row]) -> Row:
    """Return one flow: who gains by it in the model, which projects might feed it, which might take from it."""
    mine = [r for r in rules if flow in r["flows"]]
    return {
        "flow": flow,
        "name": name,
        "lines": lines,
        "rules": sorted(mine, key=lambda r: r["effect"] == RESTRAINS),
        "feeding": sum(r["projects"] for r in mine if r["effect"] == "may_feed"),
    }
