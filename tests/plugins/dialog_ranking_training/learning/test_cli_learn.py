"""`dialog-core learn`, as people run it."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dialog_core import Bot, FeedbackGiven
from dialog_core.cli.main import main
from dialog_ranking_training.learning.learner import Learner
from tests.plugins.dialog_ranking_training.learning.learning_bots import BOT, FAQ, busy_shop, shop


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    return busy_shop(tmp_path)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Stand beside the bot, and let `learn` print here: a process of its own would take seconds to start."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    _captured.append(capsys)


_captured: list[pytest.CaptureFixture[str]] = []


def learn(*options: str, status: int = 0) -> str:
    """Run the command and return what it said; where it ends otherwise, with what it said of that."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["dialog-core", "learn", "bot.yaml", *options])
        with pytest.raises(SystemExit) as ended:
            main()
    out, err = _captured[-1].readouterr()
    assert (ended.value.code or 0) == status, f"{ended.value.code}\n{out}\n{err}"
    return out if status == 0 else out + err


def test_without_a_terminal_the_review_file_is_written_and_told(bot: Path) -> None:
    printed = learn()

    assert "conversations: 5 · verdicts: 1 · replies by people: 2" in printed
    assert "The ranking table learns nothing." in printed
    assert "  ranking: {use: learned}\n  training:\n    - {component: ranking, logs: conversations.db}" in printed
    assert "suggestions: 3 (1 to change · 1 new · 1 without an answer)" in printed
    assert "Decide in bot.review.yaml, or one by one on a terminal: dialog-core learn bot.yaml" in printed
    assert "decision:\n" in bot.with_name("bot.review.yaml").read_text()
    assert bot.with_name("faq.yaml").read_text() == FAQ


def test_a_decision_in_the_file_is_carried_out_by_the_next_run(bot: Path) -> None:
    learn("--no-train")
    review = bot.with_name("bot.review.yaml")
    review.write_text(
        review.read_text().replace("decision:\n", "decision: accept\n", 2).replace("Alder owns", "We own")
    )

    printed = learn("--no-train")

    assert printed.count("✓") == 2
    assert "answer: We own it." in bot.with_name("faq.yaml").read_text()
    assert "suggestions: 1 (1 without an answer)" in printed


def test_all_that_nothing_is_missing_of_is_accepted_at_once(bot: Path) -> None:
    printed = learn("--no-train", "--accept", "all")

    assert printed.count("written to faq.yaml") == 2
    assert "was not accepted: It has no answer yet." in printed
    assert "Shipping costs 5 euros." in bot.with_name("faq.yaml").read_text()
    assert learn("--no-train").count("  a topic without an answer, 3 times") == 1


def test_json_tells_everything(bot: Path) -> None:
    told = json.loads(learn("--json", "--no-train"))

    assert [suggestion["kind"] for suggestion in told["suggestions"]] == ["changed_answer", "new", "topic"]
    first = told["suggestions"][0]
    assert (first["entry"], first["answer"], first["from"][0]["author"]) == (
        "shipping",
        "Shipping costs 5 euros.",
        "Ann",
    )
    accepted = json.loads(learn("--json", "--no-train", "--accept", first["id"]))
    assert [done["written"] for done in accepted["decided"]] == ["faq.yaml#shipping"]
    assert accepted["decided"][0]["id"] not in [other["id"] for other in accepted["suggestions"]]


def test_nothing_to_learn_is_said_in_words(tmp_path: Path) -> None:
    shop(tmp_path)
    assert "Nothing to learn: nobody has judged or corrected a reply" in learn()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bot.yaml", "faq.yaml"]


@pytest.mark.parametrize(
    ("text", "options", "complaint"),
    [
        (BOT.split("store:")[0], (), "this bot keeps its conversations in memory only. Name a store in the bot file"),
        (
            BOT.replace('{use: sqlite, path: conversations.db, synchronous: "off"}', "memory"),
            (),
            "bot.yaml:5:8: store: this bot",
        ),
        (BOT, ("--store", "none.db"), "none.db: there is no such database"),
        (BOT, ("--since", "yesterday"), "'yesterday' is no time"),
        (BOT, ("--accept", "123456"), "there is no suggestion '123456'"),
    ],
)
def test_wrong_use_is_answered_in_words(tmp_path: Path, text: str, options: tuple[str, ...], complaint: str) -> None:
    shop(tmp_path, text)
    told = " ".join(learn(*options, status=2).replace("│", " ").split())
    assert complaint in told


