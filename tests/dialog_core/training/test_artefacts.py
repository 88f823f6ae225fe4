"""An artefact, found and verified before anything of it is used."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from dialog_core import ArtefactError, Bot, Context
from dialog_core.bot_reader import read_bot_file
from dialog_core.testing import make_context, write_bot
from dialog_core.training import Artefact
from dialog_core.training.identities import policy_fingerprints
from dialog_core.training.manifest import FORMAT, Manifest
from tests.training_parts import BOT, WORDS, CountsAnnotator, CountsOptions, plugins, train


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    bot = write_bot(tmp_path / "shop", BOT, **{"words.txt": WORDS})
    train(bot)
    return bot


def load(bot: Path) -> str:
    with Bot.load(bot, plugins=plugins()) as loaded:
        return loaded.reply("a rose, a poem").text


def directory(bot: Path, name: str = "words") -> Path:
    place = bot.parent / "models" / bot.stem / name
    found = place / json.loads((place / "current.json").read_text())["artefact"]
    assert (found / "manifest.json").exists()
    return found


def touched(file: Path, data: bytes) -> None:
    """Change a file as something that goes wrong does: its time changes too."""
    file.write_bytes(data)
    os.utime(file, (1, 1))


def test_a_trained_bot_answers_with_what_it_learnt(bot: Path) -> None:
    assert load(bot) == "Aha {'words': {'a': 4, 'poem': 1}}"


def test_its_files_are_read_through_the_artefact(bot: Path) -> None:
    artefact = Artefact.open(directory(bot))

    assert artefact.names == ("counts.json", "more/words.txt")
    assert artefact.load_json("counts.json")["rose"] == 3
    assert artefact.path("more") == artefact.directory / "more"
    with pytest.raises(ArtefactError, match=r"has no file 'count.json'; it has counts.json, more/words.txt"):
        artefact.path("count.json")


def test_the_manifest_tells_what_was_trained_from_what(bot: Path) -> None:
    manifest = Artefact.open(directory(bot)).manifest

    assert (manifest.component, manifest.use, manifest.plugin) == ("words", "counts", "training_parts")
    assert manifest.inputs["training.data"].path == "words.txt"
    assert manifest.options["data"] == f"sha256:{manifest.inputs['training.data'].sha256}"
    assert (manifest.metrics, manifest.before) == ({"words": 8.0}, {"words": 0.0})
    assert manifest.remarks == ("counted 5 lines",)
    assert {"python", "dialog-core"} <= set(manifest.versions)
    ranking = Artefact.open(directory(bot, "ranking")).manifest
    assert ranking.builds_on == {
        "words": manifest.fingerprint,
        **policy_fingerprints(
            read_bot_file(bot, plugins=plugins()), bot.parent / "models" / "bot"
        ),  # trained or not: it is what they say
    }


def flip(path: Path) -> None:
    data = bytearray((path / "counts.json").read_bytes())
    data[5] ^= 1
    touched(path / "counts.json", bytes(data))


def truncate(path: Path) -> None:
    touched(path / "counts.json", b"{")


def truncate_manifest(path: Path) -> None:
    text = (path / "manifest.json").read_bytes()
    (path / "manifest.json").write_bytes(text[: len(text) // 2])


def rewrite(**facts: object) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        file = path / "manifest.json"
        file.write_text(Manifest.from_text(file.read_text()).model_copy(update=facts).to_text())

    return change


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (flip, "counts.json is damaged: its checksum is another"),
        (truncate, r"counts.json is damaged: it has 1 bytes, not \d+"),
        (lambda path: (path / "counts.json").unlink(), "counts.json is missing"),
        (truncate_manifest, "manifest.json is damaged: it is not JSON"),
        (lambda path: (path / "manifest.json").unlink(), "manifest.json cannot be read: No such file"),
        (lambda path: (path / "manifest.json").write_bytes(b"\xff\xfe"), "manifest.json is damaged: it is not UTF-8"),
        (lambda path: shutil.rmtree(path), "manifest.json cannot be read: No such file"),
        (lambda path: (path.parent / "current.json").write_text("{"), "current.json is damaged"),
        (lambda path: (path.parent / "current.json").write_text("[]"), "current.json is damaged"),
        (
            lambda path: (path.parent / "current.json").write_text('{"artefact": "../..", "previous": null}'),
            "current.json is damaged: it names no artefact",
        ),
        (rewrite(format=FORMAT + 1), "manifest.json was written by a newer version of dialog-core"),
        (rewrite(trainer_version=2), "was trained by version 2 of its trainer, not 1"),
        (rewrite(use="intents"), "was trained for 'intents', not 'counts'"),
    ],
)
def test_what_cannot_be_used_is_told_with_file_and_remedy(bot: Path, damage: Callable[[Path], None], told: str) -> None:
    damage(directory(bot))

    with pytest.raises(ArtefactError, match=told) as raised:
        load(bot)

    assert str(raised.value).endswith(f"Run: dialog-core train {bot} --only words")
    assert "models/bot/words" in str(raised.value)


def test_the_remedy_helps(bot: Path) -> None:
    before = load(bot)
    flip(directory(bot))

    assert train(bot, "words")["words"].status == "trained"
    assert load(bot) == before


@pytest.mark.parametrize(
    ("change", "options"),
    [("fold: false", "fold"), ("ignored: words.txt", "ignored"), ("encoder: {use: small}", "encoder")],
)
def test_an_artefact_trained_for_other_options_is_refused(bot: Path, change: str, options: str) -> None:
    bot.write_text(bot.read_text().replace("name: words", f"name: words, {change}"))

    with pytest.raises(ArtefactError, match=f"was trained with other options of 'words': {options}"):
        load(bot)


def test_a_file_that_options_name_is_looked_into_where_its_time_differs(bot: Path) -> None:
    ignored = bot.parent / "ignored.txt"
    ignored.write_text("the\n")
    bot.write_text(bot.read_text().replace("name: words", "name: words, ignored: ignored.txt"))
    train(bot)

    os.utime(ignored, (1, 1))
    assert load(bot)

    ignored.write_text("a\n")
    with pytest.raises(ArtefactError, match=r"other options of 'words': ignored \(what the files say has changed\)"):
        load(bot)


def test_options_for_serving_only_may_change(bot: Path) -> None:
    bot.write_text(bot.read_text().replace("name: words", "name: words, top: 1, timeout: 2s"))
    assert load(bot) == "Aha {'words': {'a': 4}}"


def test_a_copied_bot_works_and_is_still_verified(bot: Path, tmp_path: Path) -> None:
    shutil.copytree(bot.parent, tmp_path / "copy", copy_function=shutil.copyfile)
    copy = tmp_path / "copy" / bot.name
    (tmp_path / "copy" / "words.txt").unlink()

    assert load(copy) == load(bot)

    flip(directory(copy))
    with pytest.raises(ArtefactError, match="its checksum is another"):
        load(copy)


def test_all_untrained_components_are_named_at_once(bot: Path) -> None:
    shutil.rmtree(bot.parent / "models")

    with pytest.raises(ArtefactError) as raised:
        Bot.load(bot, plugins=plugins())

    assert str(raised.value) == (
        f"these components are not trained: echo, words, ranking. Run: dialog-core train {bot}"
    )


def test_missing_and_damaged_ones_are_told_together(bot: Path) -> None:
    flip(directory(bot))
    shutil.rmtree(bot.parent / "models" / "bot" / "echo")

    with pytest.raises(ArtefactError) as raised:
        Bot.load(bot, plugins=plugins())

    assert str(raised.value).startswith("these components are not trained: echo. ")
    assert "counts.json is damaged" in str(raised.value)
    assert str(raised.value).endswith(f"Run: dialog-core train {bot}")


def test_a_component_without_a_training_entry_is_told_to_have_one(tmp_path: Path) -> None:
    bot = write_bot(tmp_path, "version: 1\npolicies: [echoing]\n")

    with pytest.raises(ArtefactError, match=r"Add `- \{component: echoing, ...\}` under `training:` in .*bot.yaml"):
        Bot.load(bot, plugins=plugins())


def test_a_mistake_in_a_file_does_not_hide_what_is_not_trained(tmp_path: Path) -> None:
    bot = write_bot(tmp_path, "version: 1\npolicies: [echoing, {use: echoing, name: b, knowledge: k}]\nknowledge: {}\n")
    with pytest.raises(Exception, match="there is no knowledge 'k'"):
        Bot.load(bot, plugins=plugins())


def test_what_was_trained_is_watched(bot: Path) -> None:
    with Bot.load(bot, plugins=plugins()) as loaded:
        assert bot.parent / "models" / "bot" / "words" / "current.json" in loaded.files


def test_a_component_alone_is_given_a_directory_as_its_trainer_leaves_it(tmp_path: Path) -> None:
    (tmp_path / "counts.json").write_text('{"hello": 2}')

    annotator = CountsAnnotator(CountsOptions(), make_context(artefact=tmp_path))

    assert annotator.counts == {"hello": 2}


def test_a_component_alone_is_given_an_artefact(bot: Path, tmp_path: Path) -> None:
    published = make_context(artefact=directory(bot)).artefact()
    made = Artefact.unpublished(directory(bot), details={"threshold": 0.5})

    assert published.manifest.use == "counts"
    assert make_context(artefact=made).artefact().manifest.details == {"threshold": 0.5}
    assert Context(artefact=made).named("part").artefact() is made


def test_a_context_without_one_says_how_to_give_one() -> None:
    with pytest.raises(LookupError, match="make_context"):
        make_context().artefact()
