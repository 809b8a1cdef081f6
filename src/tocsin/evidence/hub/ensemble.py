"""The pool of everybody's forecasts: a weighted mean in log-odds, the weights learned on closed earlier origins alone.

``hub_ensemble``'s card holds every number chosen. Nothing that was decided after the end of an origin can move the
weights of that origin: only windows that had ended by then are looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import polars as pl
from scipy.optimize import minimize  # type: ignore[import-untyped]

from tocsin.catalog.models import ModelCard, card, cards
from tocsin.catalog.outcomes import outcome
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.evidence.forecast import hub
from tocsin.evidence.forecast.combine import expit, logit
from tocsin.evidence.forecast.score.probability import log_loss
from tocsin.evidence.hub import answers, shelf, truth, windows
from tocsin.evidence.hub.metadata import ENSEMBLE, EQUAL
from tocsin.evidence.run_folder import json_bytes, sha256

QUESTION = list(answers.QUESTION)


@dataclass(frozen=True)
class Weights:
    """The weights of one origin and what they were learned on. ``learned`` is false where they are equal."""

    origin: str
    weight: dict[str, float]
    learned: bool
    origins: list[str]
    rows: int
    cases: int
    why_equal: str = ""


def pool(p: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return the weighted mean in log-odds of ``p`` (n, members; NaN: silent), weights of who speaks made 1."""
    speaks = ~np.isnan(p)
    share = np.where(speaks, weight, 0.0)
    total = share.sum(axis=1, keepdims=True)
    # Where only members without weight speak, they speak alike: silence of the others must not silence a place.
    share = np.where(total > 0, share, speaks)
    share = share / share.sum(axis=1, keepdims=True)
    return expit((share * np.where(speaks, logit(np.where(speaks, p, 0.5)), 0.0)).sum(axis=1))


def learn(p: np.ndarray, label: np.ndarray, price: float) -> np.ndarray:
    """Return the weights (members,) that fit past forecasts (n, members) to outcomes (n,): a convex problem.

    Minimises the summed log loss of the pool plus ``price`` times the squared distance from equal weights.
    """
    z, members = logit(p), p.shape[1]
    equal = np.full(members, 1 / members)

    def cost(w: np.ndarray) -> float:
        return log_loss(label, expit(z @ w)) * len(label) + price * float(((w - equal) ** 2).sum())

    def slope(w: np.ndarray) -> np.ndarray:
        return np.asarray(z.T @ (expit(z @ w) - label) + 2 * price * (w - equal))

    found = minimize(
        cost, equal, jac=slope, method="SLSQP", bounds=[(0, 1)] * members,
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1, "jac": np.ones_like},
        options={"maxiter": 500, "ftol": 1e-10},
    )  # fmt: skip
    kept = np.clip(found.x if found.success else equal, 0, 1)
    return np.asarray(kept / kept.sum())


def weights(members: Sequence[str], wide: pl.DataFrame, known: pl.DataFrame, origin: str, target: str) -> Weights:
    """Return the weights of an origin. ``wide`` has a question and a column a member; ``known`` question and label."""
    settings = card(ENSEMBLE).settings
    declared = outcome(target).target
    end = windows.ends(origin)
    pairs = wide.select("origin", "horizon").unique(maintain_order=True)
    over = [windows.window(o, declared, h)[1] <= end for o, h in pairs.iter_rows()]
    past = (
        wide.join(pairs.filter(pl.Series(over, dtype=pl.Boolean)), on=["origin", "horizon"], how="semi")
        .drop_nulls(list(members))
        .join(known, on=QUESTION, how="inner")
        .drop_nulls("label")
        .sort(QUESTION)
    )
    closed = sorted(past["origin"].unique(), key=windows.month_of)
    cases = int(past["label"].sum() or 0)
    few = [
        f"{len(closed)} closed origins on which all spoke, {settings['least_origins']} are needed"
        if len(closed) < settings["least_origins"] else "",
        f"{cases} cases, {settings['least_cases']} are needed" if cases < settings["least_cases"] else "",
    ]  # fmt: skip
    why = "; ".join(w for w in few if w) or ("one member alone" if len(members) == 1 else "")
    found = np.full(len(members), 1 / len(members))
    if not why:
        found = learn(past.select(members).to_numpy(), past["label"].to_numpy(), settings["price_of_leaving_equal"])
    shares = {m: round(float(w), 6) for m, w in zip(members, found, strict=True)}
    return Weights(origin, shares, not why, closed, len(past), cases, why)


def everybody(ctx: Context, target: str) -> pl.DataFrame:
    """Return one row a member and question: submissions and our models, without baselines, single people and pools."""
    ours = answers.ours(ctx, target)
    models = {c.id for c in cards().values() if c.kind == "model"}
    own = ours.filter(pl.col("model_id").is_in(models))
    handed_in = answers.some(ctx, target).filter(
        ~pl.col("model_id").str.contains(".", literal=True), ~pl.col("model_id").is_in([ENSEMBLE, EQUAL])
    )
    if handed_in.is_empty():
        raise Refused(f"no forecast of {target} has been handed in", todo="Hand one in: tocsin hub submit")
    return answers.best(pl.concat([own, handed_in]))


