"""A session of labelling, its keys sent as a terminal sends them."""

import io
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from rich.console import Console

from dialog_core.datasets import DialogueTurn, EntitySpan
from dialog_data.labelling.decision import Decision
from dialog_data.labelling.known_labels import KnownLabels
from dialog_data.labelling.log import LabelLog, LabelsOf
from dialog_data.labelling.suggesting import NOTHING, Suggestion
from dialog_data.labelling.task import Done, Task
from dialog_data.labelling.terminal.phrases import CHINESE, ENGLISH, Phrases
from dialog_data.labelling.terminal.session import Session
from dialog_data.labelling.units import Unit

UNITS = [Unit(text, text) for text in ("table for two", "cancel Berlin", "sing me a song", "怎么退货")]
TEXTS = LabelsOf("chats.txt", 4, "c0ffee")
LEFT, RIGHT, ENTER, LEAVE = "\x1b[D", "\x1b[C", "\r", "\x04"
CITY = EntitySpan(7, 13, "city")


def suggests(unit: Unit) -> Suggestion:
    entities = (CITY,) if "Berlin" in unit.text else ()
    return Suggestion((("book", 0.7), ("cancel", 0.2)), entities)


class Held:
    """A session that was held."""

    def __init__(
        self,
        path: Path,
        keys: str,
        *,
        task: Task | None = None,
        bot: bool = True,
        limit: int = 0,
        units: list[Unit] | None = None,
        phrases: Phrases = ENGLISH,
        width: int = 80,
    ) -> None:
        screen = io.StringIO()
        log = LabelLog(path)
        task = task or Task("ann")
        units = UNITS if units is None else units
        done = {key[0] for key in log.history.decided() if key[2] == task.annotator}
        session = Session(
            [unit for unit in units if unit.id not in done],
            units,
            log,
            TEXTS,
            suggest=suggests if bot else lambda unit: NOTHING,
            known=KnownLabels(["book", "cancel", "hours"]),
            kinds=KnownLabels(["city", "date"]),
            task=task,
            console=Console(file=screen, width=width, force_terminal=True, color_system=None, highlight=False),
            phrases=phrases,
            limit=limit,
        )
        with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
            pipe.send_text(keys)
            self.done: Done = session.run()
        self.screen = screen.getvalue()
        self.said: list[Decision] = LabelLog(path).history.decisions()

    @property
    def labels(self) -> list[tuple[str, str | None]]:
        return [(one.text, one.label) for one in self.said]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "labels.jsonl"


def test_one_key_for_each_text(path: Path) -> None:
    held = Held(path, "12" + "0" + "hou" + ENTER)
    assert [label for _, label in held.labels] == ["book", "cancel", "out_of_scope", "hours"]
    assert (held.done.labelled, held.done.left) == (4, 0)
    assert "✓ book" in held.screen
    assert "✓ cancel · Berlin → city" in held.screen
    assert "1 of 4" in held.screen
    assert "4 left" in held.screen


def test_the_next_session_goes_on_where_the_last_one_ended(path: Path) -> None:
    assert Held(path, "1" + LEAVE).labels == [("table for two", "book")]
    held = Held(path, "2" + LEAVE)
    assert held.labels == [("table for two", "book"), ("cancel Berlin", "cancel")]
    assert "2 of 4" in held.screen
    assert "table for two" not in held.screen


def test_ctrl_c_keeps_everything(path: Path) -> None:
    held = Held(path, "1boo\x03")
    assert held.done.interrupted
    assert held.labels == [("table for two", "book")]


def test_what_is_taken_back_is_out_of_the_file_and_asked_about_again(path: Path) -> None:
    held = Held(path, "1" + "1" + LEFT + LEFT + LEAVE)
    assert held.said == []
    assert (held.done.labelled, held.done.left) == (0, 4)
    assert held.screen.count("table for two") == 2
    assert Held(path, "2" + LEAVE).labels == [("table for two", "cancel")]


