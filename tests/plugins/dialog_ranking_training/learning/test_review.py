from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialog_core.configuration import ConfigurationError
from dialog_ranking_training.learning.review.file import Review
from dialog_ranking_training.learning.suggestion import Origin, Seen, Suggestion

WHEN = datetime(2026, 3, 2, 12, tzinfo=UTC)


def seen(*covers: str, people: int = 1) -> Seen:
    return Seen(len(covers) or 1, people, WHEN, WHEN, (Origin("c: 1", WHEN, "Ann"),), covers)


def topic(id: str = "aaa111", *covers: str, questions: tuple[str, ...] = ("gnomes?",), people: int = 1) -> Suggestion:
    return Suggestion(id, "topic", "gnomes", questions, "", seen(*(covers or ("m1",)), people=people), "faq")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "bot.review.yaml"


def review_with(file: Path, *suggestions: Suggestion) -> Review:
    review = Review(file, "How to use it")
    review.merge(suggestions, partial=False)
    review.save()
    return review


def test_what_was_suggested_is_there_again(file: Path) -> None:
    told = replace(topic(), said="- x\n- y", others=("z: 1",), resembles="e", note="ask Ben")
    review_with(file, told)

    assert Review(file, "").open == [told]
    assert file.read_text().startswith("# How to use it\nversion: 1\n")


def test_a_persons_words_stay_when_more_is_found(file: Path) -> None:
    review_with(file, topic("aaa111", "m1"))
    file.write_text(file.read_text().replace("    answer:\n", "    answer: Red ones.\n"))

    review = Review(file, "")
    review.merge([topic("bbb222", "m1", "m2", questions=("garden gnomes?",), people=5)], partial=False)
    review.save()

    (kept,) = Review(file, "").open
    assert (kept.id, kept.answer, kept.questions) == ("aaa111", "Red ones.", ("gnomes?",))
    assert kept.seen.people == 5


def test_what_nobody_has_touched_is_brought_up_to_date_and_goes_when_it_is_not_found_again(file: Path) -> None:
    review_with(file, topic("aaa111", "m1"), topic("ccc333", "m9"))

    review = Review(file, "")
    review.merge([topic("bbb222", "m1", "m2", questions=("garden gnomes?",))], partial=False)

    assert [(suggestion.id, suggestion.questions) for suggestion in review.open] == [("aaa111", ("garden gnomes?",))]


def test_looking_at_a_part_of_the_time_takes_nothing_away(file: Path) -> None:
    review = review_with(file, topic("aaa111", "m1"), topic("ccc333", "m9"))
    review.merge([], partial=True)
    assert [suggestion.id for suggestion in review.open] == ["aaa111", "ccc333"]


def test_a_note_keeps_a_suggestion(file: Path) -> None:
    review_with(file, topic())
    file.write_text(file.read_text().replace("    seen:", "    note: ask Ben\n    seen:"))
    review = Review(file, "")
    review.merge([], partial=False)
    assert [suggestion.note for suggestion in review.open] == ["ask Ben"]


def test_a_decision_is_in_the_file_at_once(file: Path) -> None:
    review = review_with(file, topic("aaa111", "m1"), topic("bbb222", "m2"))

    review.decide(review.open[0], "dismiss")

    again = Review(file, "")
    assert [suggestion.id for suggestion in again.open] == ["bbb222"]
    assert [(done.id, done.decision, done.seen.covers) for done in again.decided] == [("aaa111", "dismiss", ("m1",))]


def test_what_somebody_writes_into_the_file_during_a_review_is_not_lost(file: Path) -> None:
    review = review_with(file, topic("aaa111", "m1"), topic("bbb222", "m2"))
    text = file.read_text()
    head, tail = text[: text.index('  - id: "bbb222"')], text[text.index('  - id: "bbb222"') :]
    file.write_text(head + tail.replace("    answer:\n", "    answer: Mine.\n"))

    review.decide(review.open[0], "dismiss")

    assert [suggestion.answer for suggestion in Review(file, "").open] == ["Mine."]


def test_a_decision_that_nothing_was_written_for_can_be_taken_back(file: Path) -> None:
    review = review_with(file, topic())
    review.decide(review.open[0], "dismiss")
    review.reopen(review.decided[0])
    assert [suggestion.decision for suggestion in Review(file, "").open] == [""]
    assert Review(file, "").decided == []


def test_a_decision_in_the_file_is_seen(file: Path) -> None:
    review_with(file, topic("aaa111", "m1"), topic("bbb222", "m2"), topic("ccc333", "m3"))
    parts = file.read_text().split("    decision:\n")
    file.write_text(
        f"{parts[0]}    decision: accept\n{parts[1]}    decision: dismiss\n{parts[2]}    decision: later\n{parts[3]}"
    )

    review = Review(file, "")
    assert [suggestion.id for suggestion in review.accepted] == ["aaa111"]
    review.settle()
    assert [done.id for done in review.decided] == ["bbb222"]
    assert [suggestion.id for suggestion in Review(file, "").open] == ["aaa111", "ccc333"]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("decision:\n", "decision: acept\n"), "acept|accept"),
        (("version: 1", "version: 2"), "version"),
        (("    kind: topic", "    kind: topic\n    colour: red"), "colour"),
        (('"2026-03-02T12:00:00+00:00"', "soon"), "needs a time"),
        (("suggestions:", "suggestions: ["), "bot.review.yaml"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_the_file_stays(
    file: Path, change: tuple[str, str], complaint: str
) -> None:
    review_with(file, topic())
    broken = file.read_text().replace(*change)
    file.write_text(broken)

    with pytest.raises(ConfigurationError, match=rf"bot\.review\.yaml:\d+:\d+.*({complaint})|{complaint}"):
        Review(file, "")

    assert file.read_text() == broken


def test_an_id_that_stands_there_twice_is_told(file: Path) -> None:
    review_with(file, topic())
    text = file.read_text()
    file.write_text(text + text[text.index("  - id:") :])
    with pytest.raises(ConfigurationError, match="stands there twice"):
        Review(file, "")


NASTY = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), min_size=1, max_size=50)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(NASTY.map(str.strip).filter(bool), min_size=6, max_size=6, unique=True))
def test_every_text_comes_back_as_it_was(file: Path, texts: list[str]) -> None:
    file.unlink(missing_ok=True)
    told = Suggestion(
        "aaa111", "new", texts[0], (texts[1], "x"), texts[2], seen("m1"), texts[3], said=texts[4], others=(texts[5],)
    )
    review_with(file, told)
    assert Review(file, "").open == [told]
