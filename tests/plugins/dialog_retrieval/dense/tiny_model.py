"""A sentence encoder of a few hundred kilobytes: a real BERT whose weights are random."""

import json
import re
from collections.abc import Iterable
from pathlib import Path

TYPES = ("Transformer", "Pooling", "Normalize")


def make_model(directory: Path, texts: Iterable[str], size: int = 32) -> Path:
    """Make a model of sentence-transformers that knows the words of some texts."""
    import torch
    from transformers import BertConfig, BertModel, BertTokenizerFast

    directory.mkdir(parents=True)
    words = sorted({word for text in texts for word in re.findall(r"\w+", text.lower())})
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *words]
    (directory / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    BertTokenizerFast(vocab=str(directory / "vocab.txt"), model_max_length=32).save_pretrained(directory)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=size,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=2 * size,
        max_position_embeddings=32,
    )
    with torch.random.fork_rng():
        torch.manual_seed(7)
        BertModel(config).save_pretrained(directory)
    modules = [
        {
            "idx": number,
            "name": str(number),
            "path": f"{number}_{name}" if number else "",
            "type": f"sentence_transformers.models.{name}",
        }
        for number, name in enumerate(TYPES)
    ]
    (directory / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    (directory / "sentence_bert_config.json").write_text('{"max_seq_length": 32}', encoding="utf-8")
    for number, name in enumerate(TYPES[1:], 1):
        (directory / f"{number}_{name}").mkdir()
    pooling = {"word_embedding_dimension": size, "pooling_mode_mean_tokens": True, "pooling_mode_cls_token": False}
    (directory / "1_Pooling" / "config.json").write_text(json.dumps(pooling), encoding="utf-8")
    return directory
