from pathlib import Path

import pytest

from dialog_core import ArtefactError
from dialog_core.interfaces import Indexed
from dialog_core.testing import make_turn
from dialog_core.training import SilentProgress
from dialog_retrieval.dense.options import FaissOptions
from dialog_retrieval.dense.policy import FaissPolicy
from dialog_retrieval.knowledge import indexes
from dialog_retrieval.knowledge.store import EntryStore
from tests.plugins.dialog_retrieval.knowledge.parts import BOT, context_of, write_bot, write_faq

WORDS = ("tea", "milk", "sugar", "coffee", "bread", "butter", "cheese", "apples", "pears", "plums", "rice", "flour")


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    bot = write_bot(tmp_path / "shop", WORDS, BOT.replace("bm25", "faiss"))
    sync(bot)
    return bot


def sync(bot: Path) -> None:
    context = context_of(bot)
    with EntryStore.of(bot) as store:
        store.sync("faq", context.stream_knowledge("faq"), context.knowledge_origin("faq"))


def build(bot: Path, **options: object) -> str:
    assert isinstance(FaissPolicy, Indexed)
    wanted = FaissOptions(knowledge="faq", **options)
    return FaissPolicy.build_index(wanted, context_of(bot), SilentProgress(), force=False).status


def policy_of(bot: Path, **options: object) -> FaissPolicy:
    return FaissPolicy(FaissOptions(knowledge="faq", **options), context_of(bot))


def answers(policy: FaissPolicy, text: str) -> list[str]:
    return [hit.entry.answer for hit in policy.search(make_turn(text), 3)]


def test_an_entry_that_is_changed_added_or_removed_is_seen_without_a_new_index(bot: Path) -> None:
    assert build(bot) == "built"
    assert build(bot) == "current"
    policy = policy_of(bot)
    assert answers(policy, "what about milk")[0] == "About milk."
    write_faq(bot.parent, [word for word in WORDS if word != "tea"] + ["marmalade"], milk="Sold out.")
    sync(bot)
    assert answers(policy, "what about milk")[0] == "Sold out."
    assert "About milk." not in answers(policy, "what about milk")
    assert "About tea." not in answers(policy, "what about tea")
    assert build(bot) == "updated"
    assert answers(policy_of(bot), "what about milk")[0] == "Sold out."


def test_a_large_index_of_another_encoder_is_refused_with_what_to_do(
    bot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(bot)
    monkeypatch.setattr(indexes, "IN_MEMORY", 5)
    assert answers(policy_of(bot), "what about rice")[0] == "About rice."
    with pytest.raises(ArtefactError, match=r"made with another encoder.*dialog-core knowledge build"):
        policy_of(bot, encoder={"use": "lsa", "letters": 0})
    with pytest.raises(ArtefactError, match="made with another index"):
        policy_of(bot, index="hnsw")
    assert build(bot, encoder={"use": "lsa", "letters": 0}) == "built"
    assert answers(policy_of(bot, encoder={"use": "lsa", "letters": 0}), "rice")[0] == "About rice."
