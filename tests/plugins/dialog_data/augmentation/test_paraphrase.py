"""Other words by a language model behind an endpoint."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dialog_core import Context, DialogError
from dialog_core.configuration import ConfigurationError
from dialog_core.datasets import Dialogue, DialogueTurn, EntitySpan, KnowledgeEntry, LabelledText
from dialog_core.testing import Fails, Says, ScriptedEndpoint

PARCEL = LabelledText("where is my parcel", "track")
FLIGHT = LabelledText("fly to Berlin", "book", {}, (EntitySpan(7, 13, "city"),))


def asked(body: Any) -> str:
    return str(body["messages"][-1]["content"])


def answers(body: Any) -> Says:
    """Say what a model would that was asked for other words."""
    prompt = asked(body)
    said = {
        "where is my parcel": '"When will my package arrive?"',
        "fly to Berlin": "take me to the German capital" if "capital" in prompt else "a flight to Berlin, please",
        "hello": "hi there",
    }
    return Says(next((words for text, words in said.items() if text in prompt), "I do not know"))


@pytest.fixture
def endpoint() -> Iterator[ScriptedEndpoint]:
    with ScriptedEndpoint(answers) as running:
        yield running


def paraphrase(tmp_path: Path, url: str, **options: Any) -> Any:
    bot = tmp_path / "model.yaml"
    bot.write_text(
        f"version: 1\npolicies:\n  - {{name: llm, use: openai, base_url: '{url}', model: any}}\n", encoding="utf-8"
    )
    return Context(name="augment").create("augmenter", {"use": "paraphrase", "bot": str(bot), **options})


def test_a_text_is_said_in_the_models_words_without_its_quotation_marks(
    tmp_path: Path, endpoint: ScriptedEndpoint
) -> None:
    augmenter = paraphrase(tmp_path, endpoint.url)
    assert augmenter.augment(PARCEL, 1) == [LabelledText("When will my package arrive?", "track")]
    augmenter.close()


def test_the_same_words_twice_are_one_variant(tmp_path: Path, endpoint: ScriptedEndpoint) -> None:
    augmenter = paraphrase(tmp_path, endpoint.url)
    assert len(augmenter.augment(PARCEL, 3)) == 1
    augmenter.close()


def test_entities_are_marked_where_they_stand_now_and_a_wording_that_loses_one_is_not_taken(
    tmp_path: Path, endpoint: ScriptedEndpoint
) -> None:
    augmenter = paraphrase(tmp_path, endpoint.url)
    (variant,) = augmenter.augment(FLIGHT, 1)
    assert variant == LabelledText("a flight to Berlin, please", "book", {}, (EntitySpan(12, 18, "city"),))
    augmenter.close()
    augmenter = paraphrase(tmp_path, endpoint.url, prompt="Name the capital instead: {{ text }}")
    assert augmenter.augment(FLIGHT, 1) == []
    augmenter.close()


def test_what_the_bot_says_is_not_put_in_other_words(tmp_path: Path, endpoint: ScriptedEndpoint) -> None:
    augmenter = paraphrase(tmp_path, endpoint.url)
    talk = Dialogue("1", (DialogueTurn("user", "hello"), DialogueTurn("bot", "hello, what can I do")))
    (varied,) = augmenter.augment(talk, 1)
    assert [turn.text for turn in varied.turns] == ["hi there", "hello, what can I do"]
    (entry,) = augmenter.augment(KnowledgeEntry("k", ("where is my parcel",), "Nearby."), 1)
    assert (entry.questions, entry.answer) == (("When will my package arrive?",), "Nearby.")
    augmenter.close()


def test_a_model_that_fails_says_so(tmp_path: Path) -> None:
    with ScriptedEndpoint(Fails(500)) as endpoint:
        augmenter = paraphrase(tmp_path, endpoint.url, timeout="10s")
        with pytest.raises(DialogError, match=r"the policy 'llm' of .*model\.yaml found no other words for 'where"):
            augmenter.augment(PARCEL, 1)
        augmenter.close()


def test_a_bot_without_a_language_model_and_a_wrong_name_are_told(tmp_path: Path) -> None:
    bot = tmp_path / "bot.yaml"
    (tmp_path / "rules.yaml").write_text("rules: [{name: hi, when: [hi], say: hello}]\n", encoding="utf-8")
    bot.write_text("version: 1\npolicies: [{name: rules, use: rules, path: rules.yaml}]\n", encoding="utf-8")
    create = Context(name="augment").create
    with pytest.raises(ConfigurationError, match="none of its policies is one"):
        create("augmenter", {"use": "paraphrase", "bot": str(bot)}).augment(PARCEL, 1)
    with pytest.raises(ConfigurationError, match=r"there is no policy 'rulse'\. Did you mean 'rules'"):
        create("augmenter", {"use": "paraphrase", "bot": str(bot), "policy": "rulse"}).augment(PARCEL, 1)


def test_a_prompt_that_is_no_template_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="the prompt of `paraphrase` is no template"):
        paraphrase(tmp_path, "http://127.0.0.1:9/v1", prompt="{{ text")
