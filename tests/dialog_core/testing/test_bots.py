from pathlib import Path

import pytest

from dialog_core.interfaces import Allow
from dialog_core.testing import ScriptedAnnotator, ScriptedGuard, ScriptedPolicy, make_bot, make_manager, write_bot
from tests.talking import say, trace_of


@pytest.mark.parametrize(
    ("policies", "names"),
    [
        ("Hello", ["policy1"]),
        (lambda turn: "Hello", ["policy1"]),
        (ScriptedPolicy("Hello"), ["policy1"]),
        (["Hello", ScriptedPolicy(None)], ["policy1", "policy2"]),
        ({"mine": "Hello", "yours": None}, ["mine", "yours"]),
    ],
)
async def test_policies_may_be_given_in_many_ways(policies: object, names: list[str]) -> None:
    reply = await say(make_manager(policies), "hi")  # type: ignore[arg-type]
    assert reply.text == "Hello"
    assert [report["policy"] for report in trace_of(reply)["policies"]] == names


async def test_kinds_decide_what_scores_are_worth() -> None:
    policies = {"llm": ScriptedPolicy("a", score=1.0), "rules": ScriptedPolicy("b", score=0.9)}
    reply = await say(make_manager(policies, kinds={"llm": "generative", "rules": "rules"}), "hi")
    assert reply.policy == "rules"


async def test_other_parts_are_named_or_counted() -> None:
    manager = make_manager(
        "Hello",
        annotators=[ScriptedAnnotator(ValueError)],
        guards={"tone": ScriptedGuard(input=Allow(), output=ValueError)},
    )
    parts = [part["part"] for part in trace_of(await say(manager, "hi"))["parts"]]
    assert parts == ["annotator annotator1", "guard tone"]


def test_rules_of_the_turn_are_given_by_name_and_mistakes_are_refused() -> None:
    with make_bot("Hello", fallback="I pass.", language="zh", answer_at=0.9) as bot:
        assert (bot.language, bot.reply("hi").text) == ("zh", "I pass.")
    with pytest.raises(TypeError, match="answer_from"):
        make_bot("Hello", answer_from=0.9)


def test_a_bot_is_written_with_the_files_it_names(tmp_path: Path) -> None:
    path = write_bot(
        tmp_path,
        """
        version: 1
        extends: parts/base.yaml
        fallback: 我不知道。
        """,
        **{"parts/base.yaml": "policies: [none]\n"},
    )
    assert path == tmp_path / "bot.yaml"
    assert path.read_text(encoding="utf-8") == "version: 1\nextends: parts/base.yaml\nfallback: 我不知道。\n"
    assert (tmp_path / "parts" / "base.yaml").read_text() == "policies: [none]\n"
