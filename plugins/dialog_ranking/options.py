"""Options of the rankers."""

from typing import Annotated, Any, Literal

from pydantic import Field

from dialog_core.configuration import Names, Options, Parts, Share


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
    without: Names = Field(default=(), description="Features to leave out.")
    encoder: Any = Field(
        default=None,
        description="An encoder, for the similarity of message and reply in meaning; it costs its time every turn.",
    )
    rankers: Annotated[tuple[Any, ...], Parts("ranker")] = Field(
        default=(), description="Rankers whose probability becomes a feature, such as `cross_encoder`."
    )


class CrossEncoderOptions(Options):
    """A small transformer that reads what was said and the reply together."""

    model: str = Field(
        default="",
        description="A folder or hub id to begin with, or to use as it is where the ranking is not trained.",
    )
    messages: int = Field(default=3, ge=1, le=20, description="How many messages it reads, the user's last included.")
    max_length: int = Field(default=192, ge=16, description="Tokens of context and reply together; the start is cut.")
    device: str = Field(default="auto", description="`auto`, `cpu`, `cuda` or `cuda:1`.")
