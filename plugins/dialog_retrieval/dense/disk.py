"""The index on the disk: how it is written, and read.

index.faiss      the vectors, in FAISS's own format
owners.npy       the number of the entry of each
phrasings.npy    its place among the entry's phrasings
encoder/         what the encoder has learnt, if it learns from the knowledge
dense.json       how to search, and what a match is worth
"""

import errno
import json
import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dialog_core import ArtefactError
from dialog_core.interfaces import FittableEncoder
from dialog_retrieval.confidence import Confidence
from dialog_retrieval.dense.building import encode, fallback_of, rows_of, saying_something
from dialog_retrieval.dense.effort import measure
from dialog_retrieval.dense.faiss_vectors import FaissVectors, import_faiss
from dialog_retrieval.dense.kept_vectors import KeptVectors
from dialog_retrieval.dense.kinds import build_index, choose_kind
from dialog_retrieval.dense.options import FaissOptions
from dialog_retrieval.dense.searcher import DenseSearcher, encode_questions
from dialog_retrieval.dense.sparse import Floats
from dialog_retrieval.dense.trust import learn_confidence, questions_from
from dialog_retrieval.knowledge.entries import Numbered

if TYPE_CHECKING:
    from dialog_core.training import Artefact, Progress
    from dialog_retrieval.knowledge.library import Library

INDEX, OWNERS, PHRASINGS, ENCODER, SETTINGS = "index.faiss", "owners.npy", "phrasings.npy", "encoder", "dense.json"
RAW = "vectors.raw"  # while building
FITTED_ON = 50_000  # texts an encoder learns from; more teach it little
SAMPLED = 400  # entries that questions are made of
BATCH = 1024  # entries whose texts are encoded together


def write_index(
    library: "Library",
    directory: Path,
    encoder: Any,
    *,
    fit: bool,
    options: FaissOptions,
    confidence: Confidence | None,
    seed: int,
    kept_in: Path,
    progress: "Progress",
) -> Mapping[str, Any]:
    """Index all entries of a library.

    Args:
        library: The entries.
        directory: Where to; empty.
        encoder: Turns texts into vectors.
        fit: Whether it is to learn from the knowledge first.
        options: How.
        confidence: What a match is worth; default: it is found out.
        seed: For what is drawn at random.
        kept_in: The file of vectors, for encoders that do not learn from the knowledge.
        progress: Where to say how far it is.

    Returns:
        What is worth telling.

    Raises:
        OSError: The disk is full, or cannot be written.
    """
    sample, texts = _sample(library, random.Random(seed), want_texts=fit)
    if fit:
        progress.stage("learning what words mean")
        encoder.fit(texts)
    raw = directory / RAW
    kept = None if isinstance(encoder, FittableEncoder) else KeptVectors(encoder, kept_in, progress.note)
    owners, phrasings = _write_vectors(library, raw, kept or encoder, progress)
    stored: Floats = (
        np.memmap(raw, dtype=np.float32, mode="r", shape=(len(owners), encoder.dimension))
        if len(owners)
        else np.zeros((0, max(int(encoder.dimension), 1)), dtype=np.float32)
    )
    kind = choose_kind(options, len(stored))
    vectors = FaissVectors(build_index(kind, stored, options, seed, progress))
    searcher = DenseSearcher(vectors, owners, phrasings, encoder, confidence or fallback_of(encoder))
    told: dict[str, Any] = {"kind": kind, "vectors": len(stored), "dimension": int(stored.shape[1])}
    if kind != "flat":
        progress.stage("measuring recall")
        asked = encode_questions(encoder, questions_from(sample, seed)) if sample else stored[:0]
        fixed = options.ef_search if kind == "hnsw" else options.nprobe
        told |= measure(vectors, stored, asked, options.recall, None if fixed == "auto" else fixed)
        if told.get("recall_at_10", 1) < options.recall:
            progress.note(f"the index finds {told['recall_at_10']:.1%} of the ten nearest, not {options.recall:.0%}")
    if confidence is None:
        progress.stage("finding out what a match is worth")
        searcher.confidence, how = learn_confidence(searcher, stored, sample, seed)
        told["confidence"] = how
    progress.stage("writing")
    _write_faiss(vectors, directory / INDEX)
    np.save(directory / OWNERS, owners, allow_pickle=False)
    np.save(directory / PHRASINGS, phrasings, allow_pickle=False)
    if isinstance(encoder, FittableEncoder):
        (directory / ENCODER).mkdir()
        encoder.save(directory / ENCODER)
    settings = {"kind": kind, "effort": vectors.effort, "confidence": searcher.confidence.as_json()}
    (directory / SETTINGS).write_text(json.dumps(settings), encoding="utf-8")
    if kept is not None:
        told["kept_bytes"] = kept.size()
    del stored
    raw.unlink()
    return told | {"bytes": sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())}


