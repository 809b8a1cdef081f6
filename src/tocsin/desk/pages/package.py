"""Packages of an item: the form, its versions with what changed, one version to read, print, take along, sign off."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from tocsin.catalog import directive
from tocsin.catalog.library import library
from tocsin.catalog.packages import form
from tocsin.core.errors import Misuse, Refused
from tocsin.desk import choices, facts, package_form, remedies, signing, typed
from tocsin.desk.charts.gantt import gantt
from tocsin.desk.charts.svg import Chart
from tocsin.desk.context import context, posts_held, reader
from tocsin.desk.pages.item import found
from tocsin.desk.who import Standing, actor
from tocsin.response.docket import letters
from tocsin.response.docket.models import Item
from tocsin.response.docket.packages import check as checking
from tocsin.response.docket.packages import deciding, roles, show, timeline
from tocsin.response.docket.packages import submit as packages
from tocsin.response.docket.packages.models import Package
from tocsin.response.docket.packages.past import last_for
from tocsin.response.docket.packages.words import Words, words
from tocsin.response.register.people import Actor

SUGGESTED = 6


def _standing(request: HttpRequest, item: Item, judge: Any) -> Standing:
    """Judge an act on packages under every post the reader holds."""
    posts, rule, ask = [], "You hold no post of the directive", "The operator assigns posts"
    for post in posts_held(request):
        verdict = judge(Actor(post=post, person=reader(request), via="desk"), item)
        if verdict.allowed:
            posts.append(post)
        else:
            rule, ask = verdict.rule, verdict.ask
    return Standing(posts, rule, ask)


def _office(request: HttpRequest, item: Item, posts: list[str]) -> str:
    """Return the post whose draft is shown: the one asked for, else one that prepares packages, else the first."""
    rules = directive.version(item.directive_version)
    asked = request.POST.get("post") or request.GET.get("post", "")
    prepares = [p for p in posts if p in rules.posts_of(min(rules.packages.prepared_by, rules.top))]
    return next((p for p in (asked, *prepares, *posts) if p in posts), "")


def _chart(item: Item, said: Words) -> Chart | None:
    moves = timeline.moves(item, said)
    mine = {timeline.ref(n, said.lines) for n in range(1, len(said.lines) + 1)}
    if not any(m.ref in mine for m in moves):
        return None
    return gantt(moves, timeline.clashes_of(item, said), context().now().date(), mine=mine, key="plan")


def _act(request: HttpRequest, item: Item) -> tuple[str, str, dict[str, Any]]:
    """Do what a form asks; return where to go on, or why it was refused, and the words that were typed."""
    given = package_form.read(request.POST)
    act, adds = request.POST.get("act", "keep"), request.POST.get("add", "")
    at = f"/docket/{item.pk}/package?post={request.POST.get('post', '')}"
    try:
        who = actor(request)
        if adds == "own":
            adds = request.POST.get("wanted", "")
            given = package_form.with_option(words(given), adds)
        elif adds:
            given = package_form.with_option(words(given), adds)
        elif act == "copy" and (before := last_for(item.place_id)) is not None:
            given = package_form.copied(before.words)
        revision = typed.number(request.POST.get("revision", ""))
        draft = packages.save(context(), item.pk, who, given, revision=revision)
        done = f"package-{item.pk}-{who.post}-{revision or 0}"
        if act == "submit" and not adds:
            made = packages.submit(context(), draft, who)
            said = f"Version {made.version} is submitted. It decides nothing; the decision page shows it."
            messages.success(request, said, extra_tags=done)
            return f"/docket/{item.pk}/packages/{made.version}", "", given
    except Refused as error:
        return "", remedies.sentence(error), given
    messages.success(request, "The draft is kept here, for everybody who acts under this post.", extra_tags=done)
    return f"{at}#h-lines" if adds else at, "", given


@require_http_methods(["GET", "POST"])
def package(request: HttpRequest, number: int) -> HttpResponse:
    """Show the form of a package, keep its draft, or submit it. A refused form comes back with what was typed."""
    item = found(number)
    may = _standing(request, item, packages.may_prepare)
    refused, given = "", None
    if request.method == "POST":
        onward, refused, given = _act(request, item)
        if onward:
            return redirect(onward)
    post = _office(request, item, may.posts)
    draft = packages.draft_of(number, post)
    said = (
        words(given) if given is not None else words(draft.words) if draft else Words(is_rapid="rapid" in request.GET)
    )
    ctx = context()
    result = checking.check(item, said, ctx.now().date())
    first = checking.canvas_missing(said)
    matched = choices.of_item(ctx, item, facts.picture(ctx)) if item.place_id and not first else None
    submitting = refused and request.POST.get("act") == "submit"
    shown = [m.field for m in result.missing] if draft or submitting else []
    return render(
        request,
        "desk/package.html",
        {
            "item": item,
            "about": letters.about(item),
            "may": may,
            "post": post,
            "others": [p for p in may.posts if p != post],
            "said": said,
            "draft": draft,
            "revision": typed.number(request.POST.get("revision", "")) if refused else draft.revision if draft else 0,
            "parts": package_form.sections(said, shown, blank=not said.lines and not first),
            "proposed": package_form.suggested(ctx, said),
            "result": result,
            "shown": bool(shown),
            "canvas_first": first if not said.lines else [],
            "matched": choices.spread(matched.answer, SUGGESTED) if matched else [],
            "matrix": roles.matrix(said),
            "chart": _chart(item, said),
            "refused": refused,
            "short": submitting and not result.ready,
            "last": last_for(item.place_id) if item.place_id else None,
            "library": library(),
            "form": form(),
        },
        status=422 if refused else 200,
    )


@require_GET
def listing(request: HttpRequest, number: int) -> HttpResponse:
    """Show the versions of an item's package, the newest first, each with what changed."""
    item = found(number)
    rows = show.versions(item)
    told = {"item": item, "about": letters.about(item), "versions": rows}
    told["may"] = _standing(request, item, packages.may_prepare)
    return render(request, "desk/packages.html", told)


