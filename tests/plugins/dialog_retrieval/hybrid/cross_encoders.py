"""Small cross-encoders to be built in a test: BERT of two layers whose vocabulary are the words it is given."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

WORD = re.compile(r"\w+|[^\w\s]")


def tiny_cross_encoder(texts: Iterable[str], max_length: int = 48) -> Any:
    """Return a cross-encoder with random weights that knows the words of some texts."""
    import torch
    from sentence_transformers import CrossEncoder
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    torch.manual_seed(1)
    words = sorted({word for text in texts for word in WORD.findall(text.lower())})
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    vocabulary = {word: number for number, word in enumerate([*special, *words])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", vocabulary["[CLS]"]), ("[SEP]", vocabulary["[SEP]"])],
    )
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=128,
        max_position_embeddings=max_length,
        num_labels=1,
    )
    model = BertForSequenceClassification(config)
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        model_max_length=max_length,
    )
    return model, fast, CrossEncoder


def save_cross_encoder(directory: Path, texts: Iterable[str]) -> Path:
    """Write such a model into a directory and return it."""
    model, tokenizer, _ = tiny_cross_encoder(texts)
    model.save_pretrained(directory)
    tokenizer.save_pretrained(directory)
    return directory
