"""Certificates: what a player did in an exercise and what they missed, signed into its log, to be checked by anybody.

A certificate is one line of the exercise's log with its path to a signed checkpoint: ``verify.py`` of the ledger checks
it with the key of that log and nothing else. It says what was shown. Where a cue was missed it says so, and that it is
no pass; a pass says no more than that nothing was missed in this chain, on that day.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from django.db import transaction

import tocsin
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Damaged, Misuse, Refused
from tocsin.core.files import write_whole
from tocsin.ledger import canonical
from tocsin.ledger import verify as verifier
from tocsin.response.oversight.exercise import rubric
from tocsin.response.oversight.exercise.debrief import GRACE_DAYS, as_file, debrief
from tocsin.response.oversight.models import Certificate
from tocsin.response.register import drill, record
from tocsin.response.register.models import Person

KIND = "exercise.certified"
FORM = "tocsin exercise certificate 1"
VALID = timedelta(days=365)
"""How long one counts. What is not practised for a year is not known to be there."""
FOLDER = "certificates"
MOST = 200_000
"""Bytes of a certificate's file; a real one has a few thousand."""


class Checked(NamedTuple):
    """What a file proves: the certificate in it, the verifier's sentences, whether it holds, whether it is in date."""

    statement: dict[str, Any]
    number: str
    said: list[str]
    holds: bool
    in_date: bool


def certify(ctx: Context) -> list[Certificate]:
    """Enter a certificate for every player of the exercise that is over, and write each as a file; again adds none.

    Raises Refused while it is still running, or where there is none.
    """
    found = debrief()
    signer = record.signer(ctx)
    kept = {(row.player, row.post): row for row in Certificate.objects.filter(taken=False)}
    digest = hashlib.sha256(as_file(found, signer.name)).hexdigest()
    made = []
    for told in found["players"]:
        row = kept.get((told["player"], told["post"]))
        if row is None:
            person = Person.objects.get(username=told["player"])
            statement = _statement(ctx, found, told, name=str(person), log=signer.name, digest=digest)
            with transaction.atomic():
                entry = record.enter(ctx, kind=KIND, body={"certificate": statement})
                row = Certificate.objects.create(
                    number=number_of(statement), player=told["player"], post=told["post"], statement=statement,
                    log=signer.name, key=record.verifier_key(ctx), issued_at=ctx.now(),
                    valid_until=date.fromisoformat(statement["valid_until"]), taken=False, ledger_seq=entry.seq,
                )  # fmt: skip
        made.append(row)
    record.checkpoint(ctx)
    (ctx.settings.home / FOLDER).mkdir(parents=True, exist_ok=True)
    for row in made:
        write_whole(file_of(ctx, row), record.proof(ctx, row.ledger_seq), replace=True)
    return made


def file_of(ctx: Context, row: Certificate) -> Path:
    """Return where the file of a certificate lies in the exercise's home."""
    return ctx.settings.home / FOLDER / f"{row.player}-{row.post}.json"


def proof_of(ctx: Context, row: Certificate) -> str:
    """Return the line that proves a certificate: kept where it was taken, made anew in its own home."""
    return row.proof or record.proof(ctx, row.ledger_seq).decode()


def number_of(statement: dict[str, Any]) -> str:
    """Return the number of a certificate: the SHA-256 over its canonical text, hex."""
    return hashlib.sha256(canonical.encode(statement)).hexdigest()


def check(text: bytes, key: str | None, today: date) -> Checked:
    """Hold a certificate's file against the key of its log, as the stand-alone verifier does. Needs no home.

    Raises Misuse for what is no certificate, or no key.
    """
    if len(text) > MOST:
        raise Misuse("This is no certificate: it is too long", todo="Give the file that tocsin exercise certify wrote")
    try:
        known = verifier.read_key(key) if key is not None else None
    except verifier.Misuse as error:
        raise Misuse(f"This is no key: {error}", todo="Take it from who ran the exercise, not from the file") from None
    report = verifier.verify(io.BytesIO(text), known, [])
    try:
        record_ = json.loads(text)
        statement = record_["body"]["certificate"]
        if record_["leaf"]["kind"] != KIND or statement["form"] != FORM:
            raise KeyError(KIND)
        until = date.fromisoformat(statement["valid_until"])
        number = number_of(statement)
    except (ValueError, KeyError, TypeError, RecursionError, Refused):
        raise Misuse(
            "This is no certificate of an exercise", todo="Give the file that tocsin exercise certify wrote"
        ) from None
    return Checked(statement, number, verifier.sentences(report, known), report.holds, today <= until)


