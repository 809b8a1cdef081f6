"""M44: five players run the Rwanda exercise and get a scored debrief: time to escalate, missed cues, and their numbers.

Each leaves with a certificate of what they did and missed, which a stranger checks with a key and nothing else.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from desk.conftest import seeded_home
from desk.seeding import copied as a_copy
from response.oversight.test_exercise import MACHINE, MADE_UP, SEATS, copy, forward, player, read
from teller import Teller
from tocsin.core.clock import SystemClock
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.desk.context import use_clock
from tocsin.ledger import verify as verifier
from tocsin.response.docket import acts
from tocsin.response.docket.models import Item
from tocsin.response.docket.replay.items import read_items, read_timelines
from tocsin.response.oversight.exercise import certificates, run
from tocsin.response.oversight.exercise.debrief import as_file, debrief
from tocsin.response.oversight.models import Certificate
from tocsin.response.register.forecasts import giving, questions
from tocsin.response.register.models import ForecastQuestion, LedgerBody, Person

__all__ = ["copy", "seeded_home"]
pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
SAYS = {"amina": "0.2", "bo": "0.1", "chidi": "0.3", "dana": "0.05"}
"""What each player says of every question; the principal answers none."""


def answer(ctx: Context) -> None:
    """Let everybody who has a number give it, and each post answer what stands before it."""
    for one in questions.of():
        for name, post in SEATS:
            if name in SAYS and questions.is_open(one, ctx.now()) and not giving.own_of(one, name):
                giving.give(ctx, player(name, post), one.pk, SAYS[name], why="By what has been reported so far.")
    for item in Item.objects.filter(state="open"):
        for name, post in SEATS:
            if item.owner_post == post or (item.level == "emergency" and post == "principal"):
                try:
                    acts.acknowledge(ctx, item.pk, player(name, post))
                except Refused:
                    continue


@pytest.fixture
def at_the_desk(copy: Context, settings: Any) -> Iterator[Context]:
    """The pages, on the home and the clock of the exercise."""
    use_clock(copy.clock)
    settings.TOCSIN, settings.ALLOWED_HOSTS = copy.settings, ["testserver"]
    yield copy
    use_clock(SystemClock())


@pytest.fixture
def played(at_the_desk: Context, shared: Path) -> Context:
    """The Rwanda chain played to its end by five, who read everything but one serious report."""
    chains = read_timelines(shared / "replays" / "timelines.csv")
    rows = read_items(shared / "replays" / "items.csv", chains)
    copy = at_the_desk
    exercise = run.start(copy, chains["R1"], rows, players=SEATS, speed=30.0)
    passed_over = exercise.injects.filter(reaches=True, severity__gte=2).order_by("position")[1].pk
    given = list(exercise.injects.exclude(given_at=None))
    while given:
        for inject in given:
            if inject.pk != passed_over:
                read(copy, inject, inject.severity, ["RF12"])
            answer(copy)
        left = exercise.injects.filter(reaches=True, given_at=None).exists()
        given = forward(copy)[1] if left else []
    run.end(copy)
    return copy


def page(name: str, path: str) -> Any:
    client = Client()
    client.force_login(Person.objects.get(username=name))
    return client.get(path)


def test_m44_five_players_run_rwanda_and_are_told_time_and_cues(played: Context, tmp_path: Path) -> None:
    told_time_and_cues()
    certified(played, tmp_path)


def told_time_and_cues() -> None:
    """The debrief scores time to escalate, cues and numbers."""
    found = debrief()
    assert len(found["players"]) == 5
    assert found["onset_day"] is not None
    time = found["escalation"]
    told = {t["tier"]: t for t in found["tiers"]}
    assert time["first_cue_day"] == min(i["day"] for i in found["injects"] if i["given_at"] and _serious(i, found))
    for row in time["tiers"]:
        knew = told[row["tier"]]["told_day"]
        assert row["days"] == (None if knew is None else pytest.approx(knew - time["first_cue_day"], abs=0.06))
    assert time["top"]["tier"] == 5, "the readings alone would have told the principal"
    assert time["top"]["days"] is not None
    assert any(cue["missed"] == "read by nobody" for cue in found["missed"])

    judged = found["judgement"]
    assert len(judged["questions"]) == 10
    assert {q["came"] for q in judged["questions"]} >= {"yes", "no"}, "the chain tells"
    by_name = {p["player"]: p for p in judged["players"]}
    assert by_name["amina"]["answered"] == 10
    assert by_name["eve"]["answered"] == 0
    for one in by_name["amina"]["each"]:
        came = next(q["came"] for q in judged["questions"] if q["question"] == one["question"]) == "yes"
        assert one["brier"] == pytest.approx((0.2 - came) ** 2, abs=1e-4)
    void = sum(q["came"] == "void" for q in judged["questions"])
    assert (by_name["amina"]["scored"], void) == (10, 0)
    assert by_name["amina"]["brier"] > 0
    assert by_name["eve"]["brier"] is None, "no mean of fewer than ten"

    shown = page("chidi", "/exercise/debrief").content.decode()
    assert "Time to escalate is counted from the first serious report" in shown
    assert "read by nobody" in shown
    assert "4 people" not in shown
    assert "0 of the 10 scored questions that a figure needs" in shown
    assert "All together: said" in shown


def _serious(inject: dict[str, Any], found: dict[str, Any]) -> bool:
    return inject["item"] in {cue["item"] for cue in found["cues"]}


def certified(played: Context, tmp_path: Path) -> None:
    """Each leaves with what they did and missed, and a stranger checks it."""
    rows = certificates.certify(played)
    assert [r.pk for r in certificates.certify(played)] == [r.pk for r in rows], "again adds none"
    assert len(rows) == len(SEATS) == Certificate.objects.count()
    amina = next(r for r in rows if r.player == "amina")
    said = amina.statement
    assert said["passed"] is False, "a cue was missed, so it is no pass"
    assert said["missed"]
    assert said["exercise"]["chain_sha256"] == debrief()["chain_sha256"]
    assert (amina.valid_until - played.now().date()).days == 365
    assert said["exercise"]["debrief_sha256"] == hashlib.sha256(as_file(debrief(), amina.log)).hexdigest()

    file, key = certificates.file_of(played, amina), str(amina.key)
    alone = [sys.executable, "-I", verifier.__file__, str(file), "--key", key]
    done = subprocess.run(alone, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "its body is the one committed to" in done.stdout
    forged = tmp_path / "forged.json"
    forged.write_bytes(file.read_bytes().replace(b'"passed":false', b'"passed":true'))
    assert not certificates.check(forged.read_bytes(), key, MACHINE.date()).holds
    assert certificates.check(file.read_bytes(), key, MACHINE.date()).holds
    assert not certificates.check(file.read_bytes(), key, MACHINE.date().replace(year=2031)).in_date
    assert not certificates.check(file.read_bytes(), None, MACHINE.date()).holds, "without a key the author is unknown"

    at = f"/certificates/{amina.number}"
    shown = page("amina", at).content.decode()
    assert "This is no pass." in shown
    assert "read by nobody" in shown
    assert page("amina", f"{at}.pdf").content.startswith(b"%PDF")
    assert page("amina", f"{at}.json").content == file.read_bytes()
    assert page("bo", at).status_code == 403, "another office"
    assert "Certificate of an exercise" not in page("bo", at).content.decode()
    assert at in page("amina", "/forecasts/record").content.decode()
    assert "passed an exercise" not in page("amina", "/people").content.decode()


def test_m44_players_answer_blind_at_the_desk_and_no_question_tells_what_is_grave(at_the_desk: Context) -> None:
    chains = read_timelines(MADE_UP / "synthetic_timelines.csv")
    rows = read_items(MADE_UP / "synthetic_items.csv", chains)
    copy = at_the_desk
    exercise = run.start(copy, chains["S1"], rows, players=SEATS, speed=30.0, asks=3)
    onset = (exercise.onset_day - exercise.first_day).days
    reached = list(exercise.injects.filter(reaches=True, day__lt=onset).values_list("position", flat=True))
    asked = [a["position"] for a in exercise.asks]
    assert asked == [reached[k * len(reached) // 3] for k in range(3)], "by distance along the chain alone"
    one = ForecastQuestion.objects.get()
    assert one.statement.startswith("By day 30 of the chain a mass killing has begun")
    client = Client()
    client.force_login(Person.objects.get(username="amina"))
    typed = {"act": "give", "post": "analyst", "p": "0.3", "why": "Abuses against one group are on record."}
    assert client.post(f"/forecasts/{one.pk}", typed).status_code == 302
    assert "Nobody sees what others" in page("bo", f"/forecasts/{one.pk}").content.decode()
    assert "By day 30 of the chain" in page("bo", "/exercise").content.decode()
    sealed = json.loads(LedgerBody.objects.get(entry__kind="forecast.sealed").body)
    assert "p" not in sealed
    run.end(copy)
    assert {e.came for e in one.ends.all()} <= {"yes", "no"}


@pytest.fixture
def home(seeded_home: Path, tmp_path: Path) -> tuple[Teller, Teller]:
    """A real home, and its copy in which an exercise was started and ended at once."""
    folder = tmp_path
    real, copied = Teller(a_copy(seeded_home, folder / "home")), Teller(folder / "copy")
    real("people", "add", "amina", "--name", "Amina Example")
    real("drill", str(folder / "copy"))
    chain = ["--items", str(MADE_UP / "synthetic_items.csv"), "--timelines", str(MADE_UP / "synthetic_timelines.csv")]
    copied("exercise", "start", "S1", *chain, "--players", "amina:analyst")
    copied("exercise", "end")
    return real, copied


@pytest.mark.slow
def test_m44_certificates_are_taken_into_the_real_home_and_checked_by_command(home: tuple[Teller, Teller]) -> None:
    real, copied = home
    made = copied("exercise", "certify")
    [one] = made["certificates"]
    assert one["passed"] is False
    checked = Teller(real.home.parent / "nowhere")("exercise", "verify", one["file"], "--key", made["key"])
    assert (checked["holds"], checked["in_date"], checked["number"]) == (True, True, one["number"])
    assert not list((real.home.parent / "nowhere").glob("register*")), "a stranger needs no home"
    taken = real("exercise", "take", str(copied.home), "--key", made["key"])
    assert [t["number"] for t in taken["certificates"]] == [one["number"]]
    assert real("exercise", "take", str(copied.home), "--key", made["key"]) == taken
