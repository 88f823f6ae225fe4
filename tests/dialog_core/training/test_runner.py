"""Training one component: what is done, what is not done twice, and what is left when it goes wrong."""

import errno
import json
import math
import os
from pathlib import Path

import pytest

from dialog_core import ArtefactError, Bot, PluginError, TrainingError
from dialog_core.configuration import ConfigurationError
from dialog_core.testing import write_bot
from dialog_core.training import Artefact, SilentProgress, TrainingRunner, plan
from dialog_core.training.component_directory import ComponentDirectory
from tests.training_parts import BOT, WORDS, plugins, spec_of, train


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    return write_bot(tmp_path, BOT, **{"words.txt": WORDS})


def place(bot: Path, name: str = "words") -> ComponentDirectory:
    return ComponentDirectory(bot.parent / "models" / bot.stem, name)


def left(bot: Path, name: str = "words") -> list[str]:
    return sorted(path.name for path in place(bot, name).path.iterdir())


def change(bot: Path, old: str, new: str) -> None:
    text = bot.read_text()
    assert old in text
    bot.write_text(text.replace(old, new))


def statuses(bot: Path, *only: str, force: bool = False, seed: int | None = None) -> dict[str, str]:
    return {name: outcome.status for name, outcome in train(bot, *only, force=force, seed=seed).items()}


def test_nothing_is_trained_twice(bot: Path) -> None:
    assert statuses(bot) == {"words": "trained", "echo": "trained", "ranking": "trained"}
    assert statuses(bot) == {"words": "current", "echo": "current", "ranking": "current"}


def test_a_change_retrains_what_builds_on_it_and_nothing_else(bot: Path) -> None:
    train(bot)
    change(bot, "prefix: Aha", "prefix: Oho")
    assert statuses(bot) == {"words": "current", "echo": "trained", "ranking": "trained"}

    (bot.parent / "words.txt").write_text("other words\n")
    assert statuses(bot) == {"words": "trained", "echo": "trained", "ranking": "trained"}


def test_only_one_is_trained(bot: Path) -> None:
    assert statuses(bot, "echo") == {"echo": "trained"}
    assert place(bot, "words").current() is None


def test_what_was_built_on_something_untrained_is_trained_again_once_that_is_there(bot: Path) -> None:
    train(bot, "echo")
    assert statuses(bot) == {"words": "trained", "echo": "trained", "ranking": "trained"}


def test_force_trains_though_nothing_has_changed_and_keeps_the_one_before(bot: Path) -> None:
    first = train(bot)["words"].artefact
    for _ in range(3):
        outcome = train(bot, "words", force=True)["words"]
        assert outcome.status == "trained"

    assert outcome.artefact.manifest.fingerprint == first.manifest.fingerprint
    assert outcome.artefact.manifest.before == {"words": 8.0}
    fingerprint = first.manifest.fingerprint
    assert left(bot) == [".lock", f"{fingerprint}-3", f"{fingerprint}-4", "current.json"]
    assert statuses(bot, "words") == {"words": "current"}


def test_going_back_takes_the_earlier_artefact_again(bot: Path) -> None:
    first = train(bot, "words")["words"].artefact.directory
    change(bot, "data: words.txt", "data: words.txt, scale: 2")
    train(bot, "words")
    change(bot, ", scale: 2", "")

    outcome = train(bot, "words")["words"]

    assert (outcome.status, outcome.artefact.directory) == ("restored", first)
    assert place(bot).current() == first


def test_the_current_and_the_previous_artefact_are_kept(bot: Path) -> None:
    made = []
    for scale in (2, 3, 4, 5):
        change(
            bot,
            "words.txt}" if scale == 2 else f"scale: {scale - 1}}}",
            f"words.txt, scale: {scale}}}" if scale == 2 else f"scale: {scale}}}",
        )
        made.append(train(bot, "words")["words"].artefact.directory.name)

    assert left(bot) == sorted([".lock", "current.json", *made[-2:]])


def test_a_seed_may_be_given(bot: Path) -> None:
    train(bot, "words")
    outcome = train(bot, "words", seed=7)["words"]
    assert (outcome.status, outcome.artefact.manifest.seed) == ("trained", 7)


@pytest.mark.parametrize(
    ("trouble", "error", "told"),
    [
        ("bug", TrainingError, "ValueError in the trainer 'counts' of the plugin 'training_parts': a bug"),
        ("memory", TrainingError, "memory ran out"),
        ("package", PluginError, "'counts' needs the package 'large', which is not .* pip install 'parts\\[large\\]'"),
        ("own part", TrainingError, "ModuleNotFoundError in the trainer 'counts'"),
        ("rubbish", PluginError, "the trainer 'counts' returned str, not a TrainingResult"),
    ],
)
def test_a_trainer_that_fails_changes_nothing(bot: Path, trouble: str, error: type[Exception], told: str) -> None:
    before = train(bot, "words")["words"].artefact.directory
    change(bot, "data: words.txt", f"data: words.txt, scale: 9, trouble: {trouble}")

    with pytest.raises(error, match=told):
        train(bot, "words")

    assert place(bot).current() == before
    (checkpoints,) = [name for name in left(bot) if name.startswith(".checkpoints-")]
    assert left(bot) == sorted([".lock", checkpoints, before.name, "current.json"])