def test_the_last_decision_of_an_earlier_session_can_be_taken_back(path: Path) -> None:
    Held(path, "11" + LEAVE)
    held = Held(path, LEFT + "2" + LEAVE)
    assert held.labels == [("table for two", "book"), ("cancel Berlin", "cancel")]


def test_what_was_said_before_is_offered_first(path: Path) -> None:
    held = Held(path, "2" + LEFT + ENTER + LEAVE)
    assert held.labels == [("table for two", "cancel")]


def test_nothing_to_take_back_is_told(path: Path) -> None:
    assert "There is nothing to take back." in Held(path, LEFT + LEAVE).screen


def test_another_annotators_decisions_are_not_taken_back(path: Path) -> None:
    Held(path, "1" + LEAVE, task=Task("bob"))
    held = Held(path, LEFT + "2" + LEAVE)
    assert [(one.annotator, one.label) for one in held.said] == [("bob", "book"), ("ann", "cancel")]


def test_a_skipped_text_is_noted_and_can_be_taken_back(path: Path) -> None:
    held = Held(path, RIGHT + "1" + LEAVE)
    assert [(one.text, one.skipped) for one in held.said] == [("table for two", True), ("cancel Berlin", False)]
    assert held.done.skipped == 1
    assert held.done.left == 3


def test_a_new_label_is_asked_about_once_more_and_then_there_for_the_others(path: Path) -> None:
    held = Held(path, "joke" + ENTER + "n" + "\x15" + "joke" + ENTER + ENTER + "jok" + ENTER + LEAVE)
    assert held.labels == [("table for two", "joke"), ("cancel Berlin", "joke")]


def test_entities_are_corrected_before_the_label_is_given(path: Path) -> None:
    held = Held(path, "1" + "\t" + "\x7f" + LEFT + "2" + ENTER + "2" + LEAVE)
    assert held.said[1].entities == (EntitySpan(0, 6, "date"),)
    assert "cancel·date Berlin" in held.screen


def test_entities_are_written_into_the_text(path: Path) -> None:
    held = Held(path, "1" + "\t[" + "\x01\x0b" + "[cancel](action:now) [Berlin](city=B)" + ENTER + ENTER + "2" + LEAVE)
    assert held.said[1].entities == (EntitySpan(0, 6, "action", "now"), EntitySpan(7, 13, "city", "", "B"))


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("cancel Rome", "Without its marks this is another text, so nothing has changed."),
        ("[cancel](x y) Berlin", "[cancel](x y) is no mark, so nothing has changed."),
    ],
)
def test_what_is_no_mark_changes_nothing(path: Path, written: str, told: str) -> None:
    held = Held(path, "1" + "\t[" + "\x01\x0b" + written + ENTER + ENTER + "2" + LEAVE)
    assert told in held.screen
    assert held.said[1].entities == (CITY,)


def test_a_note_goes_with_the_decision(path: Path) -> None:
    held = Held(path, "#" + "unsure 不确定" + ENTER + "1" + LEAVE)
    assert held.said[0].note == "unsure 不确定"
    assert "unsure 不确定" in held.screen


def test_help_is_shown_and_the_question_stays(path: Path) -> None:
    held = Held(path, "?" + "1" + LEAVE)
    assert "take back the last decision" in held.screen
    assert held.labels == [("table for two", "book")]


def test_only_entities(path: Path) -> None:
    held = Held(path, ENTER + ENTER + LEAVE, task=Task("ann", labels=False))
    assert [(one.label, one.entities) for one in held.said] == [(None, ()), (None, (CITY,))]


def test_only_labels(path: Path) -> None:
    held = Held(path, "1" + "\t" + "2" + LEAVE, task=Task("ann", entities=False))
    assert [(one.label, one.entities) for one in held.said] == [("book", None), ("cancel", None)]


def test_without_a_bot_the_labels_there_are_can_be_chosen(path: Path) -> None:
    held = Held(path, "3" + "can" + ENTER + LEAVE, bot=False)
    assert [label for _, label in held.labels] == ["hours", "cancel"]