def test_a_broken_review_file_stops_it_before_anything_is_done(bot: Path) -> None:
    bot.with_name("bot.review.yaml").write_text("version: 1\nsuggestions: [{id: a}]\n")
    assert "bot.review.yaml:2:" in learn(status=2)


def test_only_the_last_days_and_another_database_and_review_file(bot: Path) -> None:
    bot.with_name("conversations.db").rename(bot.with_name("other.db"))
    options = ("--store", "other.db", "--review", "mine.yaml", "--no-train")

    assert "Nothing to learn" in learn(*options, "--since", datetime.now(UTC).isoformat())
    assert "suggestions: 3" in learn(*options, "--since", "1d")
    assert bot.with_name("mine.yaml").exists()


def test_a_bot_that_is_running_is_not_disturbed_and_its_last_words_count(bot: Path) -> None:
    with Bot.load(bot) as running:
        for number in range(2):
            running.reply("bitcoin", conversation=f"b{number}", client_id="1")
        printed = learn("--no-train")
        assert running.reply("How much is shipping?", conversation="b0").messages[0].text == "Shipping costs 4 euros."
    assert "2 without an answer" in printed


def test_feedback_becomes_a_new_ranking_if_it_is_better(tmp_path: Path) -> None:
    bot = busy_shop(tmp_path, BOT + "ranking: {use: calibrated}\n")

    told = json.loads(learn("--json"))

    (outcome,) = told["ranking"]
    assert (outcome["component"], outcome["status"]) == ("ranking", "trained")
    assert outcome["remarks"]
    assert (tmp_path / "models" / "bot" / "ranking" / "current.json").exists()
    again = learn()
    assert "ranking: nothing has changed" in again
    assert "training:\n    - {component: ranking, logs: conversations.db}" in again
    with Bot.load(bot) as loaded:
        loaded.record("gnome-1", [FeedbackGiven("1", "bad", datetime.now(UTC))])
        in_use = learn()
    assert "ranking: trained" in in_use


def test_an_entry_the_file_has_already_keeps_what_it_says(tmp_path: Path) -> None:
    busy_shop(tmp_path, BOT + "ranking: {use: calibrated}\ntraining: [{component: ranking, max_per_user: 5}]\n")

    assert "training:\n    - {component: ranking, ..., logs: conversations.db}" in learn()


def test_a_training_that_fails_costs_no_suggestion(tmp_path: Path) -> None:
    bot = busy_shop(tmp_path)
    bot.write_text(BOT + "ranking: {use: calibrated}\ntraining: [{component: ranking, data: bad.choices.jsonl}]\n")
    (tmp_path / "bad.choices.jsonl").write_text("{\n")

    printed = learn(status=1)

    assert "The ranking stays as it is: " in printed
    assert "suggestions: 3" in printed


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a terminal")
def test_on_a_terminal_it_asks(bot: Path) -> None:
    import pty
    import subprocess
    import sys

    main, side = pty.openpty()
    done = subprocess.Popen(
        [sys.executable, "-m", "dialog_core.cli.main", "learn", "bot.yaml", "--no-train"],
        cwd=bot.parent,
        stdin=side,
        stdout=side,
        stderr=side,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "80", "LINES": "40"},
    )
    os.close(side)
    screen = b""
    answered = False
    while True:
        try:
            piece = os.read(main, 4096)
        except OSError:  # how Linux says that nobody writes any more
            break
        if not piece:
            break
        screen += piece
        if b"\x1b[6n" in piece:
            os.write(main, b"\x1b[1;1R")  # where the cursor is
        if b"never again" in screen and not answered:
            answered = True
            os.write(main, b"aq")
    os.close(main)
    assert done.wait() == 0, screen.decode(errors="replace")
    assert "1 accepted · 0 dismissed · 2 left · bot.review.yaml" in screen.decode(errors="replace")
    assert "5 euros" in bot.with_name("faq.yaml").read_text()


def test_a_training_broken_off_is_told_with_what_to_do(bot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken_off(learner: Learner) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Learner, "train", broken_off)
    assert "what was in use stays in use. Run the same again to go on: dialog-core learn bot.yaml" in learn(status=130)
