"""Every address of the desk. Default deny: a view needs a signed-in person unless it is marked open where it stands."""

from __future__ import annotations

from django.urls import path, re_path, register_converter

from tocsin.desk.brief import pages as brief
from tocsin.desk.pages import (
    advisory,
    agendas,
    apart,
    assess,
    board,
    body,
    decide,
    directive,
    docket,
    exercise,
    feeds,
    frameworks,
    gone,
    hub,
    item,
    labels,
    legislature,
    matching,
    messages,
    option,
    options,
    oversight,
    package,
    people,
    procedure,
    process,
    proposals,
    r2p,
    reports,
    reports_own,
    rounds,
    sharing,
    sign_in,
    situation,
    summary,
    together,
    trace,
    track_record,
    tripwires,
    undertakings,
    why,
    words,
)
from tocsin.desk.pages import routes as route_pages


class PlaceLetters:
    """Three capital letters: the identifier of a place."""

    regex = "[A-Z]{3}"

    def to_python(self, value: str) -> str:
        """Return the letters."""
        return value

    def to_url(self, value: str) -> str:
        """Return the letters."""
        return value


register_converter(PlaceLetters, "place")

urlpatterns = [
    path("", board.board, name="board"),
    path("read", board.mark_read, name="mark_read"),
    path("places/<place:place_id>", situation.situation, name="situation"),
    path("places/<place:place_id>/bell", situation.ring, name="bell"),
    re_path(
        r"^places/(?P<place_id>[A-Z]{3})/track/(?P<track>prevention|response)$", situation.assign, name="assign_track"
    ),
    path("places/<place:place_id>/assess", assess.assess, name="assess"),
    path("places/<place:place_id>/rounds", rounds.listing, name="rounds"),
    path("places/<place:place_id>/rounds/<int:number>", rounds.one_round, name="round"),
    path("places/<place:place_id>/rounds/<int:number>.json", rounds.as_json, name="round_json"),
    path("places/<place:place_id>/rounds/<int:number>.csv", rounds.as_csv, name="round_csv"),
    re_path(r"^places/(?P<place_id>[A-Z]{3})/why/(?P<what>onset|conflict)$", why.why, name="why"),
    path("places/<place:place_id>/apart", apart.apart, name="apart"),
    path("places/<place:place_id>/comparators", matching.past, name="comparators"),
    path("places/<place:place_id>/labels", labels.labels, name="labels"),
    path("places/<place:place_id>/labels.csv", labels.as_csv, name="labels_csv"),
    path("docket", docket.docket, name="docket"),
    path("directive", directive.in_force, name="directive"),
    path("directive/effects", directive.effects, name="directive_effects"),
    re_path(r"^directive/(?P<version>[0-9A-Za-z.-]{1,20})$", directive.version, name="directive_version"),
    path("docket/<int:number>", item.item, name="item"),
    path("docket/<int:number>/acknowledge", item.acknowledge, name="acknowledge"),
    path("docket/<int:number>/options", matching.options, name="matching"),
    path("docket/<int:number>/decide", decide.decide, name="decide"),
    path("docket/<int:number>/review", item.review, name="review"),
    path("docket/<int:number>/close", item.close, name="close"),
    path("docket/<int:number>/together", together.together, name="together"),
    path("docket/<int:number>/package", package.package, name="package"),
    path("docket/<int:number>/packages", package.listing, name="packages"),
    path("docket/<int:number>/packages/<int:version>", package.version, name="package_version"),
    re_path(
        r"^docket/(?P<number>[0-9]{1,18})/packages/(?P<version>[0-9]{1,9})\.(?P<form>json|csv)$",
        package.export,
        name="package_export",
    ),
    path("bodies/<slug:post>", body.body, name="body"),
    path("docket/<int:number>/trace", trace.of_item, name="trace_item"),
    path("messages", messages.listing, name="messages"),
    path("messages/<int:number>", messages.message, name="message"),
    path("messages/<int:number>/answer", messages.answer, name="answer_drill"),
    path("ack/<str:token>", messages.by_link, name="acknowledge_by_link"),
    path("commitments/<int:number>/done", item.commitment_done, name="commitment_done"),
    path("trace/warning/<int:number>", trace.of_warning, name="trace_warning"),
    path("trace/source/<slug:source_id>", trace.of_source, name="trace_source"),
    path("reports", reports.listing, name="reports"),
    path("reports/new", reports_own.new, name="report_new"),
    path("reports/mine", reports_own.mine, name="reports_mine"),
    path("reports/<int:number>", reports.report, name="report"),
    path("reports/<int:number>/read", reports.read, name="report_read"),
    path("reports/<int:number>/send", reports.send, name="report_send"),
    path("reports/<int:number>/hold", reports.hold, name="report_hold"),
    path("options", options.options, name="options"),
    path("options/coverage", options.coverage, name="options_coverage"),
    path("options/coverage.csv", options.coverage_csv, name="options_coverage_csv"),
    path("options/propose", proposals.propose, name="propose"),
    path("options/proposals", proposals.listing, name="proposals"),
    path("options/proposals/<int:number>", proposals.proposal, name="proposal"),
    path("options/proposals/<int:number>/review", proposals.review, name="review_proposal"),
    path("options/proposals/<int:number>/publish", proposals.publish, name="publish_proposal"),
    path("options/proposals/<int:number>/take-back", proposals.take_back, name="take_back_option"),
    path("options/sources", gone.gone, name="sources_gone"),
    path("options/sources/say", gone.say, name="say_source"),
    path("options/<slug:option_id>", option.option, name="option"),
    path("procedures/<slug:procedure_id>", procedure.procedure, name="procedure"),
    path("routes", route_pages.routes, name="routes"),
    path("routes/plan", route_pages.plan, name="routes_plan"),
    re_path(r"^routes/plan\.(?P<suffix>csv|ics)$", route_pages.plan_file, name="routes_plan_file"),
    path("routes/forums", route_pages.forums, name="routes_forums"),
    path("process", process.process, name="process_guide"),
    path("places/<place:place_id>/advisory", advisory.advisory, name="advisory"),
    path("places/<place:place_id>/advisory.txt", advisory.as_text, name="advisory_text"),
    path("cases/<slug:case_id>", option.case, name="case"),
    path("docket/order", docket.order, name="docket_order"),
    path("docket/surge", docket.surge_act, name="surge"),
    path("people", people.people, name="people"),
    path("people/<slug:what>", people.act, name="people_act"),
    path("brief", brief.html, name="brief"),
    path("brief.pdf", brief.pdf, name="brief_pdf"),
    path("brief.json", brief.as_json, name="brief_json"),
    path("track-record", track_record.track_record, name="track_record"),
    path("hub", hub.hub, name="hub"),
    path("tripwires", tripwires.listing, name="tripwires"),
    path("tripwires/<slug:tripwire_id>", tripwires.tripwire, name="tripwire"),
    path("exercise", exercise.exercise, name="exercise"),
    path("exercise/debrief", exercise.debrief, name="debrief"),
    path("accountability", oversight.accountability, name="accountability"),
    path("accountability/<int:number>", oversight.released, name="released"),
    path("legislature", legislature.legislature, name="legislature"),
    path("legislature/questions", legislature.ask, name="ask"),
    path("legislature/questions/<int:number>/answer", legislature.answer, name="answer"),
    path("legislature/briefings", legislature.prepare, name="prepare_briefing"),
    path("legislature/briefings/<int:number>/deliver", legislature.deliver, name="deliver_briefing"),
    path("legislature/<place:place_id>", legislature.timeline, name="process"),
    path("undertakings", undertakings.undertakings, name="undertakings"),
    path("undertakings/gaps", undertakings.raise_gap, name="raise_gap"),
    path("undertakings/gaps/<int:number>/close", undertakings.close_gap, name="close_gap"),
    path("undertakings/steps", undertakings.set_step, name="set_step"),
    path("undertakings/steps/<int:number>/done", undertakings.step_done, name="step_done"),
    path("sharing", sharing.sharing, name="sharing"),
    path("sharing/<int:number>/revoke", sharing.revoke, name="revoke_share"),
    path("places/<place:place_id>/summary", summary.summary, name="summary"),
    path("places/<place:place_id>/summary/consent", summary.consent, name="consent"),
    path("feeds/checkpoints.atom", feeds.checkpoints, name="feed_checkpoints"),
    path("feeds/lapses.atom", feeds.lapses, name="feed_lapses"),
    re_path(r"^share/(?P<token>[A-Za-z0-9_-]{1,100})\.(?P<form>json|atom)$", feeds.share, name="share"),
    path("sources", oversight.sources, name="sources"),
    path("ledger", oversight.ledger, name="ledger"),
    path("ledger/verify.py", oversight.verifier, name="verifier"),
    path("ledger/key", oversight.verifier_key, name="verifier_key"),
    path("checkpoint", oversight.checkpoint, name="checkpoint"),
    path("agendas", agendas.agendas, name="agendas"),
    path("r2p", r2p.r2p, name="r2p"),
    re_path(r"^r2p\.(?P<edition>jsonld|csv)$", r2p.edition, name="r2p_edition"),
    path("frameworks", frameworks.listing, name="frameworks"),
    path("frameworks/<slug:framework_id>", frameworks.framework, name="framework"),
    re_path(
        r"^frameworks/(?P<framework_id>[a-z_]{1,40})\.(?P<edition>jsonld|csv)$", frameworks.edition, name="edition"
    ),
    re_path(
        r"^places/(?P<place_id>[A-Z]{3})/forms/(?P<form_id>[a-z_]{1,40})\.(?P<form>json|csv)$",
        frameworks.filled,
        name="filled_form",
    ),
    path("words", words.words, name="words"),
    path("words/keep", words.keep, name="words_keep"),
    path("sign-in", sign_in.sign_in, name="sign_in"),
    path("sign-in/<str:token>", sign_in.by_link, name="sign_in_by_link"),
    path("welcome", sign_in.welcome, name="welcome"),
    path("sign-out", sign_in.sign_out, name="sign_out"),
]

handler400 = "tocsin.desk.errors.bad_request"
handler403 = "tocsin.desk.errors.forbidden"
handler404 = "tocsin.desk.errors.not_found"
handler500 = "tocsin.desk.errors.server_error"
