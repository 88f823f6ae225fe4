"""Reranking with a cross-encoder: a model that reads a question together with an entry and says how well they fit."""

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Any

from dialog_core import PluginError, Turn
from dialog_core.retrieval import Hit
from dialog_retrieval.hybrid.options import RerankOptions
from dialog_retrieval.model_loading import LONGEST_TOKEN, clean, find_device, no_progress_bars

BATCH = 8  # pairs between two looks at the clock
RESERVE = 0.2  # of what is left until the turn's deadline, kept for ranking and storing the reply
RERANKED = "reranked"  # the feature: 1 of an entry the model has read, 0 of one it had no time for


class Reranker:
    """Puts the best of what was found in order anew; safe to use from any thread.

    The model is read when it is first needed, for that takes seconds: call `warm` to do it beforehand.
    """

    def __init__(self, options: RerankOptions, owner: str) -> None:
        self._options = options
        self._owner = owner
        self._model: Any = None
        self._loading = Lock()
        self._predicting = Lock()  # a tokenizer changes while it works
        self._seconds = 0.0  # that a batch takes

    def warm(self) -> None:
        """Read the model now, unless it is there, and find out how fast it is.

        Raises:
            PluginError: It is not here and cannot be fetched, cannot be read, or a package it needs is missing.
        """
        if self._model is None:
            self._verdicts("warm", ["up"] * BATCH)
            started = time.monotonic()
            self._verdicts("how fast is it", ["This is about as much as an entry has to say. " * 4] * BATCH)
            self._seconds = time.monotonic() - started

    def rerank(self, turn: Turn, question: str, hits: Sequence[Hit]) -> list[Hit]:
        """Return the hits in their new order; those there was no time for follow in the order they had.

        Args:
            turn: The turn; its deadline counts.
            question: What was asked.
            hits: Best first.
        """
        self.warm()
        now = time.monotonic()
        until = min(now + self._options.budget, turn.deadline - RESERVE * max(turn.deadline - now, 0.0))
        read: list[Hit] = []
        wanted = hits[: self._options.top_k]
        for first in range(0, len(wanted), BATCH):
            started = time.monotonic()
            if started + self._seconds > until:
                break
            batch = wanted[first : first + BATCH]
            verdicts = self._verdicts(question, [text_of(hit) for hit in batch])
            self._seconds = (self._seconds + time.monotonic() - started) / 2
            read += [self._judged(hit, verdict) for hit, verdict in zip(batch, verdicts, strict=True)]
        read.sort(key=lambda hit: -hit.score)  # stable: of equals, the one that was better stays so
        return _in_order([*read, *(_with(hit, hit.score, {RERANKED: 0.0}) for hit in hits[len(read) :])])

    def _judged(self, hit: Hit, verdict: float) -> Hit:
        weight = self._options.weight
        score = (1 - weight) * hit.score + weight * verdict
        return _with(hit, score, {RERANKED: 1.0, "cross_encoder": verdict})

    def _verdicts(self, question: str, texts: Sequence[str]) -> list[float]:
        import torch

        model = self._loaded()
        cut = self._options.max_tokens * LONGEST_TOKEN
        pairs = [(clean(question[:cut]), clean(text[:cut])) for text in texts]
        with self._predicting:
            found = model.predict(pairs, batch_size=BATCH, show_progress_bar=False, activation_fn=torch.nn.Sigmoid())
        return [float(verdict) if verdict == verdict else 0.0 for verdict in found.reshape(len(pairs), -1)[:, -1]]

    def _loaded(self) -> Any:
        with self._loading:
            if self._model is None:
                self._model = self._load()
            return self._model

    def _load(self) -> Any:
        try:
            from sentence_transformers import CrossEncoder  # brings torch: seconds
        except ModuleNotFoundError as error:
            raise PluginError(
                f"`rerank` of {self._owner!r} needs the package {error.name!r}, which is not installed. "
                "Run: pip install 'dialog-core[encoders]'"
            ) from error
        model, device = self._options.model, find_device(self._options.device)
        # What is here is read from here; only a hub id that is not is asked for, once.
        for local in (True,) if isinstance(model, Path) else (True, False):
            try:
                with no_progress_bars():
                    found = CrossEncoder(
                        str(model),
                        device=device,
                        trust_remote_code=False,
                        local_files_only=local,
                        model_kwargs={"use_safetensors": True},
                    )
                most = self._options.max_tokens
                found.max_seq_length = min(found.max_seq_length or most, most)  # no more than the model has places for
                return found
            except Exception as error:  # whatever a damaged file, or no network, makes of any of a dozen readers
                failed = error
        what = "cannot be read" if isinstance(model, Path) else "is not on this machine and cannot be fetched"
        raise PluginError(
            f"`rerank` of {self._owner!r}: the cross-encoder {str(model)!r} {what}: "
            f"{type(failed).__name__}: {str(failed).splitlines()[0] if str(failed) else ''} "
            "Name a directory that `CrossEncoder.save_pretrained` wrote, with its weights as safetensors, or fetch the "
            "model where there is a network."
        ) from failed


def text_of(hit: Hit) -> str:
    """Return what a model reads of an entry: the question that fits, and the answer."""
    return f"{hit.matched}\n{hit.entry.answer}" if hit.matched else hit.entry.answer


def _with(hit: Hit, score: float, features: dict[str, float]) -> Hit:
    return replace(hit, score=score, features={**hit.features, **features})


def _in_order(hits: Sequence[Hit]) -> list[Hit]:
    """Return hits whose scores never rise on the way down: those that were not read keep behind those that were."""
    least, ordered = 1.0, []
    for hit in hits:
        least = min(least, hit.score)
        ordered.append(hit if hit.score == least else replace(hit, score=least))
    return ordered
