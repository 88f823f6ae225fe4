"""What the learned model says: of histories no story has, of messages nobody knows, of words nobody wrote."""

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core import ArtefactError
from dialog_core.training import Artefact
from dialog_rasa.dialogue.values import LISTEN, Dialogue
from dialog_rasa.prediction.contract import LearnedModel
from dialog_rasa.prediction.learned import load_learned
from dialog_rasa.tracker.state import Heard
from tests.plugins.dialog_rasa_training.bakery import FILES, after, served, story, train

BELIEVED = 0.3  # the usual core_threshold


class Bakery(NamedTuple):
    """A trained bot."""

    model: LearnedModel
    dialogue: Dialogue
    place: Path

    def says(self, *steps: str) -> tuple[str, float]:
        """Return what is likeliest after these, and how likely."""
        return self.model.probabilities(after(self.dialogue, steps))[0]


@pytest.fixture(scope="module")
def bakery(tmp_path_factory: pytest.TempPathFactory) -> Bakery:
    place, _, dialogue = train(tmp_path_factory.mktemp("bakery"))
    return Bakery(served(place), dialogue, place)


@pytest.fixture(scope="module")
def by_words(tmp_path_factory: pytest.TempPathFactory) -> Bakery:
    stories = FILES["stories.yaml"] + story(
        "words", ">want_cake", "utter_which_cake", '"I am allergic to sugar"', "utter_plain", "utter_anything_else"
    )
    place, _, dialogue = train(tmp_path_factory.mktemp("words"), {**FILES, "stories.yaml": stories})
    return Bakery(served(place), dialogue, place)


def test_what_a_message_means_decides_in_a_history_that_no_story_has(bakery: Bakery) -> None:
    assert bakery.says(">bye")[0] == "utter_bye"
    assert bakery.says(">hello", "utter_hello", ">hello")[0] == "utter_hello"
    assert bakery.says(">how_much", "utter_price", ">want_bread")[0] == "utter_which_bread"
    assert bakery.says(">want_cake", "utter_which_cake", ">how_much")[0] == "utter_price"


def test_what_was_asked_decides_what_yes_means(bakery: Bakery) -> None:
    assert bakery.says(">where", "utter_where", ">want_cake", "utter_which_cake", ">yes")[0] == "utter_with_icing"
    assert bakery.says(">where", "utter_where", ">want_cake", "utter_which_cake", ">no")[0] == "utter_plain"


def test_slots_decide_where_stories_differ_by_them(bakery: Bakery) -> None:
    asked = (">where", "utter_where", ">want_bread", "utter_which_bread")
    assert bakery.says(*asked, "sort=rye")[0] == "utter_rye"
    assert bakery.says(*asked, "sort=wheat")[0] == "utter_wheat"


@pytest.mark.parametrize("unknown", [">sing", ">nlu_fallback", ">never_declared"])
@pytest.mark.parametrize("history", [(), (">hello", "utter_hello"), (">want_cake", "utter_which_cake")])
def test_a_message_that_means_what_no_story_has_gets_no_answer_that_is_believed(
    bakery: Bakery, history: tuple[str, ...], unknown: str
) -> None:
    assert bakery.says(*history, unknown)[1] < BELIEVED


def test_after_an_action_it_knows_when_to_listen(bakery: Bakery) -> None:
    assert bakery.says(">where", "utter_where", ">yes", "utter_with_icing")[0] == "utter_anything_else"
    assert bakery.says(">where", "utter_where", ">yes", "utter_with_icing", "utter_anything_else")[0] == LISTEN


def test_words_of_a_story_are_understood_in_other_words_too(by_words: Bakery) -> None:
    asked = (">hello", "utter_hello", ">want_cake", "utter_which_cake")
    for words in ('"I am allergic to sugar"', '"sadly I am allergic to sugar"', '"allergic to sugar!"'):
        action, probability = by_words.says(*asked, words)
        assert (action, probability > BELIEVED) == ("utter_plain", True)


def test_of_its_intent_and_its_words_the_surer_one_says_what_a_message_leads_to(by_words: Bakery) -> None:
    asked = after(by_words.dialogue, [">want_cake", "utter_which_cake"])
    words = "you see I am allergic to sugar"

    def likeliest(sure: float) -> str:
        heard = Heard(text=words, intent="yes", probability=sure)
        return by_words.model.probabilities(asked.acted(LISTEN).heard(heard))[0][0]

    assert [likeliest(0.99), likeliest(0.4)] == ["utter_with_icing", "utter_plain"]


def test_quite_other_words_are_not_taken_for_those_of_a_story(by_words: Bakery) -> None:
    asked = (">want_cake", "utter_which_cake")
    for words in ('"what is the capital of France"', '"你好"', '"!?"'):
        assert by_words.says(*asked, words)[1] < BELIEVED
    assert by_words.says(*asked, ">yes")[0] == "utter_with_icing"


STEPS = st.sampled_from(
    (">hello", ">want_cake", ">yes", ">sing", '"allergic, so to speak"', "utter_hello", "utter_which_cake", "sort=rye")
)


@given(steps=st.lists(STEPS, min_size=1, max_size=12))
def test_whatever_has_happened_probabilities_are_in_order_and_add_up_to_one_at_most(
    by_words: Bakery, steps: list[str]
) -> None:
    ranked = by_words.model.probabilities(after(by_words.dialogue, steps))
    chances = [chance for _, chance in ranked]
    assert chances == sorted(chances, reverse=True)
    assert all(0 <= chance <= 1 for chance in chances)
    assert sum(chances) <= 1 + 1e-6
    assert len({action for action, _ in ranked}) == len(ranked)
    assert all(action for action, _ in ranked)


@pytest.mark.parametrize("name", ["next_action.json", "next_action.npz"])
@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"PK\x03\x04 no", b'{"actions": 3}'])
def test_damaged_files_are_told_of(bakery: Bakery, tmp_path: Path, name: str, content: bytes) -> None:
    for file in bakery.place.iterdir():
        (tmp_path / file.name).write_bytes(content if file.name == name else file.read_bytes())
    model = load_learned(Artefact.unpublished(tmp_path))
    with pytest.raises(ArtefactError):
        model.probabilities(after(bakery.dialogue, [">hello"]))


def test_files_that_do_not_belong_together_are_told_of(bakery: Bakery, by_words: Bakery, tmp_path: Path) -> None:
    for file in bakery.place.iterdir():
        other = by_words.place / file.name
        (tmp_path / file.name).write_bytes((other if file.suffix == ".npz" else file).read_bytes())
    with pytest.raises(ArtefactError, match="do not belong together"):
        load_learned(Artefact.unpublished(tmp_path)).probabilities(after(bakery.dialogue, [">hello"]))


def test_nothing_heavy_is_imported_before_it_is_asked() -> None:
    code = "import sys, dialog_rasa.prediction.learned; sys.exit('numpy' in sys.modules or 'sklearn' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
