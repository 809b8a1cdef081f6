"""Every address of the desk is looked at by axe, or stands here with the reason why it cannot be."""

from __future__ import annotations

from django.urls import resolve

from desk.test_browser import NARROW, SEEN_APART, WIDE
from desk.test_default_deny import address
from tocsin.desk.urls import urlpatterns

ACTS = {
    "mark_read", "bell", "assign_track", "acknowledge", "review", "close", "answer_drill", "commitment_done",
    "report_read", "report_hold", "docket_order", "surge", "people_act", "ask", "answer", "prepare_briefing",
    "deliver_briefing", "raise_gap", "close_gap", "set_step", "step_done", "revoke_share", "consent", "sign_out",
    "words_keep", "review_proposal", "publish_proposal", "take_back_option", "say_source",
    "pledges_act", "capabilities_act", "enter_activity", "subscribe", "unsubscribe",
}  # fmt: skip
"""Taken by POST alone: what they refuse is shown on the page of their form."""
NO_PAGE = {
    "labels_csv": "CSV",
    "tools_csv": "CSV",
    "document_file": "the sealed file itself",
    "document_export": "JSON and CSV",
    "institutions_csv": "CSV",
    "portfolio_export": "CSV and JSON",
    "portfolio_place_export": "CSV and JSON",
    "incentives_json": "JSON",
    "options_coverage_csv": "CSV",
    "advisory_text": "text",
    "routes_plan_file": "CSV and iCalendar",
    "brief_pdf": "PDF",
    "brief_json": "JSON",
    "package_export": "JSON and CSV",
    "edition": "JSON-LD and CSV",
    "r2p_edition": "JSON-LD and CSV",
    "activities_csv": "CSV",
    "filled_form": "JSON and CSV",
    "technique_json": "JSON",
    "round_csv": "CSV",
    "round_json": "JSON",
    "certificate_pdf": "PDF",
    "certificate_proof": "JSON",
    "feed_checkpoints": "Atom",
    "feed_lapses": "Atom",
    "share": "JSON and Atom",
    "verifier": "a Python file",
    "verifier_key": "text",
    "checkpoint": "text",
}
OTHERWISE = {
    "sign_in": "the browser's person is signed in; test_sign_in_by_keyboard walks it",
    "sign_in_by_link": "a token that is used once",
    "acknowledge_by_link": "a token of one message",
    "released": "needs a question that is closed; the same template parts as accountability",
    "exercise": "there is a page only in the home of an exercise; test_exercise makes one",
    "debrief": "there is a page only once an exercise is over",
    "event": "needs reports in the event store; test_events makes them",
    "certificate": "needs an exercise that is over; test_m44 makes one",
}
NAMES = {p.name: p for p in urlpatterns}


def looked_at() -> set[str]:
    return {str(resolve(path.partition("?")[0]).url_name) for path in [*WIDE, *NARROW, *SEEN_APART]}


def test_no_page_is_left_out_of_the_axe_lists() -> None:
    exempt = {*ACTS, *NO_PAGE, *OTHERWISE}
    assert set(NAMES) - looked_at() - exempt == set(), "put it in WIDE of test_browser.py, or say here why not"
    assert exempt - set(NAMES) == set(), "no such address any more"
    assert exempt & looked_at() == set(), "looked at: no reason is needed"


def test_an_act_is_no_page(reader) -> None:
    codes = {name: reader.get(address(NAMES[name])).status_code for name in sorted(ACTS)}
    assert {name: code for name, code in codes.items() if code != 405} == {}


def test_what_is_no_page_is_not_html(reader) -> None:
    for name in sorted(NO_PAGE):
        answer = reader.get(address(NAMES[name]))
        assert answer.status_code == 404 or "html" not in answer["Content-Type"], name
