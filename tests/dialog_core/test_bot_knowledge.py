"""What a bot knows: read once, or one entry after the other, and where it comes from."""

import os
from pathlib import Path

import pytest

from dialog_core import Bot, BotSpec, Builder, Context, Conversation, KnowledgeOrigin, SlotSet, UnknownComponentError
from dialog_core.bot_reader import read_bot_file
from dialog_core.configuration import ConfigurationError
from dialog_core.datasets import KnowledgeEntry
from dialog_core.retrieval import Hit
from dialog_core.testing import make_bot, make_context, write_bot
from dialog_core.turn import Turn
from tests.parts import plugins

BOT = "version: 1\npolicies: [echo]\nknowledge:\n  faq: {path: faq.lines, use: lines}\n"


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return Builder(spec_of(write_bot(tmp_path, BOT, **{"faq.lines": "One? 1\nTwo? 2\n"}))).context


def spec_of(bot: Path) -> BotSpec:
    return read_bot_file(bot, plugins=plugins())


def test_a_source_is_read_once_however_many_ask(context: Context, tmp_path: Path) -> None:
    entries = context.knowledge("faq")
    assert [entry.answer for entry in entries] == ["1", "2"]
    (tmp_path / "faq.lines").unlink()
    assert context.knowledge("faq") is entries
    assert context.named("other").knowledge("faq") is entries


def test_a_source_can_be_read_anew_one_entry_after_the_other(context: Context, tmp_path: Path) -> None:
    assert [entry.answer for entry in context.stream_knowledge("faq")] == ["1", "2"]
    (tmp_path / "faq.lines").write_text("Three? 3\n")
    assert [entry.answer for entry in context.stream_knowledge("faq")] == ["3"]


def test_the_origin_changes_with_the_content_and_not_with_the_place(context: Context, tmp_path: Path) -> None:
    origin = context.knowledge_origin("faq")
    assert origin.description["use"] == "lines"
    (record,) = origin.inputs.values()
    assert record.path == "faq.lines"

    file = tmp_path / "faq.lines"
    os.utime(file, (1, 1))
    touched = context.knowledge_origin("faq")
    assert touched.description == origin.description
    assert touched.inputs != origin.inputs
    file.write_text("One? 1\nTwo? two\n")
    assert context.knowledge_origin("faq").description != origin.description


