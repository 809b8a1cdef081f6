"""Human forecasts: a round asks a question, three answer blind, they see each other, somebody says what came.

The judgement half of the fourth demand on assessing: asked with a round, scored by person and office, pooled beside the
model's number and never blended with it. And M82 of judgements: what leaves without names keeps its dissent.
"""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from cli.test_docket import Tell, tell
from desk.conftest import desk, reader, seeded_home
from tocsin.core.clock import FixedClock, SystemClock
from tocsin.desk.context import _clock, context, use_clock
from tocsin.response.docket import rounds as due
from tocsin.response.register import people, runs
from tocsin.response.register.models import Forecast, ForecastQuestion, Person

__all__ = ["desk", "reader", "seeded_home", "tell"]
pytestmark = pytest.mark.django_db(transaction=True)
PLACE = "KEN"
HOSTILE = "<script>alert(1)</script> \u202e reversed, and اردو"
NAMED = {
    "kind": "named",
    "statement": "Parliament in Nairobi is prorogued before the budget is read.",
    "rule": "True when the Gazette has the order; an announcement is not enough.",
    "source": "Kenya Gazette",
    "resolver": "desk_officer",
    "base_rate": "",
}


def signed_in(name: str, post: str) -> Client:
    person = people.add(context(), name, name.title(), people.cli_actor("operator"))
    people.hold(context(), post, person, people.cli_actor("operator"))
    client = Client()
    client.force_login(person)
    return client


def soon(days: int) -> dict[str, str]:
    now = context().now()
    return {
        "closes_at": (now + timedelta(days=days)).isoformat()[:16],
        "horizon": (now + timedelta(days=days + 30)).date().isoformat(),
    }


def give(client: Client, number: int, post: str, p: str, why: str = "", **more: str) -> Any:
    typed = {"act": "give", "post": post, "p": p, "why": why, **more}
    return client.post(f"/forecasts/{number}", typed)


def page(client: Client, number: int) -> str:
    return client.get(f"/forecasts/{number}").content.decode()


def forward(days: int) -> None:
    assert isinstance(_clock[0], FixedClock)
    _clock[0].move(days=days)


def test_three_answer_blind_with_a_round_and_are_pooled_beside_the_model(reader: Client, desk: Any) -> None:
    amal, berta, chen = (
        signed_in(n, p) for n, p in (("amal", "analyst"), ("berta", "second_reader"), ("chen", "liaison"))
    )
    question = {"question": "Which steps before the vote, and by whom?", "invited": "analyst\nsecond_reader"}
    opened = {"post": "analyst", **question, "framework": "un_framework", "codes": "RF7", **soon(7)}
    assert amal.post(f"/places/{PLACE}/rounds", opened).status_code == 302
    assert f"/places/{PLACE}/forecasts/new?with=round:1" in amal.get(f"/places/{PLACE}/rounds/1").content.decode()
    refused = amal.post(f"/places/{PLACE}/forecasts/new", {**NAMED, "post": "analyst", "rule": "", **soon(20)})
    assert refused.status_code == 422
    assert NAMED["statement"] in refused.content.decode(), "what was typed is kept"
    asked = amal.post(
        f"/places/{PLACE}/forecasts/new", {"kind": "onset", "post": "analyst", "with": "round:1", **soon(20)}
    )
    number = ForecastQuestion.objects.get().pk
    assert asked["Location"] == f"/forecasts/{number}"
    assert f"/forecasts/{number}" in amal.get(f"/places/{PLACE}/rounds/1").content.decode()

    model = float(runs.latest(desk).place(PLACE)["board"]["p_onset"])
    said = page(amal, number)
    assert "Nobody sees what others or the model say" in said
    assert "The model, by itself" not in said
    assert "awaits you" in amal.get("/forecasts?state=mine").content.decode()
    certain = give(amal, number, "analyst", "0", why=HOSTILE)
    assert certain.status_code == 422
    assert "You may go to .001" in certain.content.decode()
    assert "&lt;script&gt;alert(1)" in certain.content.decode(), "and what was typed is kept as text"
    give(amal, number, "analyst", "4%", why=HOSTILE, saw_model="yes")
    give(berta, number, "second_reader", "1 in 50", why="The last two votes passed without it.", saw_model="no")
    assert "Only 2 people have answered" in page(berta, number)
    assert "Nobody sees what others or the model say" in page(chen, number), "who has not answered sees nothing"
    give(chen, number, "liaison", "0.35", why="The same units are moved as in 2007.", saw_model="no")

    told = page(chen, number)
    row = ForecastQuestion.objects.get()
    assert "Pool of 3" in told
    assert "never blended" in told
    assert "dissent" in told
    assert "amal" not in told.casefold(), "voices have no names"
    assert "<script>alert(1)" not in told
    assert [float(f.model_p) for f in Forecast.objects.all()] == [pytest.approx(model, abs=1e-6)] * 3
    shown = json.loads(json.dumps(_seen(row, "chen")))["shown"]
    assert shown["model"]["p"] == pytest.approx(model, abs=1e-6)
    assert shown["pool"]["low"] < shown["pool"]["p"] < shown["pool"]["high"]
    assert shown["saw_model"] == 1
    assert "with a reason" in give(chen, number, "liaison", "0.2").content.decode()
    forward(5)
    give(chen, number, "liaison", "0.2", why="Two of the units went back to barracks.")
    assert [float(f.p) for f in Forecast.objects.filter(hand="chen").order_by("number")] == [0.35, 0.2]