def test_an_interruption_leaves_nothing_half_and_the_next_training_goes_on(bot: Path) -> None:
    change(bot, "data: words.txt", "data: words.txt, trouble: interrupt")
    with pytest.raises(KeyboardInterrupt):
        train(bot, "words")
    assert [name for name in left(bot) if not name.startswith((".lock", ".checkpoints-"))] == []

    change(bot, ", trouble: interrupt", "")
    outcome = train(bot, "words")["words"]

    assert outcome.artefact.manifest.details == {"resumed_at": 5}
    assert left(bot) == sorted([".lock", outcome.artefact.directory.name, "current.json"])


def test_checkpoints_of_another_recipe_are_not_gone_on_with(bot: Path) -> None:
    change(bot, "data: words.txt", "data: words.txt, trouble: bug")
    with pytest.raises(TrainingError):
        train(bot, "words")
    change(bot, ", trouble: bug", ", scale: 2")

    assert train(bot, "words")["words"].artefact.manifest.details == {"resumed_at": 0}


def test_what_a_killed_training_left_is_cleared_away(bot: Path) -> None:
    half = place(bot).path / ".training-1"
    half.mkdir(parents=True)
    (half / "half.json").write_text("half")

    train(bot, "words")

    assert not half.exists()


@pytest.mark.parametrize("moment", ["os.rename", "os.replace", "os.fsync"])
def test_a_full_disk_is_told_and_changes_nothing(bot: Path, moment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = train(bot, "words")["words"].artefact.directory
    change(bot, "data: words.txt", "data: words.txt, scale: 2")

    def full(*arguments: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "counts.json")

    with monkeypatch.context() as patched:
        patched.setattr(moment, full)
        with pytest.raises(TrainingError, match=r"counts.json: No space left on device.*Make room and run the same"):
            train(bot, "words")

    assert place(bot).current() == before
    assert not list(place(bot).path.glob(".training-*"))
    assert train(bot, "words")["words"].status == "trained"


def test_a_directory_that_cannot_be_written_is_told(bot: Path) -> None:
    (bot.parent / "models").write_text("a file")
    with pytest.raises(TrainingError, match=r"'words' could not be trained: .*models"):
        train(bot, "words")


def test_figures_and_findings_that_are_no_json_do_not_cost_the_training(bot: Path) -> None:
    change(bot, "data: words.txt", "data: words.txt, trouble: odd")

    manifest = Artefact.open(train(bot, "words")["words"].artefact.directory).manifest

    assert manifest.metrics == {"nan": None, "infinite": None}
    assert manifest.details["set"] == [1]
    assert manifest.details["deep"][0] is None
    assert not any(math.isnan(value) for value in manifest.before.values() if value)


def test_a_trainer_without_a_version_is_told_to_have_one(tmp_path: Path) -> None:
    bot = write_bot(tmp_path, "version: 1\npolicies: [unversioned]\ntraining: [{component: unversioned}]\n")
    with pytest.raises(PluginError, match="has no version"):
        train(bot)


def test_a_damaged_artefact_is_made_again(bot: Path) -> None:
    first = train(bot, "words")["words"].artefact
    first.path("counts.json").unlink()

    assert statuses(bot, "words") == {"words": "trained"}
    assert Artefact.open(place(bot).current() or Path()).load_json("counts.json")["rose"] == 3


def test_a_damaged_pointer_is_replaced(bot: Path) -> None:
    train(bot, "words")
    place(bot).pointer.write_text("nonsense")
    with pytest.raises(ArtefactError):
        place(bot).current()

    assert statuses(bot, "words") == {"words": "restored"}
    assert json.loads(place(bot).pointer.read_text())["previous"] is None


def test_the_data_must_be_readable(bot: Path) -> None:
    (bot.parent / "words.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(TrainingError, match="UnicodeDecodeError"):
        train(bot, "words")


def test_progress_is_told_to_whom_it_is_given(bot: Path) -> None:
    spec = spec_of(bot)
    progress = SilentProgress()
    TrainingRunner(spec).run(plan(spec, ["words"])[0], progress)
    assert progress.stages == ["counting", "saving"]


def test_a_bot_can_be_loaded_while_its_next_models_are_made(bot: Path) -> None:
    train(bot)
    change(bot, "prefix: Aha", "prefix: Oho")
    with Bot.load(bot, plugins=plugins()) as old:
        train(bot)
        with old.reload() as new:
            assert old.reply("a", conversation="1").text == "Aha {'words': {'a': 4}}"
            assert new.reply("a", conversation="2").text == "Oho {'words': {'a': 4}}"


@pytest.mark.parametrize("name", ["..", ".", "a/b", "../../x", "意图", "with space", "C:\\x", ".hidden", "a" * 300])
def test_a_component_may_be_called_anything(tmp_path: Path, name: str) -> None:
    text = "version: 1\npolicies: [{use: echoing, name: NAME}]\ntraining: [{component: NAME}]\n"
    bot = write_bot(tmp_path, text.replace("NAME", json.dumps(name, ensure_ascii=False)))

    train(bot)

    (made,) = (tmp_path / "models" / "bot").iterdir()
    assert (made / "current.json").exists()
    with Bot.load(bot, plugins=plugins()) as loaded:
        assert loaded.reply("a").text == "I see {}"


def test_what_is_wrong_with_a_bot_is_told_before_anything_is_trained(bot: Path) -> None:
    change(bot, "prefix: Aha", "prefx: Aha")
    with pytest.raises(ConfigurationError, match="Did you mean 'prefix'"):
        train(bot)
    assert not (bot.parent / "models").exists()
