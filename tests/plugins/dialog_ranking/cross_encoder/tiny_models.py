"""Small models to be built in a test: BERT of two layers whose vocabulary are the words it is given."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

WORD = re.compile(r"\w+|[^\w\s]")
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")


def save_tiny_model(
    directory: Path, texts: Iterable[str], *, figures: int = 1, headless: bool = False, places: int = 64
) -> Path:
    """Write a model with random weights into a directory and return it.

    Args:
        directory: Where.
        texts: Whose words it knows.
        figures: How many figures it gives for a pair.
        headless: Whether it is an encoder, which gives none.
        places: How many tokens it can read.
    """
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertModel

    torch.manual_seed(1)
    tokenizer = tiny_tokenizer(texts, places)
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=128,
        max_position_embeddings=places,
        num_labels=figures,
    )
    model = BertModel(config) if headless else BertForSequenceClassification(config)
    model.save_pretrained(directory)
    tokenizer.save_pretrained(directory)
    return directory


def tiny_tokenizer(texts: Iterable[str], places: int = 64) -> Any:
    """Return a tokenizer that knows the words of some texts."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    words = sorted({word for text in texts for word in WORD.findall(text.lower())} - set(SPECIAL))
    vocabulary = {word: number for number, word in enumerate([*SPECIAL, *words])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", vocabulary["[CLS]"]), ("[SEP]", vocabulary["[SEP]"])],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        model_max_length=places,
    )
