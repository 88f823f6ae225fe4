"""`intents` with the light engine: what it says about messages it has not seen."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dialog_core import ArtefactError, Bot
from dialog_core.testing import make_turn, write_bot
from dialog_nlu.label_annotators import IntentsAnnotator
from tests.plugins.dialog_nlu.labelling import SHOP, serve, train

BOT = """
version: 1
annotators: [{use: intents}]
policies: [{use: rules, path: rules.yaml}]
training: [{component: intents, data: rules.yaml}]
"""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train(tmp_path_factory.mktemp("shop"), SHOP)[0]


@pytest.fixture(scope="module")
def intents(model: Path) -> IntentsAnnotator:
    return serve(model)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("could you cancel my order please", "cancel"),
        ("I would like my money back", "refund"),
        ("where is the parcel?", "track"),
        ("are you open on Saturday?", "hours"),
        ("GOOD MORNING!", "greet"),
        ("麻烦取消我的订单", "cancel"),
        ("请把钱退给我", "refund"),
        ("我的订单在哪里", "track"),
        ("周六几点开门", "hours"),
        ("您好啊", "greet"),
    ],
)
def test_what_is_said_in_other_words_is_understood(intents: IntentsAnnotator, text: str, label: str) -> None:
    found = intents.annotate(make_turn(text))
    assert (found["label"], list(found["labels"])) == (label, [label])


@pytest.mark.parametrize("text", ["xyzzy qwrt", "", "👍", "42", "量子力学的基本原理", "今天天气怎么样"])
def test_what_is_about_something_else_is_out_of_scope(intents: IntentsAnnotator, text: str) -> None:
    found = intents.annotate(make_turn(text))
    assert found["label"] is None
    assert list(found["labels"]) == []
    assert found["probability"] >= 0.5
    assert found["ranked"][0]["probability"] < 0.5


def test_labels_are_ranked_and_their_probabilities_leave_room_for_out_of_scope(model: Path) -> None:
    found = serve(model, ranked=100).annotate(make_turn("cancel my parcel"))
    chances = [label["probability"] for label in found["ranked"]]
    assert sorted(label["label"] for label in found["ranked"]) == ["cancel", "greet", "hours", "refund", "track"]
    assert chances == sorted(chances, reverse=True)
    assert 0.5 < sum(chances) < 1
    assert len(serve(model, ranked=2).annotate(make_turn("cancel my parcel"))["ranked"]) == 2


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("cancel it and give me the money back", ["cancel", "refund"]),
        ("Hello! Where is my parcel?", ["greet", "track"]),
        ("你好，我想取消订单，把钱退给我", ["greet", "cancel", "refund"]),
        ("cancel, cancel, cancel", ["cancel"]),
    ],
)
def test_a_message_may_say_several_things(intents: IntentsAnnotator, text: str, labels: list[str]) -> None:
    found = intents.annotate(make_turn(text))
    assert sorted(found["labels"]) == sorted(labels)
    assert found["label"] in labels


def test_several_labels_can_be_switched_off(model: Path) -> None:
    found = serve(model, several=False).annotate(make_turn("cancel it and give me the money back"))
    assert list(found["labels"]) == [found["label"]]


def test_how_sure_it_must_be_of_the_parts_of_a_message_can_be_said(model: Path) -> None:
    turn = make_turn("cancel it and give me the money back")
    assert len(serve(model, several_from=0.0).annotate(turn)["labels"]) == 2
    assert len(serve(model, several_from=1.0).annotate(turn)["labels"]) == 1


def test_the_threshold_can_be_moved_without_training(model: Path) -> None:
    turn = make_turn("今天天气怎么样")
    assert serve(model, threshold=1.0).annotate(turn)["label"] is not None
    assert serve(model, threshold=0.0).annotate(make_turn("cancel my order"))["label"] is None


@settings(deadline=None)  # the first message loads what it needs
@given(st.text())
@example("half a pair: \ud83d")
@example("\x00 \u202e שלום \U0010ffff")
def test_no_text_stops_it_and_probabilities_are_probabilities(intents: IntentsAnnotator, text: str) -> None:
    found = intents.label(text)
    assert 0 <= found["probability"] <= 1
    assert sum(label["probability"] for label in found["ranked"]) <= 1.0001
    json.dumps(found, allow_nan=False)


def test_of_a_megabyte_the_beginning_counts(intents: IntentsAnnotator) -> None:
    assert intents.label("cancel my order " + "x " * 500_000) == intents.label(
        "cancel my order " + "x " * 500_000 + "where is my parcel"
    )


def test_a_new_process_serves_it_with_numpy_alone(model: Path) -> None:
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from tests.plugins.dialog_nlu.served import served\n"
        "print(served(Path(sys.argv[1]), 'cancel my order'))\n"
        "print(sorted({'numpy', 'scipy', 'sklearn', 'torch', 'dialog_nlu_training'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(model)], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["cancel", "['numpy']"]


def test_it_is_not_read_before_it_is_needed(model: Path) -> None:
    program = (
        "import sys\n"
        "from tests.plugins.dialog_nlu.served import annotator\n"
        "annotator(sys.argv[1])\n"
        "print('numpy' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(model)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_without_training_it_says_so(tmp_path: Path) -> None:
    bot = write_bot(tmp_path, BOT, **{"rules.yaml": "rules: [{name: hi, when: hi, say: Hello.}]"})
    with pytest.raises(ArtefactError, match=r"'intents' is not trained\. Run: dialog-core train"):
        Bot.load(bot)
