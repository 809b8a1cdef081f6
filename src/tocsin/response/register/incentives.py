"""Incentive models of places by version, and programmes entered against them. What comes of one is computed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max

from tocsin.catalog.geography import places
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.core.words import SHORT, said, substantial
from tocsin.ledger.canonical import encode
from tocsin.options import incentives
from tocsin.options.incentives.told import as_dict
from tocsin.response.register.models import IncentiveModel, ProgrammeTried
from tocsin.response.register.people import Actor, may
from tocsin.response.register.portfolio import project as found_project
from tocsin.response.register.portfolio import signed


def save(ctx: Context, place_id: str, given: Mapping[str, Any], actor: Actor, *, why: str) -> IncentiveModel:
    """Keep a new version of a place's model and enter it. Raises Misuse for a model that does not hold together.

    Raises Refused when the reason says nothing, when nothing changed, or when the actor may not.
    """
    from tocsin.response.register.record import enter

    may(actor, "assess").enforce()
    if place_id not in places():
        raise Misuse(f"{place_id!r} is not a place", todo="Write its three letters, as in SDN")
    content = incentives.read(incentives.Model, given, "model").model_dump(mode="json")
    why = said(why, SHORT)
    if not substantial(why):
        raise Refused("The reason says too little", todo="Say in three words at least what this version changes")
    digest = hashlib.sha256(encode(content)).hexdigest()
    with transaction.atomic():
        rows = IncentiveModel.objects.filter(place_id=place_id)
        body = {"place_id": place_id, "sha256": digest, "why": why, "by": actor.body()}
        entry = enter(ctx, kind="incentives.modelled", body=body)
        last = rows.order_by("version").last()
        if last is not None and last.sha256 == digest:
            raise Refused(f"Version {last.version} says exactly this", todo="Change something, or leave it")
        version = (rows.aggregate(last=Max("version"))["last"] or 0) + 1
        return IncentiveModel.objects.create(
            place_id=place_id, version=version, content=content, sha256=digest, why=why, **signed(ctx, actor, entry.seq)
        )


def model_of(place_id: str, version: int | None = None) -> IncentiveModel | None:
    """Return a version of a place's model, the newest without ``version``; None when there is none."""
    rows = IncentiveModel.objects.filter(place_id=place_id).order_by("version")
    return (rows.filter(version=version) if version is not None else rows).last()


def enter_programme(
    ctx: Context, row: IncentiveModel, given: Mapping[str, Any], actor: Actor, *, project: int | None = None
) -> ProgrammeTried:
    """Enter a programme against a version of a model. Raises Misuse when it does not fit, Refused by ``may``."""
    from tocsin.response.register.record import enter

    may(actor, "assess").enforce()
    programme = incentives.read(incentives.Programme, given, "programme").against(read_model(row))
    content = programme.model_dump(mode="json")
    digest = hashlib.sha256(encode(content)).hexdigest()
    linked = found_project(project) if project is not None else None
    with transaction.atomic():
        body = {
            "place_id": row.place_id,
            "model_version": row.version,
            "sha256": digest,
            "project": linked.iati_identifier if linked else None,
            "by": actor.body(),
        }
        entry = enter(ctx, kind="incentives.programme", body=body)
        return ProgrammeTried.objects.create(
            model=row, project=linked, content=content, sha256=digest, **signed(ctx, actor, entry.seq)
        )


def read_model(row: IncentiveModel) -> incentives.Model:
    """Return a kept version as a model."""
    return incentives.read(incentives.Model, row.content, "model")


def standing(row: IncentiveModel) -> dict[str, Any]:
    """Return what a version says as it stands: payoffs by actor and course, and where violence pays."""
    model = read_model(row)
    return {**_about(row), **as_dict(model, incentives.standing(model))}


def trial(tried: ProgrammeTried) -> dict[str, Any]:
    """Return what a programme changes, computed from the version it was entered against."""
    model = read_model(tried.model)
    programme = incentives.read(incentives.Programme, tried.content, "programme")
    return {
        **_about(tried.model),
        "trial": tried.pk,
        "project": tried.project_id,
        **as_dict(model, incentives.test(model, programme), programme),
    }


def _about(row: IncentiveModel) -> dict[str, Any]:
    return {
        "place_id": row.place_id,
        "place": places()[row.place_id].name,
        "version": row.version,
        "sha256": row.sha256,
        "why": row.why,
        "post": row.post,
        "at": row.at.isoformat(),
    }