def test_a_file_that_was_not_touched_is_not_read_for_its_origin(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    origin = context.knowledge_origin("faq")
    monkeypatch.setattr("dialog_core.training.options_json.hash_path", lambda *_: pytest.fail("it was read"))
    assert context.knowledge_origin("faq", origin.inputs) == origin


def test_the_size_of_a_source_is_known_without_reading_it(context: Context, tmp_path: Path) -> None:
    assert context.knowledge_size("faq") == len("One? 1\nTwo? 2\n")
    file = tmp_path / "faq.lines"
    file.unlink()
    assert context.knowledge_size("faq") == 0  # its reader says that it is not there
    file.mkdir()
    (file / "part").mkdir()
    (file / "a").write_text("1234")
    (file / "part" / "b").write_text("12")
    (file / "gone").symlink_to(file / "nowhere")
    assert context.knowledge_size("faq") == 6


@pytest.mark.parametrize("method", ["knowledge", "stream_knowledge", "knowledge_origin", "knowledge_size"])
def test_a_name_there_is_no_knowledge_of_is_told_with_the_likely_one(context: Context, method: str) -> None:
    with pytest.raises(ConfigurationError, match=r"there is no knowledge 'fap'. Did you mean 'faq'\?"):
        getattr(context, method)("fap")


@pytest.mark.parametrize("method", ["knowledge", "stream_knowledge", "knowledge_origin", "knowledge_size"])
def test_a_context_without_a_bot_says_how_to_get_one_with_knowledge(method: str) -> None:
    with pytest.raises(LookupError, match=r"make_context"):
        getattr(Context(), method)("faq")


def test_what_was_asked_for_is_watched(context: Context, tmp_path: Path) -> None:
    assert tmp_path / "faq.lines" not in context.files
    context.knowledge_origin("faq")
    assert tmp_path / "faq.lines" in context.files


def test_a_context_for_tests_has_the_same() -> None:
    entry = KnowledgeEntry("a", ("A?",), "A")
    context = make_context(knowledge={"faq": [entry], "same": [entry], "other": []})
    assert list(context.stream_knowledge("faq")) == [entry]
    assert context.knowledge_size("faq") == 0
    assert isinstance(context.knowledge_origin("faq"), KnowledgeOrigin)
    assert context.knowledge_origin("faq") == context.knowledge_origin("same")
    assert context.knowledge_origin("faq") != context.knowledge_origin("other")


def test_whether_a_component_is_to_be_trained_is_known_to_it_and_its_parts() -> None:
    context = Context(trained=True)
    assert context.named("part").trained
    assert not context.named("other", trained=False).trained


# --- Asking what is searched


class Words:
    """Finds the entries that are told, and remembers what it was asked."""

    def __init__(self, *ids: str) -> None:
        self.ids = ids
        self.turns: list[Turn] = []

    def propose(self, turn: Turn) -> list[object]:
        return []

    def search(self, turn: Turn, top_k: int) -> list[Hit]:
        self.turns.append(turn)
        return [Hit(KnowledgeEntry(id, (id,), id), "faq", 1.0) for id in self.ids[:top_k]]


class Together(Words):
    def __init__(self, **parts: Words) -> None:
        super().__init__("together")
        self.parts = parts


def ids(hits: object) -> list[str]:
    return [hit.entry.id for hit in hits]  # type: ignore[attr-defined]


def test_retrievers_are_found_among_the_policies_with_what_they_put_together() -> None:
    left, right, alone = Words("a"), Words("b"), Words("c", "d", "e")
    with make_bot({"talk": "Hello", "both": Together(left=left, right=right), "alone": alone}) as bot:
        assert list(bot.retrievers) == ["both", "both.left", "both.right", "alone"]
        assert ids(bot.search("x")) == ["together"]
        assert ids(bot.search("x", "both.right")) == ["b"]
        assert ids(bot.search("x", "alone", top_k=2)) == ["c", "d"]
        assert bot.conversations() == []


def test_a_search_knows_the_conversation_it_is_made_in() -> None:
    words = Words("a")
    with make_bot({"words": words}) as bot:
        bot.search("x", conversation=Conversation("c", [SlotSet("product", "lamp")]))
        bot.record("stored", [SlotSet("product", "chair")])
        bot.search("y", conversation="stored")
        bot.search("z")
    assert [(turn.text, turn.slots.get("product")) for turn in words.turns] == [
        ("x", "lamp"),
        ("y", "chair"),
        ("z", None),
    ]


def test_an_unknown_retriever_is_told_with_the_likely_one() -> None:
    with make_bot({"search": Words(), "talk": "Hello"}) as bot:
        with pytest.raises(UnknownComponentError, match=r"'serach'. Did you mean 'search'\?"):
            bot.search("x", "serach")
        with pytest.raises(UnknownComponentError):
            bot.search("x", "talk")


def test_a_bot_that_searches_nothing_cannot_be_searched() -> None:
    with make_bot("Hello") as bot:
        assert bot.retrievers == {}
        with pytest.raises(UnknownComponentError):
            bot.search("x")


def test_a_bot_is_searched_as_it_was_loaded(tmp_path: Path) -> None:
    text = "version: 1\nknowledge: {faq: {path: faq.jsonl}}\npolicies: [{use: bm25, name: s, knowledge: faq}]\n"
    bot = write_bot(tmp_path, text, **{"faq.jsonl": '{"id": "a", "question": "How much?", "answer": "Five."}\n'})
    with Bot.load(bot) as loaded:
        (hit,) = loaded.search("how much")
    assert (hit.entry.answer, hit.knowledge, hit.matched) == ("Five.", "faq", "How much?")


def test_checking_a_bot_reads_its_knowledge_and_keeps_none_of_it(tmp_path: Path) -> None:
    builder = Builder(spec_of(write_bot(tmp_path, BOT, **{"faq.lines": "One? 1\n"})))
    assert builder.check() == []
    (tmp_path / "faq.lines").write_text("Two? 2\n")
    assert [entry.answer for entry in builder.context.knowledge("faq")] == ["2"]
