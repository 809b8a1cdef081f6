"""Who may see what could put people in danger: named posts alone; and when that is so until somebody says otherwise."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TypeVar

from tocsin.catalog import directive
from tocsin.catalog.cooperation import rules
from tocsin.catalog.geography import places
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.core.words import SHORT, said, substantial
from tocsin.response.register import runs
from tocsin.response.register.assessments import suggest
from tocsin.response.register.models import Answer
from tocsin.response.register.models_registry import Shielded

OPEN, HIDDEN = "open", "restricted"
WORDS = ("", OPEN, HIDDEN)
S = TypeVar("S", bound=Shielded)


def may_see(row: Shielded, posts: Collection[str]) -> bool:
    """Tell whether somebody under these posts may see a row, or learn that it is there."""
    return not row.restricted or any(post in row.seen_by for post in posts)


def seen(rows: Iterable[S], posts: Collection[str]) -> list[S]:
    """Return the rows that somebody under these posts may see."""
    return [row for row in rows if may_see(row, posts)]


def danger(ctx: Context, place_ids: Iterable[str]) -> str:
    """Return why what is done at these places is hidden until somebody says otherwise; empty when it need not be.

    By ``cooperation/rules.yml``: repression answered or suggested, mass killing under way, or nothing known at all.
    """
    return next((why for place_id in place_ids if (why := _danger(ctx, place_id))), "")


def _danger(ctx: Context, place_id: str) -> str:
    name = places()[place_id].name
    codes = rules().repression_indicators
    newest: dict[tuple[str, str, int | None], str] = {}
    answers = Answer.objects.filter(place_id=place_id, framework="un_framework", code__in=codes)
    for answer in answers.order_by("at", "id"):
        newest[answer.code, answer.post, answer.person_id] = answer.state
    for (code, _, _), state in sorted(newest.items(), key=lambda one: one[0][:2]):
        if state in {Answer.State.PRESENT, Answer.State.PARTLY}:
            return f"{name}: indicator {code} was answered {state}"
    run = runs.latest(ctx.settings.home)
    covered = run is not None and run.covers(place_id)
    if run is not None and covered:
        if run.place(place_id)["board"]["under_way_since"] is not None:
            return f"{name}: mass killing is under way there"
        told = [s for s in suggest.from_figures(ctx, place_id, "un_framework") if s.code in codes]
        if told:
            return f"{name}: {told[0].because}"
    if not covered and not newest:
        return f"{name}: nothing is known here of repression, and the strictest holds"
    return ""


def settle(row: Shielded, word: str, *, danger: str, seen_by: Iterable[str], because: str, own: str) -> None:
    """Set who may see a row: as said, or by default hidden where there is ``danger`` or posts are named.

    Hidden: seen by the posts named, or else by ``own``. Shown in spite of danger: says why. Raises Misuse on an unknown
    word or post, Refused where the reason says nothing.
    """
    if word not in WORDS:
        raise Misuse(f"{word[:20]!r} is no word on who sees it", todo="Write open or restricted, or leave it empty")
    posts = list(dict.fromkeys(post.strip() for post in seen_by if post.strip()))
    for post in posts:
        directive.current().post(post)
    why = said(because, SHORT)
    # Who names the posts that see it has said that the others do not.
    row.restricted = word == HIDDEN or (word != OPEN and bool(danger or posts))
    if word == OPEN and danger and not substantial(why):
        raise Refused(
            f"It may put people in danger to be seen there ({danger})",
            todo="Say with --because why it may be shown, in three words at least, or leave it restricted",
        )
    row.seen_by = sorted(posts) or [own] if row.restricted else []
    row.because = why or danger
