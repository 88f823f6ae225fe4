"""A hybrid in bots: written in bot files, with flows that fill the slots it filters by."""

from pathlib import Path
from typing import Any

import pytest

from dialog_core import Bot, Builder, read_bot_file
from dialog_core.bot_schema import bot_schema
from dialog_core.configuration import ConfigurationError
from dialog_core.plugins import PluginSet
from dialog_core.testing import write_bot
from dialog_core.training.options_json import OptionsDescriber

FAQ = """
    - {id: x200_reset, question: How do I reset it?, answer: Hold the red button., metadata: {product: X200}}
    - {id: x300_reset, question: How do I reset it?, answer: Hold both buttons., metadata: {product: X300}}
    - {id: hours, question: When are you open?, answer: From nine to six.}
"""
FLOWS = """
    slots:
      product: {ask: "Which product do you have?"}
    flows:
      choose:
        start: {when: ["i have a phone"]}
        steps:
          - collect: product
          - say: "Thank you, you have the {{ slots.product }}."
"""
BOT = """
    version: 1
    knowledge: {faq: {path: faq.yaml}}
    policies:
      - {name: flows, use: flows, path: flows.yaml}
      - name: faq
        use: hybrid
        knowledge: faq
        filters: {product: product}
    fallback: Nobody knows.
"""


def problems_of(directory: Path, retrievers: str, **files: str) -> list[str]:
    """Return what `dialog-core check` says of a bot with these retrievers."""
    text = f"""
    version: 1
    knowledge: {{faq: {{path: faq.yaml}}}}
    policies:
      - use: hybrid
        knowledge: faq
        retrievers:
{retrievers}
    """
    path = write_bot(directory, text, **{"faq.yaml": FAQ, **files})
    try:
        found = Builder(read_bot_file(path)).check()
    except ConfigurationError as error:
        found = list(error.problems)
    return [str(problem).replace(f"{directory}/", "") for problem in found]


def test_only_entries_for_the_product_the_user_has_are_found(tmp_path: Path) -> None:
    with Bot.load(write_bot(tmp_path, BOT, **{"faq.yaml": FAQ, "flows.yaml": FLOWS})) as bot:
        for product, answer in (("X200", "Hold the red button."), ("X300", "Hold both buttons.")):
            assert bot.reply("I have a phone", conversation=product).text == "Which product do you have?"
            assert bot.reply(product, conversation=product).text == f"Thank you, you have the {product}."
            reply = bot.reply("How do I reset it?", conversation=product)
            assert reply.text == answer
            assert len(reply.trace["candidates"]) == 1  # type: ignore[index]
            assert bot.reply("when are you open?", conversation=product).text == "From nine to six."
        found = bot.search("how do I reset it?", "faq")
        assert [hit.entry.id for hit in found][:2] == ["x200_reset", "x300_reset"]  # nobody has said which


def test_the_parts_of_a_hybrid_can_be_asked_alone(tmp_path: Path) -> None:
    with Bot.load(write_bot(tmp_path, BOT, **{"faq.yaml": FAQ, "flows.yaml": FLOWS})) as bot:
        assert list(bot.retrievers) == ["faq", "faq.bm25", "faq.faiss"]
        assert bot.search("opening times: when are you open", "faq.bm25")[0].entry.id == "hours"


def test_a_mistake_in_a_part_is_shown_where_it_stands(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, "          - bm25\n          - {use: bm25, analyzr: auto}")
    assert problem.startswith("bot.yaml:8:21: policies[0].retrievers[1].analyzr: unknown key")
    assert "analyzer" in problem
    (problem,) = problems_of(tmp_path, "          - {use: bm52}")
    assert problem.startswith("bot.yaml:7:15: policies[0].retrievers[0].use: there is no policy named 'bm52'")
    (problem,) = problems_of(tmp_path, "          - {use: bm25, knowledge: fax}")
    assert problem.startswith("bot.yaml:7:32: policies[0].retrievers[0].knowledge: there is no knowledge 'fax'")
    (problem,) = problems_of(tmp_path, "          - {k1: 1}")
    assert "policies[0].retrievers[0]: does not say which policy it is" in problem
    (problem,) = problems_of(tmp_path, "          - {use: hybrid, retrievers: [{use: bm25, b: 9}]}")
    assert problem.startswith("bot.yaml:7:51: policies[0].retrievers[0].retrievers[0].b: ")


def test_a_policy_that_does_not_search_is_refused_by_check_and_by_load(tmp_path: Path) -> None:
    retrievers = "          - bm25\n          - {use: rules, path: rules.yaml}"
    (problem,) = problems_of(tmp_path, retrievers, **{"rules.yaml": "rules: [{name: hi, when: hi, say: hello}]\n"})
    assert problem.startswith("bot.yaml: policy 'hybrid': retrievers[1]: the policy 'rules' does not search knowledge")
    with pytest.raises(ConfigurationError, match="'rules' does not search knowledge"):
        Bot.load(tmp_path / "bot.yaml")


def test_what_is_wrong_with_a_parts_knowledge_is_told(tmp_path: Path) -> None:
    (problem,) = problems_of(
        tmp_path, "          - bm25", **{"faq.yaml": "- {id: smile, question: '?!', answer: '...'}\n"}
    )
    assert "the entry 'smile' of the knowledge 'faq' can never be found" in problem
    assert problem.startswith("bot.yaml:7:9: policies[0].retrievers[0].knowledge: ")


def test_the_json_schema_shows_the_options_of_parts() -> None:
    schema = bot_schema(PluginSet.load().registry)
    hybrid: dict[str, Any] = schema["$defs"]["policy_hybrid"]["properties"]["retrievers"]
    assert {"$ref": "#/$defs/policy_bm25_as_part"} in hybrid["items"]["anyOf"]
    part = schema["$defs"]["policy_bm25_as_part"]
    assert "k1" in part["properties"]
    assert part["required"] == ["use"]  # the knowledge is the hybrid's
    assert "breaker" not in part["properties"]


def test_a_part_is_described_by_its_options_and_the_files_they_name(tmp_path: Path) -> None:
    model = tmp_path / "model"
    model.mkdir()
    (model / "modules.json").write_text("[]", encoding="utf-8")
    text = """
    version: 1
    knowledge: {faq: {path: faq.yaml}}
    policies:
      - use: hybrid
        knowledge: faq
        retrievers: [bm25, {use: faiss, encoder: {use: sentence-transformers, model: model}}]
    """
    spec = read_bot_file(write_bot(tmp_path, text, **{"faq.yaml": FAQ}))
    describer = OptionsDescriber(spec.plugins.registry, tmp_path)
    (policy,) = spec.policies
    first, second = describer.describe(policy.registration, policy.options, "hybrid")["retrievers"]
    assert (first["use"], first["knowledge"], first["k1"]) == ("bm25", ["faq"], 1.5)
    assert second["encoder"]["use"] == "sentence-transformers"
    assert second["encoder"]["model"].startswith("sha256:")
    assert list(describer.inputs) == ["hybrid.retrievers[1].encoder.model"]
