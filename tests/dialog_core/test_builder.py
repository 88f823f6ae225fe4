from pathlib import Path
from typing import Any

import pytest

from dialog_core.bot_reader import read_bot_file
from dialog_core.builder import OTHERS_SHARE, Builder
from dialog_core.component import Context
from dialog_core.configuration import ConfigurationError
from dialog_core.errors import PluginError, UnknownComponentError
from dialog_core.stores.memory import MemoryStore
from dialog_core.testing import make_context, write_bot
from tests.parts import ReversingEncoder, plugins
from tests.talking import say, trace_of


@pytest.fixture
def builder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that gives the builder of a bot file, with the files it names beside it."""
    monkeypatch.chdir(tmp_path)

    def make(text: str, **files: str) -> Builder:
        return Builder(read_bot_file(write_bot(tmp_path, "version: 1\n" + text, **files), plugins=plugins()))

    return make


def told(error: pytest.ExceptionInfo[ConfigurationError]) -> list[str]:
    return [str(problem) for problem in error.value.problems]


async def test_a_bot_is_built_from_its_file(builder: Any) -> None:
    manager = builder(
        "bot: {language: de, max_message: 5}\n"
        "policies: [{use: echo, name: parrot, prefix: Ahoy}]\n"
        "annotators: [language]\nguards: [open]\nfallback: I pass.\n"
    ).manager()

    reply = await say(manager, "hello there")

    assert (reply.text, reply.policy) == ("Ahoy hello", "parrot")
    assert trace_of(reply)["candidates"][0]["kind"] == "rules"
    assert manager.rules.language == "de"
    assert isinstance(manager.store, MemoryStore)


async def test_knowledge_is_read_once_for_all_who_use_it(builder: Any) -> None:
    built = builder(
        "knowledge: {faq: {path: faq.lines}}\n"
        "policies:\n- {use: look_up, name: a, knowledge: faq}\n- {use: look_up, name: b, knowledge: faq}\n",
        **{"faq.lines": "When do you open? At nine.\n"},
    )
    manager = built.manager()

    assert (await say(manager, "When do you open")).text == "At nine."
    one, two = (runner.policy for tier in manager._cascade.tiers for runner in tier)
    assert one.entries[0] is two.entries[0]
    assert {path.name for path in built.context.files} == {"bot.yaml", "faq.lines"}


def test_components_reach_each_other_by_name(builder: Any) -> None:
    text = "knowledge: {faq: {path: faq.lines}}\npolicies: [{use: look_up, knowledge: faq, encoder: ENCODER}]\n"
    for encoder, dimension in (("reversing", 3), ("{use: reversing, dimension: 7}", 7)):
        manager = builder(text.replace("ENCODER", encoder), **{"faq.lines": ""}).manager()
        ((runner,),) = manager._cascade.tiers
        assert isinstance(runner.policy.encoder, ReversingEncoder)
        assert runner.policy.encoder.options.dimension == dimension
        assert runner.policy.encoder.context.name == "look_up.encoder"


@pytest.mark.parametrize(
    ("encoder", "problem"),
    [
        (
            "{use: reversing, dimensoin: 7}",
            "bot.yaml: look_up.encoder.dimensoin: unknown key. Did you mean 'dimension'?",
        ),
        ("{dimension: 7}", "look_up: does not say which encoder it is. Name one of: reversing."),
        ("7", "look_up: does not say which encoder it is. Name one of: reversing."),
    ],
)
def test_a_part_of_a_component_with_mistakes_is_told_in_words(builder: Any, encoder: str, problem: str) -> None:
    built = builder(
        f"knowledge: {{faq: {{path: faq.lines}}}}\npolicies: [{{use: look_up, knowledge: faq, encoder: {encoder}}}]\n",
        **{"faq.lines": ""},
    )
    with pytest.raises(ConfigurationError) as caught:
        built.manager()
    assert told(caught) == [problem]


def test_a_part_nobody_registered_is_told_with_the_likely_name(builder: Any) -> None:
    built = builder(
        "knowledge: {faq: {path: faq.lines}}\npolicies: [{use: look_up, knowledge: faq, encoder: reversin}]\n",
        **{"faq.lines": ""},
    )
    with pytest.raises(UnknownComponentError, match=r"no encoder named 'reversin'\. Did you mean 'reversing'"):
        built.manager()


def test_knowledge_that_a_component_asks_for_and_the_bot_has_not_is_told_in_words(builder: Any) -> None:
    built = builder("knowledge: {faq: {path: a.lines}}\npolicies: [{use: loose, sources: fqa}]\n", **{"a.lines": ""})
    with pytest.raises(ConfigurationError) as caught:
        built.manager()
    assert told(caught) == ["bot.yaml: there is no knowledge 'fqa'. Did you mean 'faq'?"]


def test_mistakes_in_the_files_of_several_components_are_told_together(builder: Any) -> None:
    built = builder(
        "policies:\n"
        "- {use: file, name: one, path: one.txt}\n- {use: file, name: two, path: two.txt}\n"
        "- {use: file, name: again, path: one.txt}\n",
        **{"one.txt": "fine\nmistake\n", "two.txt": "mistake\nmistake\n"},
    )
    expected = [
        "one.txt:2:1: is a mistake. Remove it.",
        "two.txt:1:1: is a mistake. Remove it.",
        "two.txt:2:1: is a mistake. Remove it.",
    ]
    with pytest.raises(ConfigurationError) as caught:
        built.manager()
    assert told(caught) == expected

    assert sorted(map(str, built.check())) == expected


def test_checking_builds_nothing(builder: Any) -> None:
    assert builder("policies: [missing_class]\n").check() == []
    with pytest.raises(PluginError, match="has no 'NoSuchPolicy'"):
        builder("policies: [missing_class]\n").manager()


def test_a_store_given_takes_the_place_of_the_one_in_the_file(builder: Any, tmp_path: Path) -> None:
    class EmptyStore(MemoryStore):
        def __len__(self) -> int:
            return 0  # falsy, and a store all the same

    built = builder("policies: [echo]\nstore: {use: sqlite, path: c.db}\n")
    mine = EmptyStore(*(None, Context()))  # type: ignore[arg-type]
    assert built.manager(mine).store is mine
    assert not (tmp_path / "c.db").exists()


def test_policies_may_take_the_whole_turn_and_the_others_a_part_of_it(builder: Any) -> None:
    manager = builder(
        "policies: [echo, {use: echo, name: two, timeout: 300ms}]\nguards: [open]\ndispatch: {deadline: 4s}\n"
    ).manager()
    ((one, two),) = manager._cascade.tiers
    (guard,) = manager._guards.runners

    assert (one.propose.timeout, two.propose.timeout) == (4.0, 0.3)
    assert guard.check_output.timeout == 4.0 * OTHERS_SHARE


def test_a_context_outside_of_a_bot_creates_built_in_components(tmp_path: Path) -> None:
    context = Context(name="alone")
    (tmp_path / "said.csv").write_text("text,intent\nhello,greet\n")

    rows = list(context.create("reader", "labelled").read(tmp_path / "said.csv"))

    assert [(row.text, row.label) for row in rows] == [("hello", "greet")]
    with pytest.raises(UnknownComponentError, match="magic"):
        context.create("reader", "magic")


def test_a_context_alone_says_how_to_get_a_whole_one() -> None:
    context = Context(name="alone")
    with pytest.raises(LookupError, match=r"no knowledge 'faq'; see dialog_core\.testing\.make_context"):
        context.knowledge("faq")


def test_contexts_of_one_bot_differ_in_their_name_only() -> None:
    context = make_context("one", language="zh", seed=7, models=Path("here"))
    other = context.named("two")
    other.files.add(Path("a.yaml"))
    assert (context.name, other.name) == ("one", "two")
    assert (other.language, other.seed, other.models) == ("zh", 7, Path("here"))
    assert context.files == {Path("a.yaml")}
