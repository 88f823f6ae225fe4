from pathlib import Path

import pytest

from dialog_core import Context, read_bot_file
from dialog_evaluation.report.encoders import encoder_of
from dialog_evaluation.report.making import make_report
from tests.plugins.dialog_evaluation.report.runs import answers, dialogues, info, mixed

FAQ = "entries:\n  - {id: a, questions: [hello], answer: Hello!}\n"


def bot(tmp_path: Path, policies: str) -> Path:
    (tmp_path / "faq.yaml").write_text(FAQ, encoding="utf-8")
    file = tmp_path / "bot.yaml"
    file.write_text(
        f"version: 1\nbot: {{name: Aria}}\nknowledge: {{faq: {{path: faq.yaml}}}}\npolicies:\n{policies}",
        encoding="utf-8",
    )
    return file


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        ("  - {name: faq, use: bm25, knowledge: faq}\n", "lsa"),
        ("  - {name: faq, use: faiss, knowledge: faq, encoder: {use: lsa, dimensions: 20}}\n", "lsa"),
    ],
)
def test_a_bot_without_a_sentence_encoder_is_measured_with_one_that_learns(
    tmp_path: Path, policies: str, expected: str
) -> None:
    assert encoder_of(read_bot_file(bot(tmp_path, policies), training=False)) == expected


def test_the_bots_own_sentence_encoder_is_taken(tmp_path: Path) -> None:
    model = tmp_path / "model"
    model.mkdir()
    (model / "config.json").write_text("{}", encoding="utf-8")
    policies = (
        "  - {name: words, use: bm25, knowledge: faq}\n"
        "  - {name: faq, use: faiss, knowledge: faq, encoder: {use: sentence-transformers, model: ./model}}\n"
    )
    found = encoder_of(read_bot_file(bot(tmp_path, policies), training=False))
    assert found["use"] == "sentence-transformers"


def test_the_encoder_that_was_taken_is_named() -> None:
    held = dialogues()
    encoder = {"use": "lsa", "dimensions": 4}
    told = make_report(info(), answers(held, mixed), held, None, Context(name="evaluation"), encoder=encoder)
    assert told.methods["embedding_similarity"] == "cosine of vectors by lsa, fitted on the replies people gave"
    assert 0 < (told.bot.value("embedding_similarity") or 0) < 1