def load_index(artefact: "Artefact", encoder: Any, confidence: Confidence | None) -> DenseSearcher:
    """Read what `write_index` wrote; the vectors stay on the disk until they are looked at.

    Args:
        artefact: Where it is.
        encoder: What the vectors came from, but for what it learnt from the knowledge.
        confidence: What a match is worth; default: as it was found out.

    Raises:
        ArtefactError: It cannot be read.
    """
    faiss = import_faiss()
    settings = artefact.load_json(SETTINGS)
    file = artefact.path(INDEX)
    try:
        if isinstance(encoder, FittableEncoder):
            encoder.restore(artefact.path(ENCODER))
        index = faiss.read_index(str(file), faiss.IO_FLAG_MMAP_IFC)
        owners = np.load(artefact.path(OWNERS), mmap_mode="r", allow_pickle=False)
        phrasings = np.load(artefact.path(PHRASINGS), mmap_mode="r", allow_pickle=False)
        if not index.ntotal == len(owners) == len(phrasings):
            raise ValueError("its files do not belong together")
        found = confidence or Confidence.from_json(settings["confidence"])
        return DenseSearcher(FaissVectors(index, int(settings["effort"])), owners, phrasings, encoder, found)
    except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:  # RuntimeError: FAISS's
        reason = f"the index in {artefact.directory} cannot be read: {error}"
        raise ArtefactError(reason, component=artefact.manifest.component) from error


def _sample(library: "Library", rng: random.Random, *, want_texts: bool) -> tuple[list[Numbered], list[str]]:
    """Draw entries to ask about and texts to learn from, each with the same chance (Vitter 1985, algorithm R)."""
    entries: list[Numbered] = []
    texts: list[str] = []
    seen = 0
    for count, item in enumerate(library.after(-1)):
        if count < SAMPLED:
            entries.append(item)
        elif (place := rng.randrange(count + 1)) < SAMPLED:
            entries[place] = item
        if not want_texts:
            continue
        for text in rows_of([item])[0]:
            if seen < FITTED_ON:
                texts.append(text)
            elif (place := rng.randrange(seen + 1)) < FITTED_ON:
                texts[place] = text
            seen += 1
    return entries, texts


def _write_vectors(
    library: "Library", file: Path, encoder: Any, progress: "Progress"
) -> tuple["np.ndarray[Any, np.dtype[np.int64]]", "np.ndarray[Any, np.dtype[np.int64]]"]:
    """Write the vectors of all texts that say something; return the entry and the phrasing of each."""
    progress.stage("encoding", len(library))
    owners: list[Any] = [np.zeros(0, dtype=np.int64)]
    phrasings: list[Any] = [np.zeros(0, dtype=np.int64)]
    with file.open("wb") as output:
        for batch in _batches(library):
            texts, numbers, places = rows_of(batch)
            vectors, kept = saying_something(encode(encoder, texts))
            # Not through a mapped file: a full disk is an error here, and the end of the process there.
            output.write(vectors.tobytes())
            owners.append(np.array(numbers, dtype=np.int64)[kept])
            phrasings.append(np.array(places, dtype=np.int64)[kept])
            progress.advance(len(batch))
    return np.concatenate(owners), np.concatenate(phrasings)


def _batches(library: "Library") -> Iterator[list[Numbered]]:
    batch: list[Numbered] = []
    for item in library.after(-1):
        batch.append(item)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _write_faiss(vectors: FaissVectors, file: Path) -> None:
    try:
        vectors.write(file)
    except RuntimeError as error:  # so FAISS tells that it could not write
        raise OSError(
            errno.EIO, f"FAISS could not write it: {str(error).strip().splitlines()[-1]}", str(file)
        ) from error