def test_it_stops_after_as_many_as_were_wanted(path: Path) -> None:
    held = Held(path, "1111", limit=2)
    assert (held.done.labelled, held.done.left) == (2, 2)


def test_a_decision_in_another_window_stays_and_is_told(path: Path) -> None:
    first = LabelLog(path)

    def meanwhile(unit: Unit) -> Suggestion:
        if not first.history.decisions():
            first.append(Decision(unit.id, unit.text, "ann", "2026", "hours", ()), TEXTS, over=None)
        return suggests(unit)

    screen = io.StringIO()
    session = Session(
        UNITS[:1],
        UNITS,
        LabelLog(path),
        TEXTS,
        suggest=meanwhile,
        known=KnownLabels(),
        kinds=KnownLabels(),
        task=Task("ann"),
        console=Console(file=screen, width=80),
        phrases=ENGLISH,
    )
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
        pipe.send_text("1")
        session.run()

    assert "Labelled in another window meanwhile as hours; that one stays." in screen.getvalue()
    assert [one.label for one in LabelLog(path).history.decisions()] == ["hours"]


def test_a_disk_that_is_full_costs_no_decision(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    sync, failed = os.fsync, []

    def full(descriptor: int) -> None:
        if not failed:
            failed.append(True)
            raise OSError(28, "No space left on device")
        sync(descriptor)

    monkeypatch.setattr("os.fsync", full)
    held = Held(path, "1" + "2" + LEAVE)
    assert "No space left on device" in held.screen
    assert held.labels == [("table for two", "cancel")]


def test_what_was_said_before_a_turn_is_seen(path: Path) -> None:
    before = tuple(DialogueTurn("bot" if number % 2 else "user", f"turn {number}") for number in range(9))
    unit = Unit("d#10", "and then\x1b[2J?", before)
    held = Held(path, LEAVE, units=[unit])
    assert "turn 8" in held.screen
    assert "turn 2" not in held.screen
    assert "3 turns before that" in held.screen
    assert "\x1b[2J" not in held.screen


@pytest.mark.parametrize("width", [40, 60, 80, 200])
@pytest.mark.parametrize("phrases", [ENGLISH, CHINESE])
def test_no_line_is_wider_than_the_terminal(path: Path, width: int, phrases: Phrases) -> None:
    from prompt_toolkit.utils import get_cwidth

    held = Held(path, "?" + "1" + "2" + LEAVE, width=width, phrases=phrases, task=Task("somebody with a long name"))
    assert max(get_cwidth(line) for line in held.screen.splitlines()) < width


def test_labelling_again_shows_nothing_of_what_was_said(path: Path) -> None:
    Held(path, "12" + LEAVE)
    held_units = [Unit(unit.id, unit.text, (), "from the file", (CITY,)) for unit in UNITS[:2]]
    log = LabelLog(path)
    screen = io.StringIO()
    session = Session(
        held_units,
        held_units,
        log,
        TEXTS,
        suggest=lambda unit: NOTHING,
        known=KnownLabels(["book", "cancel"]),
        kinds=KnownLabels(),
        task=Task("ann", again=True),
        console=Console(file=screen, width=80),
        phrases=ENGLISH,
    )
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
        pipe.send_text(LEFT + "2" + RIGHT)
        done = session.run()

    assert (done.labelled, done.skipped) == (1, 0)
    assert "There is nothing to take back." in screen.getvalue()
    assert "again: 1 of 2" in screen.getvalue()
    assert "·city" not in screen.getvalue()
    both = LabelLog(path).history.all_of((UNITS[0].id, UNITS[0].text, "ann"))
    assert [one.label for one in both] == ["book", "cancel"]
    passed_over = LabelLog(path).history.all_of((UNITS[1].id, UNITS[1].text, "ann"))
    assert [one.label for one in passed_over] == ["cancel"]
