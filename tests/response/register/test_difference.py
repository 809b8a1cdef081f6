"""What a text lost on its way up: statements dropped, softened, added; figures lowered."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.catalog import wording
from tocsin.response.register.reports.difference import difference, marked
from tocsin.response.register.reports.statements import figures, statements, tokens

WORDS = "soldiers villagers burnt killed massacred 300 2,000 twelve the river road on Friday north militia fled likely"
sentences = st.lists(st.sampled_from(WORDS.split()), min_size=3, max_size=9).map(lambda w: " ".join(w) + ".")
texts = st.lists(sentences, min_size=1, max_size=8).map(" ".join)
anything = st.text(max_size=200)


def only(received: str, sent: str, language: str = "en"):
    [change] = difference(received, sent, language).changes
    return change


@pytest.mark.parametrize(
    ("received", "sent", "why"),
    [
        ("They killed 300 people.", "They killed 30 people.", "figure lowered: 300 to 30"),
        ("They killed 300 people.", "They killed people.", "figure gone: 300"),
        ("They killed three hundred people.", "They killed 30 people.", "figure lowered: 300 to 30"),
        ("They killed 1,200 people.", "They killed 1 200 people.", None),
        ("The army burnt the village.", "The army reportedly burnt the village.", "hedge added: reportedly"),
        ("There is evidence of a plan.", "There is no evidence of a plan.", "denial added: no"),
        ("An attack is likely soon.", "An attack is possible soon.", "probability: “likely” became “possible”"),
        ("Soldiers massacred the family.", "Soldiers killed the family.", "killing: “massacred” became “killed”"),
        ("Soldiers killed the family.", "Soldiers massacred the family.", None),
        ("The systematic burning went on.", "The burning went on.", "method: “systematic” left out"),
        ("They killed 30 people.", "They killed 300 people.", None),
    ],
)
def test_softening_is_by_declared_rules(received: str, sent: str, why: str | None) -> None:
    change = only(received, sent.replace("1 200", "1\u202f200"))
    assert change.kind == ("softened" if why else "kept" if "1,200" in received else "reworded")
    assert (why in change.why) if why else change.why == ()


def test_a_language_without_lists_has_its_figures_judged_and_its_words_not() -> None:
    found = difference("Des soldats ont massacré 300 civils.", "Des soldats auraient tué 300 civils.", "fr")
    assert (found.judged, [c.kind for c in found.changes]) == (False, ["reworded"])
    assert only("Des soldats ont tué 300 civils.", "Des soldats ont tué 30 civils.", "fr").kind == "softened"
    assert difference("a b c.", "a b c.", "").judged is False


def test_a_statement_cut_in_two_or_joined_is_not_lost() -> None:
    one = "The militia burnt the village. The people fled north."
    joined = "The militia burnt the village, the people fled north."
    for before, after in ((one, joined), (joined, one)):
        kinds = [c.kind for c in difference(before, after).changes]
        assert "dropped" not in kinds
        assert "added" not in kinds


def test_abbreviations_lists_and_line_ends_part_no_statement_wrongly() -> None:
    text = (
        "Dr. Nkunda of the U.N. came at 3.5 km.\r\n- first point\r- second point\nApprox. 40 fled! Why? Nobody knows…"
    )
    assert statements(text.replace("\r\n", "\n").replace("\r", "\n")) == [
        "Dr. Nkunda of the U.N. came at 3.5 km.",
        "- first point",
        "- second point",
        "Approx. 40 fled!",
        "Why?",
        "Nobody knows…",
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("two thousand five hundred", [2500]),
        ("dozens", [24]),
        ("forty-one 3.000 2,5 1,000,000", [3000, 2.5, 1000000]),
        ("twenty one and 7", [21, 7]),
        ("5 million", [5000000]),
    ],
)
def test_figures_are_read_in_words_and_digits(text: str, found: list[float]) -> None:
    assert [float(n) for n in figures(tokens(text), wording.of("en"))] == found


@given(anything)
def test_the_same_text_has_no_difference(text: str) -> None:
    found = difference(text, text)
    assert found.made == []
    assert not [c for c in found.changes if c.figures_lost]


@given(texts, st.data())
def test_a_dropped_sentence_is_found(text: str, data: st.DataObject) -> None:
    kept = statements(text)
    gone = "Unmarked helicopters landed behind Bukavu hospital."
    at = data.draw(st.integers(0, len(kept)))
    received = " ".join([*kept[:at], gone, *kept[at:]])
    found = difference(received, " ".join(kept))
    assert [c.received for c in found.changes if c.kind == "dropped"] == [gone]


@settings(max_examples=60)
@given(texts | anything, texts | anything)
def test_every_received_statement_has_one_fate_and_attenuation_is_a_share(received: str, sent: str) -> None:
    found = difference(received, sent)
    assert sorted(c.received for c in found.changes if c.received is not None) == sorted(statements(received))
    for share in found.attenuation().values():
        assert share is None or 0 <= share <= 1
    counts = found.figures_of()
    assert counts["kept"] + counts["reworded"] + counts["softened"] + counts["dropped"] == counts["statements"]


@given(anything)
def test_no_letter_is_lost_in_statements(text: str) -> None:
    def bare(s: str) -> str:
        return "".join(c for c in s if c.isalnum())

    assert "".join(map(bare, statements(text))) == bare(text)


@given(texts, texts)
def test_word_for_word_showing_gives_both_texts_back(received: str, sent: str) -> None:
    shown = marked(received, sent)
    assert " ".join(t for k, t in shown if k != "new") == " ".join(received.split())
    assert " ".join(t for k, t in shown if k != "gone") == " ".join(sent.split())


def test_a_long_text_is_compared_in_bounded_work() -> None:
    """Each statement meets a bounded number of others: no pair of all with all."""
    from tocsin.response.register.reports import difference as room

    news = [f"word{i} killed people".split() for i in range(900)]
    from collections import Counter

    bags = {j: Counter(w) for j, w in enumerate(news)}
    holds: dict[str, list[int]] = {}
    for j, bag in bags.items():
        for word in bag:
            holds.setdefault(word, []).append(j)
    assert max(len(room._candidates(bags[i], holds, i, bags)) for i in bags) <= 2 * room.CANDIDATES + 2 * room.NEAR + 1