def _seen(one: ForecastQuestion, whose: str) -> dict[str, Any]:
    from tocsin.response.register.forecasts import seen

    return seen.view(context(), one, whose)


def test_a_named_person_says_what_came_and_records_are_not_for_everybody(reader: Client) -> None:
    amal, berta, hamid, olu, dora = (
        signed_in(n, p)
        for n, p in (("amal", "analyst"), ("berta", "second_reader"), ("hamid", "mission_head"), ("olu", "overseer"),
                     ("dora", "desk_officer"))
    )  # fmt: skip
    amal.post(
        f"/places/{PLACE}/forecasts/new", {**NAMED, "post": "analyst", "invited": "analyst\nsecond_reader", **soon(20)}
    )
    number = ForecastQuestion.objects.get().pk
    assert "put to analyst, second_reader" in page(hamid, number)
    give(amal, number, "analyst", "0.7", why="Three ministers have said so.")
    give(berta, number, "second_reader", "0.2")
    word = {"act": "end", "post": "second_reader", "came": "no", "evidence": "Gazette 1 to 40, read whole."}
    assert "Ask desk_officer" in berta.post(f"/forecasts/{number}", word).content.decode()
    forward(60)
    due.go(context())
    assert "What each says" in page(hamid, number), "closed, everybody sees the numbers"
    assert dora.post(f"/forecasts/{number}", {**word, "post": "desk_officer"}).status_code == 302
    assert "<b>No</b>" in page(amal, number)

    own = amal.get("/forecasts/record").content.decode()
    assert "1 of the 10 resolved questions" in own
    assert "0.490" in own, "the person sees each question scored"
    assert hamid.get("/forecasts/record?office=field&person=amal").status_code == 200
    assert olu.get("/forecasts/record?office=field").status_code == 200
    for client, query in (
        (berta, "person=amal&office=field"),
        (amal, "office=field"),
        (dora, "office=field&person=amal"),
    ):
        refused = client.get(f"/forecasts/record?{query}")
        assert refused.status_code == 403
        assert "0.490" not in refused.content.decode()
        assert "mission_head" in refused.content.decode(), "it says whom to ask"


def test_onset_is_told_by_the_list_the_model_is_judged_by(
    tell: Tell, desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_HOME", str(desk))
    use_clock(SystemClock())  # the commands have the machine's clock: one register, one clock
    from tocsin.response.register.forecasts import ending, questions

    run = runs.latest(desk)
    until = (context().now() + timedelta(days=3)).isoformat()[:16]
    made = tell("forecast", "ask", "Sudan", "--onset", "--until", until, "--by", "analyst")
    number = str(made["question"])
    assert made["base_rate"] == pytest.approx(run.base_rates["mass_killing_onset"], abs=1e-6)
    assert "You may go to .999" in tell("forecast", "give", number, "1", "--by", "analyst", exits=1)["todo"]
    given = tell("forecast", "give", number, "0.3", "--by", "analyst", "--saw-model", "yes")
    assert given["shown"]["model"]["run"] == run.run_id
    assert tell("forecast", "show", number)["shown"] is None, "another hand has not answered"
    # A year that this run knows whole: as if it had been asked then.
    known = next(r for r in run.query("record", "onset_within AND base_year > 2000"))
    one = ForecastQuestion.objects.get()
    row = {f.attname: getattr(one, f.attname) for f in one._meta.concrete_fields if not f.primary_key}
    past = ForecastQuestion.objects.create(
        **{
            **row,
            "place_id": known["place_id"],
            "base_year": known["base_year"],
            "horizon": f"{known['base_year'] + 2}-12-31",
        }
    )
    ending.go(context())
    ending.go(context())
    told = questions.ending(past)
    assert (told.came, told.by_rule, past.ends.count()) == ("yes", f"run {run.run_id}", 1)
    assert questions.ending(one) is None, "its years are not over"
    with pytest.raises(Exception, match="told by the list"):
        ending.tell(context(), people.cli_actor("analyst"), one.pk, came="yes", evidence="I am quite sure of it.")


def test_the_hub_takes_what_people_forecast_without_their_names(
    tell: Tell, desk: Any, tmp_path: Any, monkeypatch: Any
) -> None:
    monkeypatch.setenv("TOCSIN_HOME", str(desk))
    now = context().now()
    tell("forecast", "ask", "Chad", "--onset", "--until", (now + timedelta(days=3)).isoformat()[:16], "--by", "analyst")
    number = str(ForecastQuestion.objects.get().pk)
    for post, p in (("analyst", "0.05"), ("second_reader", "0.02")):
        tell("forecast", "give", number, p, "--by", post)
    file = tmp_path / "people.csv"
    assert tell("forecast", "export", str(file))["rows"] == 0, "nothing leaves before the close"
    monkeypatch.setattr("tocsin.core.clock.SystemClock.now", lambda self: now + timedelta(days=4))
    assert tell("forecast", "export", str(file))["rows"] == 2
    rows = list(csv.DictReader(file.open()))
    assert [r["forecaster"] for r in rows] == ["field 1", "headquarters 1"]
    taken = tell("hub", "submit", str(file), "--metadata", str(file.with_suffix(".yml")), "--from", "human")
    assert (taken["outcome"], taken["rows_in"]) == ("accepted", 2), taken
    assert not Person.objects.filter(username__in=[r["forecaster"] for r in rows]).exists()
