"""The options of the trainers of `bm25`, `faiss` and `hybrid`. They stand beside `component` in `training:`."""

from typing import Annotated, Literal

from pydantic import Field

from dialog_core.configuration import InputPath, InputPaths, Options
from dialog_core.training import SpeedOnly, Split, ValidationSplit


class RetrievalTraining(Options):
    """Questions, and which entries answer them."""

    data: InputPaths = Field(
        default=(),
        description="Questions with the id of the entry that answers each, or `out_of_scope` where the knowledge has "
        "no answer: YAML, CSV (`question,entry`), JSON lines, or a data set in any known format; one file or several. "
        "Default: questions are made from the knowledge itself, from phrasings that are held out and by dropping "
        "words.",
    )
    split: Split = ()
    validation: InputPath | None = Field(
        default=None,
        description="More of them, on which the outcome is measured; default: a part of `data` is held out for that.",
    )
    validation_split: ValidationSplit = ()
    held_out: float = Field(default=0.3, gt=0, lt=1, description="How large that part is.")


class BM25Training(RetrievalTraining):
    """Tunes how much words count: BM25's k1 and b, and the weights of the fields."""


class Adaptation(Options):
    """A first training on plain texts of the domain, which need no labels."""

    method: Literal["tsdae", "mlm"] = Field(
        default="tsdae",
        description="`tsdae`: a text has to be written down again from the vector of what is left of it when most "
        "words are deleted. `mlm`: words that are covered have to be guessed.",
    )
    data: InputPaths = Field(
        min_length=1,
        description="Texts, one on each line of files that end in `.txt`, or those of a set of labelled texts.",
    )
    split: Split = ()
    epochs: int = Field(default=1, ge=1, le=100, description="How often each text is looked at.")
    learning_rate: float = Field(default=3e-5, gt=0, le=1, description="The highest learning rate.")
    batch_size: int = Field(default=16, ge=2, le=4096, description="How many texts are looked at together.")


class EncoderTraining(RetrievalTraining):
    """Trains an encoder."""

    logs: InputPath | None = Field(
        default=None,
        description="A database of conversations, as the store `sqlite` keeps them. Questions whose answer was judged "
        "good, and those where a person put the answer of another entry in its place, are learnt from.",
    )
    texts: InputPaths = Field(
        default=(),
        description="Of `lsa`: more texts of the domain to learn words from, one on each line: files that end in "
        "`.txt`.",
    )
    dimensions: tuple[Annotated[int, Field(ge=2, le=8192)], ...] = Field(
        default=(),
        description="Of `sentence-transformers`: to which lengths its vectors may be cut afterwards (Matryoshka "
        "learning), the full one among them or not. Of `lsa`: which lengths are tried; default: half and twice "
        "its own.",
    )
    pairs: tuple[Literal["phrasings", "answers"], ...] = Field(
        default=("phrasings", "answers"),
        description="Which pairs are made of the knowledge: a phrasing with another of its entry, a question with its "
        "answer.",
    )
    adapt: Adaptation | None = Field(default=None, description="Texts of the domain to be trained on first.")
    epochs: int = Field(default=2, ge=1, le=1000, description="How often each pair is looked at.")
    learning_rate: float = Field(default=5e-5, gt=0, le=1, description="The highest learning rate.")
    batch_size: int = Field(
        default=32,
        ge=2,
        le=4096,
        description="How many pairs are compared with each other: the more, the harder it is to tell them apart.",
    )
    loss: Literal["multiple_negatives", "cached"] = Field(
        default="multiple_negatives",
        description="`cached` computes the same in small portions, so that large batches fit into memory; it takes "
        "longer.",
    )
    hard_negatives: int = Field(
        default=1,
        ge=0,
        le=16,
        description="How many entries that look right and are not each pair is compared with beside the others.",
    )
    margin: float = Field(
        default=0.95,
        gt=0,
        le=1,
        description="Such an entry counts as wrong only where the untrained encoder finds it less similar than this "
        "part of what it finds the right one: more similar ones may be right without anybody having said so.",
    )
    max_tokens: int = Field(
        default=128, ge=8, le=8192, description="How much of a text is looked at in training; it takes time."
    )
    device: Annotated[Literal["auto", "cpu", "cuda"], SpeedOnly] = Field(
        default="auto", description="Where it is trained; `auto`: on a GPU if there is one."
    )


class FaissTraining(EncoderTraining):
    """Trains the encoder on questions and what answers them."""


class HybridTraining(EncoderTraining):
    """Tunes the parts of a hybrid, and learns how much each of them counts."""

    train_encoder: bool = Field(
        default=False, description="Whether the encoder is trained too; default: it stays as it is."
    )
