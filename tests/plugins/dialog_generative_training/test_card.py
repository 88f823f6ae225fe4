"""The card of a model: hubs can read it, people find in it what they need, nothing in it is more than text."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from dialog_generative_training.card import CardFacts, DataFact, describe_source, render_card, write_card

FACTS = CardFacts(
    bot="Aria",
    component="llm",
    method="lora",
    language="en-GB",
    license="CC BY 4.0",
    base="example/small-model",
    parameters=1_234_567,
    data=(DataFact("dialogues.jsonl", "1,200 dialogues", "ab" * 32),),
    settings={"learning_rate": 2e-4, "lora": {"rank": 16}},
    metrics={"perplexity": 12.5, "bleu": 7.25},
    before={"perplexity": 80.0},
    remarks=("Stopped after 200 of 400 steps.",),
    adapter=True,
)


def test_a_hub_can_read_it(tmp_path: Path) -> None:
    hub = pytest.importorskip("huggingface_hub")
    card = hub.ModelCard.load(write_card(tmp_path, FACTS))
    data = card.data
    assert (data.license, data.language, data.base_model) == ("cc-by-4.0", ["en"], "example/small-model")
    assert (data.library_name, data.pipeline_tag) == ("peft", "text-generation")
    assert data.tags == ["dialogue", "dialog-core", "lora"]
    assert {(result.metric_type, result.metric_value) for result in data.eval_results} == {
        ("perplexity", 12.5),
        ("bleu", 7.25),
    }
    # Read and written again it says the same.
    assert yaml.safe_load(data.to_yaml())["license"] == "cc-by-4.0"


def test_a_reader_finds_data_figures_limits_and_how_to_use_it() -> None:
    text = render_card(FACTS)
    assert "| dialogues.jsonl | 1,200 dialogues |" in text.replace("\\", "")
    assert f"`{'ab' * 32}`" in text
    assert "| perplexity | 80 | 12.5 |" in text
    assert "| bleu | - | 7.25 |" in text
    assert "1,234,567 weights" in text
    assert "needs its base beside it: `example/small-model`" in text
    block = text.partition("```yaml\n")[2].partition("```")[0]
    assert yaml.safe_load(block)["policies"] == [{"name": "llm", "use": "transformers", "model": "path/to/this/model"}]


def test_a_licence_nobody_told_is_said_not_to_be_known() -> None:
    text = render_card(replace(FACTS, license=" "))
    assert yaml.safe_load(text.split("---")[1])["license"] == "unknown"
    assert "**The licence of what it learnt from is not known.**" in text


def test_a_licence_hubs_do_not_know_is_named() -> None:
    front = yaml.safe_load(render_card(replace(FACTS, license="Our own: ask Ann")).split("---")[1])
    assert (front["license"], front["license_name"]) == ("other", "Our own: ask Ann")


def test_texts_of_others_are_text_and_nothing_else(tmp_path: Path) -> None:
    nasty = "x\n---\nlicense: mit\n# heading\n[click](http://evil) <script>|`|\x1b[31m\u202e ```yaml"
    facts = replace(
        FACTS,
        bot=nasty,
        component=nasty,
        license=nasty,
        base=f"/home/somebody/{nasty}",
        language=nasty,
        data=(DataFact(nasty, nasty, nasty),),
        settings={nasty: nasty},
        remarks=(nasty,),
        limitations=(nasty,),
    )
    text = render_card(facts)
    _, front, body = text.split("---\n", 2)
    assert yaml.safe_load(front)["license"] == "other"
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert not any(line.startswith("# heading") for line in text.splitlines())
    assert "<script>" not in _without_code(body)
    assert "](http" not in _without_code(body)
    assert "/home/somebody" not in text
    block = body.rpartition("```yaml\npolicies")[2].partition("\n```")[0]
    assert "http://evil" in yaml.safe_load(f"policies{block}")["policies"][0]["name"]


def test_a_folder_on_somebodys_disk_is_no_base_model_of_a_hub(tmp_path: Path) -> None:
    text = render_card(replace(FACTS, base=str(tmp_path / "my-model")))
    assert "base_model" not in text
    assert str(tmp_path) not in text
    assert "`my-model`" in text


def test_figures_that_are_no_numbers_stay_out_of_what_hubs_read() -> None:
    text = render_card(replace(FACTS, metrics={"perplexity": float("nan"), "bleu": 1.0}))
    assert yaml.safe_load(text.split("---")[1])["metrics"] == ["bleu"]
    assert "| perplexity | 80 | nan |" in text


def test_sources_are_told_with_their_checksums(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(b"{}\n")
    assert describe_source(file, "1 dialogue") == DataFact("a.jsonl", "1 dialogue", hashlib.sha256(b"{}\n").hexdigest())
    folder = tmp_path / "many"
    folder.mkdir()
    (folder / "a").write_bytes(b"1")
    before = describe_source(folder).sha256
    (folder / "a").rename(folder / "b")
    assert describe_source(folder).sha256 != before


def _without_code(text: str) -> str:
    """Return markdown without what is code in it: there nothing means anything."""
    import re

    text = re.sub(r"(?s)\n```yaml\n.*?\n```", "", text)
    return re.sub(r"(`+) .*? \1(?!`)|`[^`\n]*`", "", text)
