"""Reading what a model learns from: every kind of source, and nothing that teaches nothing."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from dialog_core import TrainingError
from dialog_core.configuration import ConfigurationError
from dialog_core.datasets import Dialogue, DialogueTurn
from dialog_core.testing import make_context, make_job, make_turn
from dialog_generative.local.options import TransformersOptions
from dialog_generative.memory.remembering import Recalled
from dialog_generative.prompting.writer import PromptWriter
from dialog_generative_training.material import Material, Preference
from dialog_generative_training.options import DataSource, LanguageModelTraining
from dialog_generative_training.reading import LONGEST, read_material, text_of
from dialog_generative_training.serving import as_told
from dialog_generative_training.splitting import split_given, split_material
from dialog_generative_training.trainer import LanguageModelTrainer
from tests.plugins.dialog_generative_training.talks import shop_talks, write_talks


def read(*files: Path, **source: object) -> Material:
    return read_material([DataSource(path=file, **source) for file in files], make_context())


def write_turns(file: Path, *dialogues: list[tuple[str, str]]) -> Path:
    rows = [{"turns": [{"role": role, "text": text} for role, text in turns]} for turns in dialogues]
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return file


def test_dialogues_knowledge_and_texts_are_all_learnt_from(tmp_path: Path) -> None:
    talks = write_talks(tmp_path / "talks.jsonl", shop_talks(3))
    faq = tmp_path / "faq.yaml"
    faq.write_text("- id: hours\n  questions: [When are you open?, Opening hours?]\n  answer: From ten to four.\n")
    prose = tmp_path / "prose.txt"
    prose.write_text("The first text\nhas two lines.\n\n\nThe second one.\n", encoding="utf-8")

    found = read(talks, faq, prose)
    assert [turn.text for turn in found.dialogues[3].turns] == ["When are you open?", "From ten to four."]
    assert [turn.text for turn in found.dialogues[4].turns] == ["Opening hours?", "From ten to four."]
    assert found.texts == ("The first text\nhas two lines.", "The second one.")
    assert not found.remarks


def test_passages_of_documents_are_texts(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<h1>Returns</h1><p>You may return what you bought within thirty days.</p>", encoding="utf-8")
    found = read(page, use="documents")
    assert not found.dialogues
    assert "within thirty days" in found.texts[0]


def test_what_teaches_nothing_is_left_out_and_counted(tmp_path: Path) -> None:
    good = [("user", "Hello"), ("bot", "Good day")]
    found = read(
        write_turns(
            tmp_path / "odd.jsonl",
            good,
            good,
            [("user", "Hello?"), ("bot", "  "), ("user", "Anybody?"), ("bot", "Yes, me")],
            [("user", "Nobody answers")],
            [("bot", "Nobody asks")],
            [("user", "x" * 400_000), ("bot", "That was long")],
        )
    )
    assert len(found.dialogues) == 3
    assert found.remarks == (
        "1 empty replies were left out.",
        "2 dialogues were skipped in which only one side says something.",
        f"1 messages were cut to {LONGEST:,} characters.",
        "1 dialogues or texts stand there more than once, and count once.",
    )


def test_where_nothing_is_left_it_says_what_was_found(tmp_path: Path) -> None:
    file = write_turns(tmp_path / "mute.jsonl", [("user", "Hello"), ("bot", "")], [("user", "Hello?")])
    with pytest.raises(TrainingError, match=r"mute\.jsonl: of 2 things read, none is left \(1 empty replies were left"):
        read(file)


def test_mistakes_in_a_file_are_named_with_their_line(tmp_path: Path) -> None:
    file = tmp_path / "broken.jsonl"
    file.write_text('{"turns": [{"role": "user", "text": "Hello"}]}\n{"turns": \n', encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"broken\.jsonl:2"):
        read(file)
    latin = tmp_path / "latin.txt"
    latin.write_bytes(b"fine\n\nnaive caf\xe9\n")
    with pytest.raises(ConfigurationError, match=r"latin\.txt:3.*is not UTF-8"):
        read(latin)


def test_a_model_is_told_first_what_it_is_told_when_it_serves() -> None:
    options = TransformersOptions(persona="You are a waiter.")
    talk, greeted = shop_talks(1)[0], Dialogue("g", (DialogueTurn("bot", "Welcome!"), *shop_talks(1)[0].turns))
    only_greeted = Dialogue("o", (DialogueTurn("bot", "Welcome!"), DialogueTurn("user", "Hello")))
    own = Dialogue("s", (DialogueTurn("system", "Be brief."), *talk.turns))
    material = Material(dialogues=(talk, greeted, only_greeted, own), preferences=(Preference(greeted, "yes", "no"),))
    found = as_told(material, options, make_context())

    served = PromptWriter(options, make_context()).write(make_turn("Hello"), (), Recalled())
    assert found.dialogues[0].turns == (DialogueTurn("system", served.system), *talk.turns)
    assert "You are a waiter." in served.system
    assert found.dialogues[1].turns[1:] == talk.turns
    assert "You began the conversation with: Welcome!" in found.dialogues[1].turns[0].text
    assert found.dialogues[2] == own
    assert len(found.dialogues) == 3
    assert found.remarks == ("1 dialogues were skipped in which the bot says nothing but the first words.",)
    assert found.preferences[0].dialogue.turns == found.dialogues[1].turns


def test_a_source_may_be_a_path_a_mapping_or_several(tmp_path: Path) -> None:
    file = write_talks(tmp_path / "talks.jsonl", shop_talks(1))
    for data in (str(file), {"path": str(file)}, [str(file), {"path": str(file), "use": "dialogues"}]):
        options = LanguageModelTraining.model_validate({"method": "scratch", "data": data})
        assert {source.path for source in options.data} == {file}


def test_which_part_a_dialogue_is_in_does_not_depend_on_the_others() -> None:
    talks = tuple(shop_talks(100))
    first = split_material(Material(dialogues=talks), 0.1, seed=1)
    assert len(first.validation.dialogues) == 10
    assert not {text_of(one) for one in first.train.dialogues} & {text_of(one) for one in first.validation.dialogues}

    def held(dialogues: Sequence[Dialogue], seed: int = 1) -> set[str]:
        return {one.id for one in split_material(Material(dialogues=tuple(dialogues)), 0.1, seed).validation.dialogues}

    assert held(talks[::-1]) == held(talks)
    assert held(talks, seed=2) != held(talks)
    kept = held(talks) & {one.id for one in talks[:90]}
    assert len(kept & held(talks[:90])) >= len(kept) - 1


def test_what_is_learnt_from_is_not_measured_on() -> None:
    talks = shop_talks(12)
    copies = [Dialogue(f"copy-{one.id}", one.turns) for one in talks[:3]]
    split = split_given(Material(dialogues=tuple(talks[:10])), Material(dialogues=(*copies, *talks[10:])))
    assert split.validation.dialogues == tuple(talks[10:])
    assert "3 of 5 dialogues or texts to measure on are learnt from too" in split.remarks[0]

    split = split_given(Material(dialogues=tuple(talks)), Material(dialogues=tuple(talks)))
    assert not split.validation.dialogues
    assert "Nothing is held out" in split.remarks[-1]


def test_preferences_about_one_dialogue_stay_together() -> None:
    talks = [Dialogue(one.id, one.turns[:1]) for one in shop_talks(10)]
    pairs = tuple(Preference(one, f"good {number}", "bad") for one in talks for number in range(3))
    split = split_material(Material(preferences=pairs), 0.2, seed=0)
    assert len(split.validation.preferences) == 6
    assert len({one.dialogue.id for one in split.validation.preferences}) == 2


def test_one_dialogue_alone_is_learnt_from() -> None:
    split = split_material(Material(dialogues=tuple(shop_talks(1))), 0.1, seed=0)
    assert len(split.train.dialogues) == 1
    assert not split.validation.dialogues


def shared(file: Path, *parts: str) -> Path:
    """Write dialogues as ShareGPT has them, one of each part."""
    said = [[{"from": "human", "value": f"Hello {part}"}, {"from": "gpt", "value": "Good day"}] for part in parts]
    rows = [{"id": part, "conversations": turns, "split": part} for part, turns in zip(parts, said, strict=True)]
    file.write_text(json.dumps(rows), encoding="utf-8")
    return file


def test_dialogues_in_another_format_are_recognized(tmp_path: Path) -> None:
    (dialogue,) = read(shared(tmp_path / "chats.json", "train")).dialogues
    assert [turn.text for turn in dialogue.turns] == ["Hello train", "Good day"]


def test_the_test_part_of_a_file_is_never_learnt_from(tmp_path: Path) -> None:
    file = shared(tmp_path / "chats.json", "train", "validation", "test")
    source = DataSource(path=file)
    with pytest.raises(ConfigurationError, match=r"train \(1\), validation \(1\), test \(1\)\. Say which is meant"):
        read_material([source], make_context())
    (dialogue,) = read_material([source], make_context(), split=["train"]).dialogues
    assert dialogue.id == "train"


def test_a_bot_learns_from_one_part_and_is_measured_on_another(tmp_path: Path) -> None:
    file = shared(tmp_path / "chats.json", "train", "validation", "test")
    options = LanguageModelTraining(
        method="scratch", data=str(file), split="train", validation_split="validation", device="cpu"
    )
    job = make_job(tmp_path, options, TransformersOptions())
    split = LanguageModelTrainer(options, make_context())._read(job)
    assert [dialogue.id for dialogue in split.train.dialogues] == ["train"]
    assert [dialogue.id for dialogue in split.validation.dialogues] == ["validation"]


def test_pairs_of_replies_have_no_parts(tmp_path: Path) -> None:
    options = LanguageModelTraining(method="dpo", split="train", device="cpu")
    job = make_job(tmp_path, options, TransformersOptions())
    with pytest.raises(TrainingError, match=r"leave out `split`"):
        LanguageModelTrainer(options, make_context())._read(job)


def test_a_data_set_with_a_licence_beside_it_is_not_taken_for_documents(tmp_path: Path) -> None:
    shared(tmp_path / "chats.json", "train")
    (tmp_path / "LICENSE.md").write_text("# Licence\n\nYou may use it as you like, at your own risk.\n")
    with pytest.raises(ConfigurationError, match=r"is a data set of the format 'sharegpt'.*`use: documents`"):
        read(tmp_path)
    assert len(read(tmp_path, use="sharegpt").dialogues) == 1
    assert "at your own risk" in read(tmp_path, use="documents").texts[0]
