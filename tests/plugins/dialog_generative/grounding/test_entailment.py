import asyncio
import itertools
import json
from pathlib import Path

import pytest

from dialog_core import Evidence, PluginError
from dialog_core.testing import make_context, make_turn
from dialog_generative.chat import Completion
from dialog_generative.errors import GenerationError
from dialog_generative.grounding.entailment import Entailment
from dialog_generative.grounding.grounder import Grounder
from dialog_generative.options import EntailmentOptions, GenerativeOptions

pytestmark = pytest.mark.slow

LABELS = ("contradiction", "entailment", "neutral")
THINGS = ("shoe", "hat")
COLOURS = ("red", "blue", "green")


def pairs() -> list[tuple[str, str, int]]:
    """Return a small world: what is said of a thing is entailed, denied, or about another thing."""
    made: list[tuple[str, str, int]] = []
    for thing, colour, other, its in itertools.product(THINGS, COLOURS, THINGS, COLOURS):
        label = "neutral" if thing != other else "entailment" if colour == its else "contradiction"
        made.append((f"The {thing} is {colour}.", f"The {other} is {its}.", LABELS.index(label)))
    return made


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Train a cross-encoder of a few thousand weights until it knows the small worlds by heart."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    torch.manual_seed(0)
    torch.set_num_threads(1)
    special = ("[PAD]", "[CLS]", "[SEP]", "[UNK]")
    words = (*special, "The", "is", ".", *THINGS, *COLOURS)
    vocabulary = {word: number for number, word in enumerate(words)}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 2), ("[CLS]", 1))
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="[PAD]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        unk_token="[UNK]",
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
    )
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=128,
        max_position_embeddings=32,
        id2label=dict(enumerate(LABELS)),
        label2id={label: number for number, label in enumerate(LABELS)},
        initializer_range=0.1,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    model = BertForSequenceClassification(config)
    examples = pairs()
    inputs = fast([a for a, _, _ in examples], [b for _, b, _ in examples], padding=True, return_tensors="pt")
    labels = torch.tensor([label for _, _, label in examples])
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3)
    for _ in range(400):
        output = model(**inputs, labels=labels)
        optimiser.zero_grad()
        output.loss.backward()
        optimiser.step()
        if output.loss.item() < 0.02:
            break
    assert output.loss.item() < 0.1
    target = tmp_path_factory.mktemp("nli")
    model.save_pretrained(target)
    fast.save_pretrained(target)
    return target


def judge(model: Path, reply: str, *evidence: str) -> float:
    return asyncio.run(Entailment(EntailmentOptions(model=str(model), device="cpu")).judge(reply, evidence))


def test_a_reply_is_grounded_where_some_evidence_entails_each_sentence(folder: Path) -> None:
    assert judge(folder, "The shoe is red.", "The hat is blue.", "The shoe is red.") > 0.8
    assert judge(folder, "The shoe is red.", "The hat is blue.", "The shoe is blue.") < 0.2
    half = judge(folder, "The shoe is red. The hat is green.", "The shoe is red.", "The hat is blue.")
    assert 0.35 < half < 0.65


def test_nothing_entails_nothing(folder: Path) -> None:
    assert judge(folder, "!!!", "The shoe is red.") == 0.0
    assert judge(folder, "The shoe is red.") == 0.0


def test_evidence_longer_than_the_model_reads_is_cut(folder: Path) -> None:
    assert judge(folder, "The shoe is red.", "The shoe is red. " * 100) >= 0.0


def test_the_order_of_the_labels_is_the_models_own(folder: Path, tmp_path: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    config["id2label"] = {"0": "ENTAILMENT", "1": "NEUTRAL", "2": "CONTRADICTION"}
    config["label2id"] = {"ENTAILMENT": 0, "NEUTRAL": 1, "CONTRADICTION": 2}
    other = copy(folder, tmp_path, config)
    assert judge(other, "The shoe is red.", "The shoe is blue.") > 0.8  # what it calls entailment now


def test_the_model_s_judgement_is_the_groundedness_and_shared_words_a_feature(folder: Path) -> None:
    options = GenerativeOptions(
        grounded_in="faq", answer_ungrounded=False, entailment={"model": str(folder), "device": "cpu"}
    )
    grounder = Grounder(options, make_context())
    said, evidence = Completion("The shoe is blue [1]."), (Evidence("The shoe is red."),)
    made = asyncio.run(grounder.candidate(make_turn("Which?"), said, evidence))
    assert made.features["overlap"] > 0.4
    assert made.features["groundedness"] == made.score < 0.2


def copy(folder: Path, target: Path, config: dict[str, object]) -> Path:
    for file in folder.iterdir():
        (target / file.name).write_bytes(file.read_bytes())
    (target / "config.json").write_text(json.dumps(config))
    return target


def test_a_model_for_something_else_is_refused_with_its_labels(folder: Path, tmp_path: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    config["id2label"], config["label2id"] = {"0": "bad", "1": "good", "2": "fair"}, {"bad": 0, "good": 1, "fair": 2}
    with pytest.raises(GenerationError, match=r"has no label `entailment`; its labels are bad, good, fair. Choose a"):
        judge(copy(folder, tmp_path, config), "The shoe is red.", "The shoe is red.")


def test_a_model_that_is_missing_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(GenerationError, match=r"cannot be read: .* Give the folder of a model for natural language"):
        judge(tmp_path / "nothing", "The shoe is red.", "The shoe is red.")


def test_weights_in_a_pickle_are_not_read(folder: Path, tmp_path: Path) -> None:
    import torch
    from safetensors.torch import load_file

    config = json.loads((folder / "config.json").read_text())
    target = copy(folder, tmp_path, config)
    torch.save(load_file(target / "model.safetensors"), target / "pytorch_model.bin")
    (target / "model.safetensors").unlink()
    with pytest.raises(GenerationError, match=r"cannot be read: .*model\.safetensors"):
        judge(target, "The shoe is red.", "The shoe is red.")


def test_a_gpu_that_is_not_there_is_told() -> None:
    import torch

    if torch.cuda.is_available():
        pytest.skip("there is a GPU here")
    with pytest.raises(GenerationError, match="`device: cuda` asks for a GPU") as caught:
        asyncio.run(Entailment(EntailmentOptions(model="x", device="cuda")).judge("Red shoes.", ["Red shoes."]))
    assert isinstance(caught.value.__cause__, PluginError)
