"""Forecasts by people: what is asked, one question with its answer form, and a record for whoever may see it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from tocsin.catalog import directive
from tocsin.catalog.geography import places
from tocsin.catalog.likelihood import likelihood
from tocsin.core.clock import parse_date, parse_time
from tocsin.core.errors import Misuse, Refused
from tocsin.core.numbers import percent
from tocsin.core.probability import FEWEST
from tocsin.desk import facts, remedies
from tocsin.desk.charts import whisker
from tocsin.desk.charts.svg import Chart
from tocsin.desk.context import context, posts_held, reader
from tocsin.desk.typed import number as whole
from tocsin.desk.who import Standing, actor, standing
from tocsin.response.docket.models import Item
from tocsin.response.oversight.models import Certificate
from tocsin.response.register.forecasts import ending, giving, questions, record, rules, seen, subjects
from tocsin.response.register.models import ForecastQuestion
from tocsin.response.register.people import Actor, may

USUAL_DAYS, USUAL_HORIZON = 14, 90
STATES = {"open": "asked now", "mine": "awaiting your number", "closed": "closed, no answer yet", "ended": "ended"}


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List questions: those that await the reader's number first. Filters live in the address."""
    now, whose = context().now(), _hand(request)
    place, state = request.GET.get("place", "")[:3].upper(), request.GET.get("state", "")
    rows = []
    for one in questions.of(place if place in places() else ""):
        told = seen.head(one, now)
        mine = giving.own_of(one, whose)
        asked = told["open"] and not mine and any(questions.is_asked(one, p, whose) for p in posts_held(request))
        rows.append({**told, "mine": mine, "awaits": asked, "subject": subjects.of(one)})
    counts = {name: sum(_is(row, name) for row in rows) for name in STATES}
    shown = [row for row in rows if not state or _is(row, state)]
    return render(
        request,
        "desk/forecasts.html",
        {
            "rows": sorted(shown, key=lambda row: (not row["awaits"], not row["open"])),
            "states": [(name, said, counts[name]) for name, said in STATES.items()],
            "all": len(rows),
            "state": state,
            "place": place,
            "place_name": places()[place].name if place in places() else "",
            "may": standing(request, "assess"),
        },
    )


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, place_id: str) -> HttpResponse:
    """Show the form that asks a question, or ask it."""
    name, refused = facts.known_place(place_id), ""
    if request.method == "POST":
        try:
            made = _ask(request, place_id)
        except (Refused, Misuse) as error:
            refused = remedies.sentence(error)
        else:
            messages.success(request, "It is asked. Give your own number first: what others say comes after.")
            return redirect(f"/forecasts/{made.pk}")
    now = context().now()
    usual = {
        "with": request.GET.get("with", ""),
        "item": request.GET.get("item", ""),
        "kind": "named",
        "resolver": "desk_officer",
        "closes_at": (now + timedelta(days=USUAL_DAYS)).isoformat()[:16],
        "horizon": (now + timedelta(days=USUAL_HORIZON)).date().isoformat(),
    }
    return render(
        request,
        "desk/forecast_new.html",
        {
            "place_id": place_id,
            "name": name,
            "posts": directive.current().posts,
            "may": standing(request, "assess"),
            "refused": refused,
            "typed": request.POST if refused else usual,
        },
        status=422 if refused else 200,
    )


@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, number: int) -> HttpResponse:
    """Show a question as the reader may see it; take a number, a withdrawal or what came of it."""
    asked, refused = _found(number), ""
    if request.method == "POST":
        try:
            said = _act(request, asked)
        except (Refused, Misuse) as error:
            refused = remedies.sentence(error)
        else:
            messages.success(request, said, extra_tags=f"forecast-{number}")
            return redirect(f"/forecasts/{number}")
    told = seen.view(context(), asked, _hand(request))
    may_give = standing(request, "assess")
    posts = [p for p in may_give.posts if questions.is_asked(asked, p, _hand(request))]
    return render(
        request,
        "desk/forecast.html",
        {
            "q": told,
            "subject": subjects.of(asked),
            "chart": _chart(told),
            "give": Standing(posts, may_give.rule, may_give.ask),
            "tell": _tellers(request, asked),
            "withdraw": [
                p for p in may_give.posts if told["open"] and (p == asked.post or _hand(request) == asked.hand)
            ],
            "bands": likelihood(),
            "refused": refused,
            "typed": request.POST if refused else {},
        },
        status=422 if refused else 200,
    )


