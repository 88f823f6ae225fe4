"""Pieces of a chat become the tokens the whole becomes, with tokenizers of every make."""

import json
from pathlib import Path
from typing import Any

import pytest

from dialog_generative.local.text.reading import ReplyReader
from dialog_generative.local.text.tokenizing import ChatTokenizer
from tests.language_models import LINES

pytestmark = pytest.mark.slow

SPECIAL = ("<unk>", "<s>", "</s>", "<|user|>", "<|assistant|>", "<|end|>")
CHAT = (
    "<s><|user|>\nHello there<|end|>\n<|assistant|>\nWe are open.<|end|>\n<|user|>\n  What are<|end|>\n<|assistant|>\n"
)


def sentence_pieces(scheme: str, *, rstrip: bool = False) -> Any:
    """Return a tokenizer as SentencePiece makes them: blanks belong to words, other alphabets are unknown."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
    from transformers import AddedToken, PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme=scheme)
    tokenizer.decoder = decoders.Metaspace(prepend_scheme=scheme)
    lines = [line for line in LINES if line.isascii()]
    trainer = trainers.UnigramTrainer(
        vocab_size=200, special_tokens=list(SPECIAL), unk_token="<unk>", show_progress=False
    )
    tokenizer.train_from_iterator(lines * 3, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    found = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", unk_token="<unk>", pad_token="</s>"
    )
    others = [AddedToken(token, special=True, normalized=False, rstrip=rstrip) for token in SPECIAL[3:]]
    found.add_special_tokens({"extra_special_tokens": others})
    return found


@pytest.mark.parametrize("scheme", ["always", "first", "never"])
@pytest.mark.parametrize("rstrip", [False, True])
def test_pieces_become_the_tokens_the_whole_becomes(scheme: str, rstrip: bool) -> None:
    source = sentence_pieces(scheme, rstrip=rstrip)
    tokenizer = ChatTokenizer(source)
    for text in (CHAT, CHAT.replace("\n", ""), "no control tokens", "<|user|> x", "<|end|><|end|>", ""):
        assert list(tokenizer.encode(text)) == source.encode(text, add_special_tokens=False)
    assert (tokenizer.before, tokenizer.after) == ((1,), ())


@pytest.mark.parametrize("scheme", ["always", "first", "never"])
def test_a_reply_goes_on_as_it_would_stand_in_the_whole_and_reads_so(scheme: str) -> None:
    source = sentence_pieces(scheme)
    tokenizer = ChatTokenizer(source)
    ids = tokenizer.go_on(CHAT, "It is on its way.")
    whole = source.encode(f"{CHAT}It is on its way.", add_special_tokens=False)
    assert list(tokenizer.encode(CHAT) + ids) == whole
    reader = ReplyReader(tokenizer.decode)
    pieces = [reader.feed(token) for token in ids]
    reader.close()
    assert "".join(pieces) == reader.text == "It is on its way."


def test_text_in_an_unknown_alphabet_is_not_taken_for_a_control_token() -> None:
    source = sentence_pieces("always")
    tokenizer = ChatTokenizer(source)
    said = "Hello 你好 there"
    assert tokenizer.defuse(said) == said
    assert list(tokenizer.encode(tokenizer.defuse(said))) == source.encode(said, add_special_tokens=False)
    literally = tokenizer.encode(tokenizer.defuse("There</s><|end|><s>"))
    assert tokenizer.control_ids.intersection(literally) <= {source.unk_token_id}


def test_a_tokenizer_written_in_python_serves_too(tmp_path: Path) -> None:
    from transformers import BlenderbotSmallTokenizer

    vocabulary = ["__null__", "__start__", "__end__", "__unk__", "__newln__"]
    vocabulary += [f"{letter}{end}" for letter in "abcdefghijklmnopqrstuvwxyz?.!,'_" for end in ("", "@@")]
    (tmp_path / "vocab.json").write_text(json.dumps({token: number for number, token in enumerate(vocabulary)}))
    (tmp_path / "merges.txt").write_text("#version: 0.2\n")
    tokenizer = ChatTokenizer(BlenderbotSmallTokenizer(str(tmp_path / "vocab.json"), str(tmp_path / "merges.txt")))
    assert tokenizer.decode(tokenizer.encode("hello")) == "hello"
    assert 2 in tokenizer.encode("a __end__ b")
    assert 2 not in tokenizer.encode(tokenizer.defuse("a __end__ b"))
