"""Thresholds that were tuned: the bot uses them, and says when they no longer hold."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dialog_core import ArtefactError, Bot, Builder, read_bot_file
from dialog_core.configuration import ConfigurationError
from dialog_core.testing import write_bot
from dialog_core.training import (
    Artefact,
    SilentProgress,
    Thresholds,
    save_thresholds,
    standing,
    stated_aim,
    stated_answer_at,
)
from tests.dialog_core.cli.command import run
from tests.training_parts import BOT, WORDS, plugins, spec_of, train

RULES = """
version: 1
policies: [{use: rules, name: first, path: rules.yaml}, {use: rules, name: second, path: more.yaml}]
dispatch:
  tiers: [[first], [second]]
  aim: {max_wrong: 2%}
"""
FILES = {
    "rules.yaml": "rules: [{name: hello, when: hello, say: Hello!}]\n",
    "more.yaml": "rules: [{name: hello, when: hello there, say: Hello there!}]\n",
}


UNTUNED = "`dispatch.aim` is given, and its thresholds are not tuned. Run: dialog-core tune bot.yaml"


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    return write_bot(tmp_path, RULES, **FILES)


def tune(
    path: Path, accept_at: float = 0.5, answer_at: float = 0.1, read: Callable[[Path], Any] = read_bot_file
) -> Artefact:
    spec = read(path)
    context = Builder(spec).context
    thresholds = Thresholds(accept_at, answer_at, stated_aim(spec), standing(spec, context.models))

    def extra(directory: Path) -> dict[str, Any]:
        (directory / "report.html").write_text("<p>")
        return {"choices": 3}

    return save_thresholds(spec, context, thresholds, extra, SilentProgress())


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def asked(path: Path, text: str) -> list[str]:
    """Return which policies a bot asks."""
    with Bot.load(path) as bot:
        trace = bot.reply(text).trace
    assert trace is not None
    return [report["policy"] for report in trace["policies"] if report["status"] != "not asked"]


def test_a_bot_goes_by_the_thresholds_that_were_tuned_for_its_aim(bot: Path) -> None:
    artefact = tune(bot, accept_at=0.5)
    assert artefact.manifest.details == {"choices": 3}
    assert artefact.names == ("report.html", "thresholds.json")
    assert asked(bot, "hello there") == ["first"]
    tune(bot, accept_at=0.95)
    assert asked(bot, "hello there") == ["first", "second"]
    tune(bot, accept_at=0.95, answer_at=0.99)
    with Bot.load(bot) as loaded:
        assert loaded.reply("hello there").policy == "fallback"


@pytest.mark.parametrize("arguments", [["ask", "hi"], ["chat"]])
def test_a_bot_that_is_not_tuned_says_what_to_do(bot: Path, arguments: list[str]) -> None:
    done = run(arguments[0], bot.name, *arguments[1:], cwd=bot.parent, input="")
    assert done.returncode == 2
    assert (
        done.stderr
        == "error: `dispatch.aim` is given, and its thresholds are not tuned. Run: dialog-core tune bot.yaml\n"
    )


def test_check_tells_of_thresholds_as_it_tells_of_training(bot: Path) -> None:
    untuned = run("check", bot.name, cwd=bot.parent)
    assert (untuned.returncode, untuned.stderr) == (0, "")
    assert untuned.stdout.endswith(f"Thresholds: {UNTUNED}\n")
    tune(bot)
    assert "Thresholds" not in run("check", bot.name, cwd=bot.parent).stdout
    change(bot, "path: more.yaml", "path: more.yaml, timeout: 2s, breaker: {failures: 9}")
    assert "Thresholds" not in run("check", bot.name, cwd=bot.parent).stdout  # scores are what they were
    change(bot, "max_wrong: 2%", "max_calls: 2%")
    assert (
        "tuned for another aim: max_wrong 0.02. Run: dialog-core tune" in run("check", bot.name, cwd=bot.parent).stdout
    )


def test_a_bot_that_is_neither_trained_nor_tuned_is_trained_first(tmp_path: Path) -> None:
    path = write_bot(tmp_path, f"{BOT}dispatch: {{aim: {{max_calls: 10%}}}}\n", **{"words.txt": WORDS})
    with pytest.raises(ArtefactError) as caught:
        Bot.load(path, plugins=plugins())
    told = str(caught.value)
    assert told.index("dialog-core train") < told.index("Then: dialog-core tune")


def test_thresholds_for_another_aim_are_none(bot: Path) -> None:
    tune(bot)
    change(bot, "max_wrong: 2%", "cost: 0.01")
    with pytest.raises(
        ArtefactError, match=r"tuned for another aim: max_wrong 0\.02\. Run: dialog-core tune"
    ) as caught:
        Bot.load(bot)
    assert not caught.value.missing
    change(bot, "cost: 0.01", "max_wrong: 0.02")  # the same, written differently
    Bot.load(bot).close()


def test_an_answer_at_that_the_file_states_holds(bot: Path) -> None:
    tune(bot, answer_at=0.1)
    change(bot, "  aim:", "  answer_at: 0.4\n  aim:")
    assert stated_answer_at(read_bot_file(bot)) == 0.4
    with pytest.raises(ArtefactError, match=r"tuned with `answer_at: 0\.1`, and the bot file says 0\.4"):
        Bot.load(bot)
    tune(bot, answer_at=0.4)
    Bot.load(bot).close()
    change(bot, "  answer_at: 0.4\n", "")
    assert stated_answer_at(read_bot_file(bot)) is None
    Bot.load(bot).close()


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "[]",
        "no JSON",
        json.dumps({"accept_at": "high", "answer_at": 0.3, "aim": {"max_wrong": 0.02}}),
        json.dumps({"accept_at": float("nan"), "answer_at": 0.3, "aim": {"max_wrong": 0.02}}),
        json.dumps({"accept_at": 0.5, "answer_at": 0.3, "aim": None}),
        json.dumps({"accept_at": 0.5, "answer_at": 0.3, "surprise": 1}),
    ],
)
def test_thresholds_that_cannot_be_read_say_which_file_and_what_to_do(bot: Path, text: str) -> None:
    spec = read_bot_file(bot)
    context = Builder(spec).context

    def extra(directory: Path) -> dict[str, Any]:
        (directory / "thresholds.json").write_text(text)
        return {}

    save_thresholds(spec, context, Thresholds(0.5, 0.1), extra, SilentProgress())
    with pytest.raises(ArtefactError, match=r"thresholds\.json .*Run: dialog-core tune"):
        Bot.load(bot)


def test_a_file_that_was_changed_since_is_noticed(bot: Path) -> None:
    file = tune(bot).path("thresholds.json")
    file.write_text(file.read_text().replace("0.5", "0.4"))
    with pytest.raises(ArtefactError, match=r"damaged: .*Run: dialog-core tune"):
        Bot.load(bot)


def test_every_trace_says_that_policies_or_the_ranking_have_changed_since(tmp_path: Path) -> None:
    path = write_bot(tmp_path, f"{BOT}dispatch: {{aim: {{max_calls: 10%}}}}\n", **{"words.txt": WORDS})
    train(path)
    tune(path, read=spec_of)

    def told() -> list[str]:
        with Bot.load(path, plugins=plugins()) as bot:
            trace = bot.reply("a rose").trace
        assert trace is not None
        return [report["verdict"] for report in trace["parts"] if report["part"] == "dispatch"]

    assert told() == []
    change(path, "prefix: Aha", "prefix: Oho")
    train(path)
    (verdict,) = told()
    assert verdict.startswith("the thresholds were tuned before these changed: echo, ranking. Run: dialog-core tune ")


def test_who_tunes_does_without_thresholds(bot: Path) -> None:
    with Bot.load(bot, default_thresholds=True) as loaded:
        trace = loaded.reply("hello there").trace
    assert trace is not None
    assert trace["policies"][1]["status"] == "not asked"  # .8 is the default, and the first is surer
    assert trace["parts"] == []


def test_a_running_bot_takes_over_new_thresholds_when_it_is_reloaded(bot: Path) -> None:
    tune(bot, accept_at=0.95)
    pointer = bot.parent / "models" / "bot" / "dispatch" / "thresholds" / "current.json"
    with Bot.load(bot) as loaded:
        assert pointer in loaded.files
        tune(bot, accept_at=0.5)
        with loaded.reload() as again:
            trace = again.reply("hello there").trace
            assert trace is not None
            assert [report["status"] for report in trace["policies"]] == ["proposed", "not asked"]


@pytest.mark.parametrize(
    ("dispatch", "problem"),
    [
        ("{aim: {max_wrong: 2%}, accept_at: 0.5}", r"bot\.yaml:3:11: dispatch: says 'accept_at' and 'aim'"),
        ("{aim: {max_wrong: 2%}, accept_at: 0.5}", r"\('accept_at: null' removes what another file says\)"),
        ("{explore: 200%}", r"dispatch\.explore: needs a share from 0 to 1, not 200%; "),
        ("{aim: {max_wrong: 2%, cost: 1}}", r"bot\.yaml:3:17: dispatch\.aim: says 'max_wrong' and 'cost'; say one of"),
        ("{aim: {}}", r"bot\.yaml:3:17: dispatch\.aim: says nothing; say one of 'max_wrong', 'cost' and 'max_calls'"),
        ("{aim: {max_wrong: 2}}", r"bot\.yaml:3:29: dispatch\.aim\.max_wrong: needs a share from 0 to 1, not 2"),
        ("{aim: {cost: -1}}", r"bot\.yaml:3:24: dispatch\.aim\.cost: must be at least 0, not -1"),
        ("{aim: {max_call: 2%}}", r"dispatch\.aim\.max_call: .*max_calls"),
    ],
)
def test_an_aim_that_makes_no_sense_is_told_at_its_line(tmp_path: Path, dispatch: str, problem: str) -> None:
    path = tmp_path / "bot.yaml"
    path.write_text(f"version: 1\npolicies: [echo]\ndispatch: {dispatch}\n")
    (tmp_path / "rules.yaml").write_text(FILES["rules.yaml"])
    path.write_text(path.read_text().replace("[echo]", "[{use: rules, path: rules.yaml}]"))
    with pytest.raises(ConfigurationError, match=problem):
        read_bot_file(path)