def ensemble(
    ctx: Context,
    target: str,
    origin: str | None = None,
    *,
    rolling: bool = False,
    enter: shelf.Enter | None = None,
) -> dict[str, Any]:
    """Pool all forecasts of an origin (default: the newest) or of every origin, keep the pool beside them, tell how.

    ``enter`` puts the receipt of the pool on record, as for any submission.

    Raises Refused when nothing was handed in or nobody spoke of the origin, Misuse for a target without probability.
    """
    declared = outcome(target).target
    if declared.kind != "probability":
        raise Misuse(
            f"{target} is a count: only probabilities are pooled", todo="Choose a target that is a probability"
        )
    known = truth.outcomes_of(ctx, target)
    table = everybody(ctx, target)
    spoken = sorted(table["origin"].unique(), key=windows.month_of)
    asked = windows.origin_of(origin, declared.unit) if origin else spoken[-1]
    if asked not in spoken:
        raise Refused(f"nobody has spoken of {origin}", todo=f"Origins spoken of: {spoken[0]} to {spoken[-1]}")
    if rolling:
        several = table.group_by("origin").agg(n=pl.col("model_id").n_unique()).filter(pl.col("n") > 1)["origin"]
        chosen = [o for o in spoken if o in set(several)]
        if not chosen:
            raise Refused(
                "at no origin has more than one member spoken", todo="Hand in another model's rolling forecasts"
            )
    else:
        chosen = [asked]
    past = known.of(table.select(QUESTION).unique(maintain_order=True))
    parts, told = [], []
    for one in chosen:
        found, rows = _pooled(table, past, one, target)
        told.append(asdict(found))
        parts.append(rows)
    kept = _keep(ctx, target, pl.concat(parts), told, (rolling, enter))
    return {
        "target": target,
        "origins": told,
        "folder": kept.folder,
        "members": sorted({m for t in told for m in t["weight"]}),
    }


def _pooled(table: pl.DataFrame, past: pl.DataFrame, origin: str, target: str) -> tuple[Weights, pl.DataFrame]:
    """Return the weights of an origin and the hub rows of both pools."""
    members = sorted(table.filter(pl.col("origin") == origin)["model_id"].unique())
    wide = (
        table.filter(pl.col("model_id").is_in(members))
        .pivot(on="model_id", index=QUESTION, values="p", sort_columns=True)
        .select(*QUESTION, *members)
    )
    found = weights(members, wide, past, origin, target)
    now = wide.filter(pl.col("origin") == origin).sort(QUESTION)
    p = now.select(members).to_numpy()
    share = np.array([found.weight[m] for m in members])
    rows = []
    for horizon in now["horizon"].unique().sort():
        at = (now["horizon"] == horizon).to_numpy()
        places = now["place_id"].to_numpy()[at].tolist()
        for name, each in ((ENSEMBLE, share), (EQUAL, np.full(len(members), 1 / len(members)))):
            rows.append(hub.rows(name, origin, target, places, pool(p[at], each), horizon=int(horizon)))
    return found, pl.concat(rows)


def _keep(
    ctx: Context,
    target: str,
    rows: pl.DataFrame,
    told: list[dict[str, Any]],
    how: tuple[bool, shelf.Enter | None],
) -> shelf.Submission:
    """Keep a pool on the shelf as any other forecast, with its weights; ``how``: after the fact, and its entry."""
    retrospective, enter = how
    made: ModelCard = card(ENSEMBLE)
    table = hub.checked(rows)
    asked = table.select("target", "origin", "horizon", "place_id").unique()
    said = json_bytes({"card": made.ref, "weights": told})
    about = {
        "model_id": ENSEMBLE, "kind": "pool", "read_as": "pool", "targets": [target],
        "metadata": {"team": "this installation", "model": made.title, "licence": "that of its members"},
        "origins": [t["origin"] for t in told], "horizons": sorted(asked["horizon"].unique()),
        "places": asked["place_id"].n_unique(), "questions": len(asked), "values": len(table),
        "retrospective": retrospective, "weights": told, "issues": [], "file": "",
        "sha256": sha256(said + rows.write_csv().encode()),
    }  # fmt: skip
    declared = outcome(target).target
    counted: dict[str, int] = {}
    for origin, horizon, n in asked.group_by("origin", "horizon").len().sort("origin", "horizon").iter_rows():
        word = windows.standing(windows.window(origin, declared, horizon), ctx.now(), retrospective=retrospective)
        counted[word] = counted.get(word, 0) + n
    return shelf.keep(ctx, {**about, "standing": counted}, table, pl.DataFrame(), {"weights.json": said}, enter)
