"""A transformer that reads two texts together and gives one figure: how well the second follows the first."""

from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer
from transformers.utils import logging

from dialog_core import PluginError

BATCH = 64  # pairs in one forward pass; a turn has fewer
LONGEST_TOKEN = 16  # characters; a text is cut at so many for each token before the tokenizer walks through it
REMEDY = "Name a folder that `save_pretrained` wrote, with its tokenizer and its weights as safetensors"


class PairModel:
    """A cross-encoder in memory; safe to use from any thread."""

    def __init__(self, model: Any, tokenizer: Any, max_length: int, device: str) -> None:
        """Put the parts together.

        Args:
            model: A model for the classification of sequences, with one figure for each.
            tokenizer: Its tokenizer.
            max_length: How many tokens it is to read at most, fewer where it has no places for so many.
            device: Where it computes.
        """
        self.model = model.to(device).eval()
        self.tokenizer = tokenizer
        self.tokenizer.truncation_side = "left"  # what was said last matters most
        self.max_length = min(max_length, int(tokenizer.model_max_length), _places(model.config))
        self._room = (self.max_length - int(tokenizer.num_special_tokens_to_add(pair=True))) // 2
        self._tokenizing = Lock()  # a tokenizer changes while it works

    @classmethod
    def load(cls, source: Path | str, *, max_length: int, device: str, headless: bool = False) -> "PairModel":
        """Read a model: what is here is read from here; only a hub id that is not is asked for, once.

        Args:
            source: A folder or a hub id.
            max_length: How many tokens it is to read at most.
            device: `auto`, `cpu`, `cuda` or `cuda:1`.
            headless: Whether it may be a model that still has to learn to give a figure.

        Raises:
            PluginError: It is not here and cannot be fetched, cannot be read, or is no cross-encoder.
        """
        where = find_device(device)
        for local in (True,) if isinstance(source, Path) else (True, False):
            try:
                model, tokenizer, missing = _read(str(source), local=local)
            except Exception as error:  # whatever a damaged file, or no network, makes of any of a dozen readers
                failed = error
                continue
            if missing and not headless:
                raise PluginError(
                    f"{str(source)!r} is no cross-encoder: it has no weights {missing[0]!r}. {REMEDY}, or train the "
                    "ranking: training begins with an encoder of sentences."
                )
            if model.config.num_labels != 1:
                raise PluginError(
                    f"{str(source)!r} is no cross-encoder for ranking: it gives {model.config.num_labels} figures for "
                    "a pair, and one is needed. Take a model made for reranking, or train the ranking."
                )
            if not tokenizer.is_fast:
                raise PluginError(f"{str(source)!r} has no fast tokenizer (`tokenizer.json`). {REMEDY}.")
            return cls(model, tokenizer, max_length, where)
        what = "cannot be read" if isinstance(source, Path) else "is not on this machine and cannot be fetched"
        told = str(failed).splitlines()[0] if str(failed) else ""
        raise PluginError(
            f"the cross-encoder {str(source)!r} {what}: {type(failed).__name__}: {told} {REMEDY}, or fetch the model "
            "where there is a network."
        ) from failed

    def logits(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Return the figure of each pair; the same pair has the same."""
        different = list(dict.fromkeys(pairs))
        found: list[float] = []
        with torch.inference_mode():
            for start in range(0, len(different), BATCH):
                inputs = self.encode(different[start : start + BATCH])
                found += self.model(**inputs).logits.float().reshape(-1).tolist()
        by_pair = dict(zip(different, found, strict=True))
        return [by_pair[pair] for pair in pairs]

    def encode(self, pairs: Sequence[tuple[str, str]]) -> Any:
        """Return pairs as the model takes them: replies cut to half of the room, and contexts from their beginning."""
        with self._tokenizing:
            encoded = self.tokenizer(
                [context[-self.max_length * LONGEST_TOKEN :] for context, _ in pairs],
                self._shortened([reply for _, reply in pairs]),
                truncation="only_first",
                max_length=self.max_length,
                padding=True,
                return_tensors="pt",
            )
        return encoded.to(self.model.device)

    def _shortened(self, replies: Sequence[str]) -> list[str]:
        cut = [reply[: self._room * LONGEST_TOKEN] for reply in replies]
        encoded = self.tokenizer(cut, add_special_tokens=False, truncation=False, return_offsets_mapping=True)
        return [
            reply[: places[self._room - 1][1]] if len(places) > self._room else reply
            for reply, places in zip(cut, encoded["offset_mapping"], strict=True)
        ]


def find_device(wanted: str) -> str:
    """Return where to compute.

    Raises:
        PluginError: A GPU is wanted that is not there.
    """
    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if wanted == "auto":
        return "cuda" if count else "cpu"
    number = int(wanted.partition(":")[2] or 0)
    if wanted != "cpu" and number >= count:
        raise PluginError(f"`device: {wanted}` asks for a GPU, and torch finds {count} here. Set `device: auto`.")
    return wanted


def _read(source: str, *, local: bool) -> tuple[Any, Any, list[str]]:
    """Return model, tokenizer, and the names of weights that the model has and its files have not."""
    shown, verbosity = logging.is_progress_bar_enabled(), logging.get_verbosity()
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # it would draw into a chat
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    try:
        how = {"local_files_only": local, "trust_remote_code": False}
        tokenizer = AutoTokenizer.from_pretrained(source, **how)
        model, told = AutoModelForSequenceClassification.from_pretrained(
            source, use_safetensors=True, output_loading_info=True, **_one_figure(source, how), **how
        )
    finally:
        logging.set_verbosity(verbosity)
        if shown:
            logging.enable_progress_bar()  # type: ignore[no-untyped-call]
    return model.float(), tokenizer, sorted(told["missing_keys"])


def _one_figure(source: str, how: dict[str, Any]) -> dict[str, int]:
    """Return what makes a model that gives no figures yet give one."""
    from transformers import AutoConfig

    config = AutoConfig.from_pretrained(source, **how)
    classifies = any("SequenceClassification" in name for name in config.architectures or ())
    return {} if classifies else {"num_labels": 1}


def _places(config: Any) -> int:
    """Return how many tokens a model has places for; some count theirs from behind the one for padding."""
    places = getattr(config, "max_position_embeddings", None)
    if not isinstance(places, int) or places <= 0:
        return 1 << 20
    shifted = config.model_type in ("roberta", "xlm-roberta", "camembert", "mpnet")
    return places - 1 - int(config.pad_token_id or 0) if shifted else places