def _version(number: int, version: int) -> Package:
    row = Package.objects.filter(item_id=number, version=version).select_related("item").first()
    if row is None:
        raise Http404(f"Item {number} has no package version {version}")
    return row


@sensitive_post_parameters("passphrase")
@require_http_methods(["GET", "POST"])
def version(request: HttpRequest, number: int, version: int) -> HttpResponse:
    """Show a version whole, or put a name to it."""
    row = _version(number, version)
    refused = _sign_off(request, row) if request.method == "POST" else ""
    if request.method == "POST" and not refused:
        return redirect(f"/docket/{number}/packages/{version}")
    before = Package.objects.filter(item_id=number, version__lt=version).order_by("version").last()
    return render(
        request,
        "desk/package_version.html",
        {
            "item": row.item,
            "about": letters.about(row.item),
            "p": show.package(row),
            "row": row,
            "changed": show.differences(before, row) if before else [],
            "before": before,
            "newest": row.item.packages.order_by("version").last(),
            "chart": _chart(row.item, words(row.words)),
            "asked": [] if row.rapid else deciding.whole_asked(row.item),
            "may_sign": _standing(request, row.item, packages.may_sign_off),
            "refused": refused,
        },
        status=422 if refused else 200,
    )


def _sign_off(request: HttpRequest, row: Package) -> str:
    """Sign a version off; return why it was refused."""
    fault = signing.fault(request, request.POST.get("passphrase", ""))
    if fault:
        return fault
    try:
        packages.sign_off(context(), row.item_id, row.version, actor(request, signed=True))
    except (Refused, Misuse) as error:
        return remedies.sentence(error)
    messages.success(request, "Signed off. It decides nothing; your name stands with it.")
    return ""


@require_GET
def export(request: HttpRequest, number: int, version: int, form: str) -> HttpResponse:
    """Give a version as JSON or its lines as CSV: the same bytes to everybody who may read it."""
    row = _version(number, version)
    data, kind = (show.as_json(row), "application/json") if form == "json" else (show.as_csv(row), "text/csv")
    answer = HttpResponse(data, content_type=f"{kind}; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="package-{number}-v{version}.{form}"'
    return answer
