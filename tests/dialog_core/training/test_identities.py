"""When a policy is no longer the one whose scores something was learnt from."""

from pathlib import Path

import pytest

from dialog_core import Builder, read_bot_file
from dialog_core.testing import write_bot
from dialog_core.training.identities import LENGTH, policy_fingerprints, trained_fingerprint
from tests.training_parts import BOT, WORDS, spec_of, train

FAQ = """
version: 1
knowledge: {faq: {path: faq.yaml}}
policies:
  - {name: rules, use: rules, path: rules.yaml}
  - {name: faq, use: bm25, knowledge: faq}
"""
FILES = {
    "faq.yaml": "entries: [{id: hours, questions: [When are you open?], answer: At nine.}]\n",
    "rules.yaml": "rules: [{name: hello, when: hello, say: Hello!}]\n",
}


def fingerprints(path: Path) -> dict[str, str]:
    spec = read_bot_file(path)
    return policy_fingerprints(spec, Builder(spec).context.models)


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_more_knowledge_and_other_rules_leave_scores_what_they_were(tmp_path: Path) -> None:
    bot = write_bot(tmp_path, FAQ, **FILES)
    before = fingerprints(bot)
    assert {len(value) for value in before.values()} == {LENGTH}
    (tmp_path / "faq.yaml").write_text("entries: [{id: way, questions: [Where?], answer: Here.}]\n")
    (tmp_path / "rules.yaml").write_text("rules: [{name: bye, when: bye, say: Bye!}]\n")
    assert fingerprints(bot) == before
    change(bot, "version: 1", "version: 1\nbot: {name: Ada}")
    assert fingerprints(bot) == before


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("path: rules.yaml", "path: other.yaml", {"rules"}),
        ("knowledge: faq}", "knowledge: faq, top_k: 4}", {"faq"}),
        ("name: faq, use: bm25", "name: faq, use: faiss", {"faq"}),
    ],
)
def test_other_options_make_another_policy_and_only_that_one(
    tmp_path: Path, old: str, new: str, changed: set[str]
) -> None:
    bot = write_bot(tmp_path, FAQ, **FILES, **{"other.yaml": FILES["rules.yaml"]})
    before = fingerprints(bot)
    change(bot, old, new)
    after = fingerprints(bot)
    assert {name for name in before if before[name] != after[name]} == changed


def test_where_the_bot_stands_makes_no_difference(tmp_path: Path) -> None:
    here = write_bot(tmp_path / "here", FAQ, **FILES)
    there = write_bot(tmp_path / "there", FAQ, **FILES)
    assert fingerprints(here) == fingerprints(there)


def test_a_policy_that_is_trained_anew_is_another_one(tmp_path: Path) -> None:
    bot = write_bot(tmp_path, BOT, **{"words.txt": WORDS})
    models = tmp_path / "models" / "bot"
    untrained = policy_fingerprints(spec_of(bot), models)
    assert trained_fingerprint(models, "echo") == ""
    train(bot)
    trained = policy_fingerprints(spec_of(bot), models)
    assert untrained["echo"] != trained["echo"]
    train(bot, force=True)
    assert policy_fingerprints(spec_of(bot), models) == trained  # from the same, the same
    change(bot, "prefix: Aha", "prefix: Oho")
    train(bot)
    assert policy_fingerprints(spec_of(bot), models)["echo"] != trained["echo"]


def test_an_artefact_that_cannot_be_read_has_no_fingerprint(tmp_path: Path) -> None:
    bot = write_bot(tmp_path, BOT, **{"words.txt": WORDS})
    train(bot)
    models = tmp_path / "models" / "bot"
    assert trained_fingerprint(models, "ranking")
    (models / "ranking" / "current.json").write_text("{}")
    assert trained_fingerprint(models, "ranking") == ""
