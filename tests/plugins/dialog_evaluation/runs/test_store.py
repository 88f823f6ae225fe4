import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core import DialogError
from dialog_core.configuration import ConfigurationError
from dialog_evaluation.runs.answers import DialogueAnswers, PolicyAnswer, TurnAnswer
from dialog_evaluation.runs.codec import from_line, to_line
from dialog_evaluation.runs.info import EvaluatedFile, RunInfo
from dialog_evaluation.runs.store import ANSWERS, RUN, Run, find_runs, runs_of

INFO = RunInfo(
    bot="bot.yaml",
    name="Finch",
    mode="teacher-forced",
    files=(EvaluatedFile("talks.jsonl", "00"),),
    options={"limit": 3},
    fingerprint="0123456789ab",
    framework="0",
    dialogues=3,
)


def answers(position: int, text: str = "Hello!") -> DialogueAnswers:
    turn = TurnAnswer(1, "hi", "Hi.", "answered", text, "rules", 0.9, 0.01)
    return DialogueAnswers(f"d{position}", position + 1, (turn,), position)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run.begin(tmp_path / "evaluations" / "bot", INFO)


def test_what_was_kept_is_there_when_the_run_is_opened_again(run: Run) -> None:
    with run.writing():
        run.add(answers(2))
        run.add(answers(0))
        kept = Run.open(run.path).answers()  # by another process, while it is under way
    assert kept == [answers(0), answers(2)]  # in the order of the files
    assert Run.open(run.path).info == run.info
    assert run.info.status == "unfinished"
    run.finish()
    assert Run.open(run.path).info.status == "finished"


def test_runs_are_found_beside_the_bot_or_where_they_were_put(tmp_path: Path) -> None:
    bot = tmp_path / "bot.yaml"
    assert find_runs(bot) == []
    first, second = Run.begin(runs_of(bot), INFO), Run.begin(runs_of(bot), INFO)
    (runs_of(bot) / "notes").mkdir()
    (runs_of(bot) / "20260101-000000-0123456789ab").mkdir()  # its process was killed before it could say what it runs
    assert [one.path for one in find_runs(bot)] == sorted([first.path, second.path])
    assert find_runs(bot, tmp_path / "other") == []
    assert Run.begin(runs_of(bot, tmp_path / "other"), INFO).path.parent == tmp_path / "other" / "bot"


def test_a_line_that_was_half_written_is_cut_off(run: Run) -> None:
    with run.writing():
        run.add(answers(0))
    file = run.path / ANSWERS
    whole = file.read_bytes()
    file.write_bytes(whole + to_line(answers(1)).encode()[:50])
    assert run.answers() == [answers(0)]
    with run.writing():
        run.add(answers(1))
    assert run.answers() == [answers(0), answers(1)]
    assert file.read_bytes().startswith(whole)


def test_only_one_process_at_a_time_adds_to_a_run(run: Run) -> None:
    with (
        run.writing(),
        pytest.raises(DialogError, match="under way in another process"),
        Run.open(run.path).writing(),
    ):
        pass
    with Run.open(run.path).writing():  # it has let go
        pass


def test_a_damaged_line_is_told_with_its_number(run: Run) -> None:
    with run.writing():
        run.add(answers(0))
    (run.path / ANSWERS).write_text(f"{to_line(answers(0))}\n{{}}\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=rf"{ANSWERS}:2: is damaged.*--anew"):
        run.answers()


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"version": 9}', '{"version": 1, "bot": "x"}'])
def test_what_is_no_run_is_told(run: Run, content: str) -> None:
    (run.path / RUN).write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError, match="is no run of an evaluation"):
        Run.open(run.path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", {"a": 1}),
        ("mode", "\ud83d"),
        ("fingerprint", [1]),
        ("turns", "many"),
        ("files", [{"path": 5, "sha256": ""}]),
        ("parts", {"bot": 5}),
        ("options", []),
        ("started_at", "tomorrow"),
    ],
)
def test_a_run_that_somebody_has_edited_is_told(name: str, value: object, run: Run) -> None:
    told = json.loads((run.path / RUN).read_text(encoding="utf-8"))
    (run.path / RUN).write_text(json.dumps({**told, name: value}), encoding="utf-8")
    with pytest.raises(ConfigurationError, match="is no run of an evaluation"):
        Run.open(run.path)


def test_a_time_that_does_not_say_where_can_be_compared_with_others(tmp_path: Path) -> None:
    bot = tmp_path / "bot.yaml"
    first, second = Run.begin(runs_of(bot), INFO), Run.begin(runs_of(bot), INFO)
    told = json.loads((second.path / RUN).read_text(encoding="utf-8"))
    (second.path / RUN).write_text(json.dumps({**told, "started_at": "2001-01-01T12:00:00"}), encoding="utf-8")
    assert [one.path for one in find_runs(bot)] == [second.path, first.path]


def test_what_a_later_version_tells_besides_is_left_aside(run: Run) -> None:
    told = json.loads((run.path / RUN).read_text(encoding="utf-8"))
    (run.path / RUN).write_text(json.dumps({**told, "colour": "blue"}), encoding="utf-8")
    assert Run.open(run.path).info == run.info
    line = json.loads(to_line(answers(0)))
    assert from_line(json.dumps({**line, "colour": "blue"})) == answers(0)


def test_a_place_where_nothing_can_be_made_is_told_with_another_one(tmp_path: Path) -> None:
    (tmp_path / "evaluations").write_text("a file", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"cannot be made.*--runs DIR"):
        Run.begin(tmp_path / "evaluations" / "bot", INFO)


def test_a_full_disk_is_told_and_what_was_kept_before_still_is(run: Run) -> None:
    with run.writing():
        run.add(answers(0))
    with Path("/dev/full").open("ab+", buffering=0) as full, run.writing():
        run._file = full
        with pytest.raises(DialogError, match=r"No space left.*the same command goes on from there"):
            run.add(answers(1))
    assert run.answers() == [answers(0)]


TEXTS = st.text(st.characters(exclude_categories=()), max_size=20)


@given(
    text=TEXTS,
    cost=st.dictionaries(st.sampled_from(["tokens_in", "cost"]), st.integers(0, 1000).map(float)),
    slots=st.dictionaries(st.text(max_size=5), st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5)),
    refusals=st.lists(st.text(max_size=5)).map(tuple),
    rank=st.none() | st.integers(1, 100),
    asked=st.booleans(),
)
def test_answers_come_back_as_they_were(
    text: str,
    cost: dict[str, float],
    slots: dict[str, object],
    refusals: tuple[str, ...],
    rank: int | None,
    asked: bool,
) -> None:
    policy = PolicyAnswer("faq", "answered", text, 0.25, None, 0.5, cost, "", rank, asked)
    turn = TurnAnswer(
        3, text, "", "answered", text, "faq", cost=cost, slots=slots, refusals=refusals, policies=(policy,)
    )
    line = to_line(DialogueAnswers("d", 1, (turn, replace(turn, number=5)), 4, "turns"))
    assert "\n" not in line
    assert "\r" not in line
    found = from_line(line)
    readable = text.encode("utf-8", "replace").decode()
    expected = replace(turn, question=readable, text=readable, policies=(replace(policy, text=readable),))
    assert found == DialogueAnswers("d", 1, (expected, replace(expected, number=5)), 4, "turns")