def take(ctx: Context, folder: Path, key: str) -> list[Certificate]:
    """Take the certificates of an exercise's folder into this home, each checked with the key of that exercise's log.

    Again adds none. Raises Refused on a drill, for one that does not hold or whose player has no account here; Misuse
    when there is none to take.
    """
    if drill.is_drill(ctx.settings):
        raise Refused("Certificates are taken into the real home, and this is a copy", todo="Leave --home DIR out")
    files = sorted((folder / FOLDER).glob("*.json"))
    if not files:
        raise Misuse(
            "There is no certificate", where=str(folder / FOLDER), todo=f"Run: tocsin exercise certify --home {folder}"
        )
    taken = []
    with transaction.atomic():
        for file in files:
            text = file.read_bytes()
            found = check(text, key, ctx.now().date())
            if not found.holds:
                raise Damaged(f"A certificate does not hold: {found.said[0]}", where=str(file))
            who = found.statement["player"]
            if not Person.objects.filter(username=who).exists():
                raise Refused(f"{who!r} has no account here", where=str(file), todo="Open it: tocsin people add")
            taken.append(_take(ctx, found, text.decode(), key))
    return taken


def _take(ctx: Context, found: Checked, proof: str, key: str) -> Certificate:
    known = Certificate.objects.filter(number=found.number).first()
    if known is not None:
        return known
    said = found.statement
    body = {"number": found.number, "player": said["player"], "post": said["post"], "log": said["log"]}
    entry = record.enter(ctx, kind="exercise.certificate_taken", body=body)
    return Certificate.objects.create(
        number=found.number, player=said["player"], post=said["post"], statement=said, proof=proof, log=said["log"],
        key=key, issued_at=ctx.now(), valid_until=date.fromisoformat(said["valid_until"]), taken=True,
        ledger_seq=entry.seq,
    )  # fmt: skip


def current_for(posts: Sequence[str], today: date) -> dict[str, list[Certificate]]:
    """Return each post's passes that are in date, the longest of each player: information on its readiness alone.

    Whether somebody did not pass is on no list: it is theirs, their head's and oversight's.
    """
    rows = Certificate.objects.filter(post__in=posts, valid_until__gte=today).order_by("post", "player", "valid_until")
    found: dict[str, dict[str, Certificate]] = {}
    for row in rows:
        if row.statement["passed"]:
            found.setdefault(row.post, {})[row.player] = row
    return {post: list(held.values()) for post, held in found.items()}


def _statement(
    ctx: Context, found: dict[str, Any], told: dict[str, Any], *, name: str, log: str, digest: str
) -> dict[str, Any]:
    """Return what is certified: no float in it, so that its canonical text is the same everywhere."""
    judged = next(
        p for p in found["judgement"]["players"] if (p["player"], p["post"]) == (told["player"], told["post"])
    )
    why = lacking(found, told)
    today = ctx.now().date()
    return {
        "form": FORM,
        "player": told["player"],
        "name": name,
        "post": told["post"],
        "log": log,
        "exercise": {
            "title": found["title"],
            "timeline": found["timeline"],
            "chain_sha256": found["chain_sha256"],
            "rubric": rubric.rubric().version,
            "tocsin": tocsin.__version__,
            "started_at": found["started_at"],
            "ended_at": found["ended_at"],
            "played_to_day": found["played_to_day"],
            "debrief_sha256": digest,
        },
        "shown": {
            "reports_read": told["reports_read"],
            "reports_given": told["reports_given"],
            "rungs_answered": told["rungs_answered"],
            "rungs": told["rungs"],
            "decisions": told["decisions"],
            "decision_points": told["decision_score"],
            "decision_points_of": told["decision_of"],
            "forecasts_given": judged["answered"],
            "forecasts_asked": judged["asked"],
        },
        "cues": len(found["cues"]),
        "missed": [{"item": c["item"], "how": c["missed"]} for c in found["missed"]],
        "lapses": told["lapses"],
        "passed": not why,
        "why_not": why,
        "issued_on": today.isoformat(),
        "valid_until": (today + VALID).isoformat(),
        "issued_at": iso(ctx.now()),
    }


def lacking(found: dict[str, Any], told: dict[str, Any]) -> list[str]:
    """Return what keeps a player from a pass, in sentences; empty when nothing does.

    Cues are the exercise's: a serious report that nobody took up was missed by everybody who played.
    """
    why = []
    if found["missed"]:
        why.append(f"{len(found['missed'])} of {len(found['cues'])} serious reports were missed.")
    if not found["cues"]:
        why.append("No serious report was given, so nothing could be missed or taken up.")
    top = found["escalation"]["top"]
    if top and top["late_by"] is None and top["rules_alone_days"] is not None:
        why.append(f"Tier {top['tier']} was never told; by the coders' readings alone it would have been.")
    elif top and top["late_by"] is not None and top["late_by"] > GRACE_DAYS:
        why.append(f"Tier {top['tier']} was told {top['late_by']:g} days of the chain late.")
    if told["lapses"]:
        why.append(f"{told['lapses']} clock{'s' * (told['lapses'] > 1)} of this post ran out.")
    if told["answered_pct"] is None:
        why.append("Nothing was asked of this post.")
    elif told["answered_pct"] < 100:
        why.append(f"{told['answered_pct']}% of what was asked of this post was answered.")
    return why
