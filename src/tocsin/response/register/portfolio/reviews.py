"""A reviewer's word on a flag: it holds, it does not, or holds otherwise, with the reason. Appended, never edited."""

from __future__ import annotations

from django.db import transaction

from tocsin.catalog.development import EFFECTS
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.core.words import SHORT, said, substantial
from tocsin.response.register.assessments.seen import factors_answered
from tocsin.response.register.models import FlagReview, Project
from tocsin.response.register.people import Actor, may
from tocsin.response.register.portfolio.importing import signed
from tocsin.response.register.portfolio.screening import screen

VERDICTS: dict[str, str] = {
    "accept": "the flag holds for this project",
    "reject": "the flag does not hold for this project",
    "adjust": "the flag holds otherwise than the rule says",
}


def project(number: int) -> Project:
    """Return a project by its number. Raises Refused when there is none."""
    found = Project.objects.select_related("file").filter(pk=number).first()
    if found is None:
        raise Refused(f"There is no project {number}", todo="See tocsin portfolio screen")
    return found


def review(
    ctx: Context,
    number: int,
    actor: Actor,
    *,
    place_id: str,
    rule: str,
    verdict: str,
    reasons: str,
    adjusted: str = "",
    change: str = "",
) -> FlagReview:
    """Say of a flag whether it holds, and enter it; the newest word stands and the earlier ones stay readable.

    ``adjusted`` is the effect seen instead, needed to adjust; ``change`` says what will be changed in the project.
    Raises Misuse for a verdict, effect or flag there is not; Refused when the reason says nothing, when a later list
    holds the project's newer line, or when the actor may not.
    """
    from tocsin.response.register.record import enter

    may(actor, "assess").enforce()
    row = project(number)
    if verdict not in VERDICTS:
        raise Misuse(f"{verdict!r} is no verdict", todo=f"Choose one of {', '.join(VERDICTS)}")
    if Project.objects.filter(follows=row).exists():
        raise Refused(f"A later list holds a newer line of {row.iati_identifier}", todo="Review that one")
    flags = {flag.rule.id: flag for flag in screen(row.sectors, factors_answered(place_id)).flags}
    if rule not in flags or not row.places.filter(place_id=place_id).exists():
        raise Misuse(f"{rule!r} raises no flag for project {number} in {place_id}", todo="See its page")
    flag = flags[rule]
    adjusted = adjusted if verdict == "adjust" else ""
    if verdict == "adjust" and (adjusted not in EFFECTS or adjusted == flag.rule.effect):
        others = [effect for effect in EFFECTS if effect != flag.rule.effect]
        raise Misuse("To adjust, say which effect is seen instead", todo=f"Choose one of {', '.join(others)}")
    reasons, change = said(reasons, SHORT), said(change, SHORT)
    if not substantial(reasons):
        raise Refused("The reason says too little", todo="Say in three words at least what the project does or lacks")
    body = {
        "project": number,
        "iati_identifier": row.iati_identifier,
        "place_id": place_id,
        "rule": rule,
        "factor": flag.rule.factor,
        "verdict": verdict,
        "effect": flag.rule.effect,
        "adjusted": adjusted,
        "reasons": reasons,
        "change": change,
    }
    with transaction.atomic():
        entry = enter(ctx, kind="flag.reviewed", body={**body, "by": actor.body()})
        kept = {k: v for k, v in body.items() if k not in {"project", "iati_identifier"}}
        return FlagReview.objects.create(project=row, **kept, **signed(ctx, actor, entry.seq))
