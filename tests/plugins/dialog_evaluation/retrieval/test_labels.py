from pathlib import Path

import pytest

from dialog_core import Builder, read_bot_file
from dialog_core.configuration import ConfigurationError
from dialog_core.retrieval import Hit
from dialog_evaluation.retrieval.labels import KnownIds, check_labels
from dialog_evaluation.retrieval.questions import Question
from tests.plugins.dialog_evaluation.searching import hit, searching_bot

FILE = Path("questions.csv")
IDS = KnownIds({"faq": frozenset({"opening", "tickets"}), "manual": frozenset({"tickets", "a:b"})}, complete=True)


def check(*labels: str, ids: KnownIds = IDS, found: list[Hit] | None = None) -> bool:
    questions = [Question(f"question {label}", (label,), line) for line, label in enumerate(labels, start=2)]
    with searching_bot(faq=lambda text: [hit("opening", 0.5)] if found is None else found) as bot:
        return check_labels(bot, ["faq"], questions, ids, FILE)


def test_ids_and_ids_with_their_knowledge_are_known() -> None:
    assert check("opening", "faq:tickets", "manual:tickets", "a:b", "manual:a:b")


@pytest.mark.parametrize(
    ("label", "told"),
    [
        ("openning", "questions.csv:2:1: no knowledge has the entry 'openning'. Did you mean 'opening'?"),
        ("faq:openning", "no knowledge has the entry 'faq:openning'. Did you mean 'faq:opening'?"),
        ("tickets", "the entry 'tickets' is in faq and manual. Say which one is meant: 'faq:tickets'."),
    ],
)
def test_a_label_that_names_no_entry_or_two_is_told_with_its_line(label: str, told: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        check(label)
    assert told in str(raised.value)


def test_every_unknown_label_is_told_up_to_as_many_as_anybody_reads() -> None:
    with pytest.raises(ConfigurationError) as raised:
        check(*(f"nothing-{number}" for number in range(80)))
    assert len(raised.value.problems) == 50


def test_a_retriever_with_knowledge_of_its_own_may_know_the_label() -> None:
    assert not check("elsewhere", found=[hit("elsewhere", 0.5, knowledge="the web")])


def test_where_knowledge_is_too_large_to_be_read_nothing_is_said_to_be_missing() -> None:
    assert not check("elsewhere", ids=KnownIds({"faq": frozenset({"opening"})}, complete=False))


def test_large_knowledge_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "faq.csv").write_text("id,question,answer\nopening,When?,At 9.\n", encoding="utf-8")
    bot = tmp_path / "bot.yaml"
    bot.write_text(
        "version: 1\nknowledge: {faq: {path: faq.csv}}\npolicies: [{use: bm25, knowledge: faq}]\n", encoding="utf-8"
    )
    context = Builder(read_bot_file(bot)).context
    assert KnownIds.of(context, ["faq"]) == KnownIds({"faq": frozenset({"opening"})}, complete=True)
    assert KnownIds.of(context, ["faq"], largest=10) == KnownIds({}, complete=False)