@require_safe
def of_person(request: HttpRequest) -> HttpResponse:
    """Show a record: the reader's own, one of their office as its head, any as oversight. No list of the best."""
    actors = [Actor(post=post, person=reader(request), via="desk") for post in posts_held(request)]
    whose, office = request.GET.get("person", "")[:150], request.GET.get("office", "")[:60]
    offices = rules.offices_seen(actors)
    own = not office and whose in ("", _hand(request))
    verdicts = [rules.may_see_person(a, whose, office) if whose else rules.may_see_office(a, office) for a in actors]
    allowed = own or any(v.allowed for v in verdicts)
    told: dict[str, Any] = {}
    if allowed:
        told = (
            record.of_office(office)
            if office and not whose
            else record.of_hand(whose or _hand(request), office=office or None)
        )
    names = {o.id: o.name for o in directive.current().offices}
    page = {
        "own": own,
        "allowed": allowed,
        "whose": whose,
        "office": office,
        "office_name": names.get(office, office),
        "offices": [(o, names[o], hands) for o in offices if (hands := record.hands_of(o))],
        "r": told,
        "bands": [{**b, "word": likelihood().of((b["low"] + b["high"]) / 2)} for b in told.get("bands", []) if b["n"]],
        "certificates": Certificate.objects.filter(player=whose or _hand(request)).order_by("-id") if allowed else [],
        "today": context().now().date(),
        "pools": record.pools_judged(),
        "fewest": FEWEST,
        "rule": verdicts[0] if verdicts else None,
    }
    answer = render(request, "desk/forecast_record.html", page)
    return answer if allowed else HttpResponseForbidden(answer.content)


def _is(row: dict[str, Any], state: str) -> bool:
    """Tell whether a question stands in a list of ``STATES``."""
    if state == "mine":
        return bool(row["awaits"])
    if state == "ended":
        return row["end"] is not None
    return bool(row["state"] == state)


def _hand(request: HttpRequest) -> str:
    person = reader(request)
    return person.get_username() if person else ""


def _found(number: int) -> ForecastQuestion:
    one = ForecastQuestion.objects.filter(pk=number).first()
    if one is None:
        raise Http404(f"There is no forecast question {number}")
    return one


def _tellers(request: HttpRequest, asked: ForecastQuestion) -> Standing:
    """Return the posts under which the reader may say what came of a question, else the rule."""
    verdict, posts = None, []
    for post in posts_held(request):
        verdict = ending.may_tell(asked, Actor(post=post, person=reader(request), via="desk"))
        if verdict.allowed:
            posts.append(post)
    return Standing(posts, verdict.rule if verdict else "", verdict.ask if verdict else "")


def _act(request: HttpRequest, asked: ForecastQuestion) -> str:
    """Do what a form of the page asks for; return what is said of it."""
    said, ctx, acting = request.POST, context(), actor(request)
    act = said.get("act", "")
    if act == "give":
        kept = giving.give(
            ctx, acting, asked.pk, said.get("p", ""), why=said.get("why", ""), saw_model=said.get("saw_model", "n/a")
        )
        return f"Kept: {percent(float(kept.p))}, your number {kept.number}. The ledger holds its seal until the close."
    if act == "withdraw":
        ending.withdraw(ctx, acting, asked.pk, said.get("reason", ""))
        return "Withdrawn. What was given stays, and is not scored."
    if act != "end":
        raise Misuse("The form does not say what to do", todo="Load the page again")
    day = said.get("happened_on", "").strip()
    told = ending.tell(
        ctx, acting, asked.pk, came=said.get("came", ""), evidence=said.get("evidence", ""),
        happened_on=parse_date(day) if day else None,
    )  # fmt: skip
    return f"It ends: {told.came}."


def _ask(request: HttpRequest, place_id: str) -> ForecastQuestion:
    said, ctx, acting = request.POST, context(), actor(request)
    may(acting, "assess").enforce()
    item = said.get("item", "").strip()
    if item and not Item.objects.filter(pk=whole(item), place_id=place_id).exists():
        raise Refused(f"There is no item {item[:20]} on {place_id}", todo="Leave the item out, or take its number")
    came_with = subjects.found(place_id, said.get("with", ""))
    more: dict[str, Any] = {
        "closes_at": parse_time(said.get("closes_at", "")),
        "invited": said.get("invited", "").split(),
        "about": came_with.kind if came_with else "",
        "about_id": came_with.key if came_with else None,
        "item": whole(item) if item else None,
    }
    if said.get("kind") == "onset":
        return questions.ask_onset(ctx, acting, place_id, **more)
    words = {
        name: said.get(name, "")
        for name in ("statement", "rule", "source", "resolver", "base_rate", "base_rate_source")
    }
    return questions.ask(ctx, acting, place_id, horizon=parse_date(said.get("horizon", "")), **words, **more)


def _chart(told: dict[str, Any]) -> Chart | None:
    """Draw everybody's last number, the pool and the model's one under another; None while they are not shown."""
    shown = told["shown"]
    if not shown or not shown["voices"]:
        return None
    rows = [whisker.Estimate("yours" if v["yours"] else "another", v["p"], kind="other") for v in shown["voices"]]
    pool, model, base = shown["pool"], shown["model"], shown["base"]
    rows.append(whisker.Estimate(f"pool of {pool['people']}", pool["p"], pool["low"], pool["high"]))
    if model:
        rows.append(whisker.Estimate("the model, by itself", model["p"], kind="truth"))
    beside = f"; the model by itself says {percent(model['p'])}" if model else "; no model speaks on this question"
    sentence = (
        f"{len(shown['voices'])} people say {percent(pool['low'])} to {percent(pool['high'])}; pooled "
        f"{percent(pool['p'])}{beside}. The bar of the pool is from the least to the most that anybody said."
    )
    return whisker.compare(
        rows,
        base=base["p"] if base else None,
        key=f"forecast-{told['question']}",
        title="Who says what",
        sentence=sentence,
    )
