"""Options of the rankers."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from dialog_core.configuration import ModelSource, Names, Options, Parts, Share, did_you_mean
from dialog_core.training import ServingOnly
from dialog_ranking.choices.choice import HISTORY
from dialog_ranking.features.names import FAMILIES, FEATURES

EXAMPLE = "cross-encoder/ms-marco-MiniLM-L6-v2"
ENCODER = "sentence-transformers/all-MiniLM-L6-v2"


Model = Annotated[Path | str, ModelSource(EXAMPLE)]
"""A folder, relative to the bot file, or a hub id."""


def _features(names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        if name not in FEATURES and name.partition(".")[0] not in FAMILIES:
            raise ValueError(f"there is no feature {name!r}. {did_you_mean(name, [*FEATURES, *FAMILIES])}")
    return names


class PriorityOptions(Options):
    """The rule of thumb: the first policy of the file whose score reaches its threshold answers."""

    threshold: Share = Field(default=0.5, description="The score from which on a policy is taken at its word.")
    thresholds: dict[str, Share] = Field(default={}, description="Thresholds of single policies, by name.")


class CalibratedOptions(Options):
    """For each policy a monotone map from its score to the probability that it is right."""


class LearnedOptions(Options):
    """A model over features of each candidate, of the turn and of the other candidates."""

    model: Literal["logistic", "boosted"] = Field(
        default="logistic",
        description="`logistic` weighs features and needs few labels; `boosted` is a sum of trees and needs many.",
    )
    without: Annotated[Names, AfterValidator(_features)] = Field(
        default=(), description="Features to leave out, or whole families of them such as `other`."
    )
    encoder: Any = Field(
        default=None,
        description="An encoder, for the similarity of message and reply in meaning, such as `sentence-transformers`; "
        "it costs its time every turn.",
    )
    rankers: Annotated[tuple[Any, ...], Parts("ranker")] = Field(
        default=(),
        description="Rankers whose probability becomes a feature, such as `cross_encoder`. They are used as they are: "
        "training this ranker does not train them.",
    )


class CrossEncoderOptions(Options):
    """A small transformer that reads what was said and the reply together."""

    model: Model = Field(
        default="",
        description="A folder with a model of transformers, or a hub id. Where the ranking is trained, training begins "
        "with it, and an encoder of sentences does; where not, it is used as it is, and has to be a cross-encoder.",
    )
    messages: int = Field(
        default=3, ge=1, le=HISTORY + 1, description="How many messages it reads, the user's last included."
    )
    max_length: int = Field(
        default=192, ge=16, le=4096, description="Tokens of messages and reply together; the oldest are left out."
    )
    device: Annotated[str, Field(pattern=r"^(auto|cpu|cuda(:\d+)?)$"), ServingOnly] = Field(
        default="auto", description="Where it computes: `cpu`, `cuda` or `cuda:1`; `auto`: on a GPU if there is one."
    )
