"""The guide with its ten questions, linked to live questions for who may see them (M64); an advisory drafted (M59)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from teller import Teller
from tocsin.catalog.guide import guide

if TYPE_CHECKING:
    from django.test import Client

    from tocsin.response.docket.models import Item

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
SECRET = "Lists of names were read out at the mill by the uncle of the chemist"


@pytest.fixture
def item(db: None, tmp_path: Path, settings: object) -> Iterator[Item]:
    """A desk without figures, on which the operator rang the bell on Kenya."""
    from tocsin.core.clock import FixedClock, SystemClock
    from tocsin.core.context import Context
    from tocsin.core.settings import Settings
    from tocsin.desk.context import use_clock
    from tocsin.response.docket.acts.bell import ring_bell
    from tocsin.response.register.people import Actor, ensure_operator

    home = tmp_path / "home"
    home.mkdir()
    settings.TOCSIN = Settings(home=home)
    settings.ALLOWED_HOSTS = ["testserver"]
    clock = FixedClock(NOW)
    use_clock(clock)
    ctx = Context(settings=settings.TOCSIN, clock=clock)
    ensure_operator(ctx)
    yield ring_bell(ctx, "KEN", SECRET, Actor("analyst", None, "cli", "tester"))
    use_clock(SystemClock())


@pytest.fixture
def reader(item: Item, client: Client) -> Client:
    from tocsin.response.register.models import Person

    client.force_login(Person.objects.get(username="operator"))
    return client


def page(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


def test_m64_the_ten_questions_are_answered_by_the_guide_alone(reader: Client) -> None:
    """A newcomer who looks each question up in the step it names, and takes the choice that step speaks of, has ten."""
    told = guide()
    assert len(told.quiz) == 10
    text = page(reader, "/process")
    for one in told.quiz:
        step = next(s for s in told.steps if s.id == one.step)
        section = text[text.index(f'<section id="{step.id}"') :]
        shown = re.sub(r"\s+", " ", section[: section.index("</section>")])
        assert one.proof in shown
    answers = "&".join(f"q{n}={one.answer}" for n, one in enumerate(told.quiz, start=1))
    assert "<b>10 of 10</b>" in page(reader, f"/process?{answers}")
    wrong = "&".join(f"q{n}={one.answer % len(one.choices) + 1}" for n, one in enumerate(told.quiz, start=1))
    marked = page(reader, f"/process?{wrong}")
    assert "<b>0 of 10</b>" in marked
    for one in told.quiz:
        assert f'href="#{one.step}"' in marked
    assert page(reader, "/process?q1=99&q2=x&q3=-1").count("<b>Not so.</b>") == 0


def test_m64_steps_and_procedures_lead_to_live_questions_for_who_may_see_them(
    reader: Client, item: Item, client: Client
) -> None:
    from tocsin.response.register.models import Person

    link = f'href="/docket/{item.pk}"'
    assert link in page(reader, "/procedures/U26")
    assert link in page(reader, "/process")
    assert "/process#inside" in page(reader, "/procedures/U26")
    client.force_login(Person.objects.create(username="no-post"))
    assert link not in page(client, "/procedures/U26")
    assert link not in page(client, "/process")
    client.logout()
    assert client.get("/process").status_code == 302


def test_m65_the_page_answers_who_can_put_it_before_the_council_this_week(reader: Client) -> None:
    text = page(reader, "/routes?goal=raised-with-council&place=Kenya&by=2026-12-03")
    for code in ("U01", "U02", "U04", "U05", "U06"):
        assert f'href="/procedures/{code}"' in text
    assert "1 of 193 UN members" in text
    assert "Can be stopped" not in text
    assert "from memory" in text
    empty = page(reader, "/routes")
    assert "Who can put it before the Security Council this week?" in empty
    none = page(reader, "/routes?goal=peace-operation&place=KEN&by=2026-12-26")
    assert "No lawful path arrives by 26 Dec 2026" in none
    assert "What would have to change" in none
    for query in (
        "goal=magic&place=KEN&by=2026-12-26",
        "goal=force&place=Atlantis&by=2026-12-26",
        "goal=&place=KEN&by=x",
    ):
        refused = reader.get(f"/routes?{query}")
        assert refused.status_code == 422
        assert 'role="alert"' in refused.content.decode()
    hostile = reader.get("/routes", {"goal": "<script>alert(1)</script>", "place": "KEN", "by": "2026-12-26"})
    assert "<script>alert" not in hostile.content.decode()


def test_m66_the_page_plans_the_asks_and_gives_them_as_table_and_calendar(reader: Client) -> None:
    query = "goal=hrc-special-session&place=KEN&by=2027-01-15&asker=ngo"
    text = page(reader, f"/routes/plan?{query}")
    assert "16 of 47" in text
    assert "1 Jan 2027" in text
    table = reader.get(f"/routes/plan.csv?{query}")
    assert table["Content-Type"].startswith("text/csv")
    assert table.content.decode().splitlines()[1].startswith("1,U18,")
    calendar = reader.get(f"/routes/plan.ics?{query}")
    assert calendar["Content-Type"].startswith("text/calendar")
    assert b"BEGIN:VEVENT\r\n" in calendar.content
    assert reader.get("/routes/plan.ics?goal=x").status_code == 422
    assert reader.get(f"/routes/plan?{query}&path=abc").status_code == 422


def test_m62_the_page_ranks_forums(reader: Client) -> None:
    text = page(reader, "/routes/forums?place=KEN&by=2026-12-20&first=access")
    assert "Cost to access" in text
    assert text.index("Message of the Resident Coordinator") < text.index("Letter of the Secretary-General")
    assert "Moscow Mechanism" in text[text.index("Not open here") :]
    assert reader.get("/routes/forums?place=KEN&first=luck").status_code == 422


def test_m59_an_advisory_to_the_joint_office_holds_each_element_or_says_it_is_missing(
    tmp_path: Path, laid: Callable[[Path], Path]
) -> None:
    home = Teller(laid(tmp_path / "home"), now=NOW)
    number = home("bell", "KEN", "--because", SECRET, "--by", "analyst")["item"]
    home("assess", "KEN", "7.5", "--state", "present", "--confidence", "low", "--by", "analyst",
         "--evidence", "https://example.org/report")  # fmt: skip
    told = home("options", "advisory", "--item", str(number))
    parts = {p["id"]: p for p in told["parts"]}
    assert len(parts) == 14
    for part in parts.values():
        assert part["lines"] or part["missing"], part["id"]
    assert any("Special Adviser on the Prevention of Genocide" in line for line in parts["addressee"]["lines"])
    assert any(line.startswith("RF7 ") and "present" in line for line in parts["factors"]["lines"])
    assert "level alert: A person rang the bell" in parts["signs"]["lines"][0]
    assert any("13 of 14 factors" in line for line in parts["unknown"]["lines"])
    for empty in ("sender", "handling", "groups", "capacity", "protection"):
        assert parts[empty]["lines"] == []
        assert parts[empty]["missing"].startswith("Missing")
    assert set(told["missing"]) >= {"From whom", "Who is at risk", "Reports from the field"}
    file = tmp_path / "advisory.txt"
    text = home.text("options", "advisory", "--place", "Kenya", "--to", str(file))
    assert file.read_text(encoding="utf-8") == text.rstrip("\n") + "\n"
    for said in (text, str(told)):
        assert "chemist" not in said
        assert "mill" not in said
    assert "genocide is" not in text.casefold()
    assert "place" in home.fails("options", "advisory", exits=2)
    assert "no docket item 99" in home.fails("options", "advisory", "--item", "99", exits=1)


def test_m59_the_page_of_the_advisory_is_reached_from_the_place(reader: Client) -> None:
    assert "/places/KEN/advisory" in page(reader, "/places/KEN")
    text = page(reader, "/places/KEN/advisory")
    assert "Who is at risk" in text
    assert "chemist" not in text
    assert reader.get("/places/KEN/advisory.txt")["Content-Type"].startswith("text/plain")
    assert reader.get("/places/QQQ/advisory").status_code == 404
