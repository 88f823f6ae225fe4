"""The options of the metrics of whole bots and of those who rate them."""

from typing import Annotated, Any, Literal

from pydantic import Field

from dialog_core.configuration import Options

SELECTION_CUTOFFS = (1, 2, 5)  # Lowe et al. 2015, "The Ubuntu Dialogue Corpus", section 4.1


class DistinctOptions(Options):
    """How varied texts are."""

    per: Literal["ngrams", "words"] = Field(
        default="ngrams",
        description="What `distinct_2` is a share of: all pairs of words, as most count it, or all words, as the paper "
        "has it. Of `distinct_1` the two are the same.",
    )


class EmbeddingSimilarityOptions(Options):
    """How much alike texts are in what they mean."""

    encoder: str | dict[str, Any] = Field(
        default="lsa",
        description="What turns texts into vectors: a registered name, or a mapping with `use` and options. One that "
        "has to learn first learns from the references alone, so that whoever is measured is measured with the same.",
    )
    greedy: bool = Field(
        default=False, description="Whether to match word by word, too, which gives `greedy_matching`; much slower."
    )


class ResponseSelectionOptions(Options):
    """How high up the right reply stands among wrong ones."""

    cutoffs: tuple[Annotated[int, Field(ge=1)], ...] = Field(
        default=SELECTION_CUTOFFS, description="Among how many of the first to look for it, for `recall_at_<k>`."
    )


class StateOptions(Options):
    """What is compared of what a bot knows."""

    names: dict[str, str] = Field(
        default_factory=dict,
        description="What slots of the bot are called in the recorded states: `{price: restaurant-price range}`. "
        "Those not named here are found by their own name, or by its end where just one slot ends so.",
    )
    slots: tuple[str, ...] = Field(
        default=(), description="Which slots to compare, as the recorded states call them; default: all of theirs."
    )
    synonyms: dict[str, str] = Field(
        default_factory=dict, description="Values that mean the same: `{center: centre, inexpensive: cheap}`."
    )


class AgreementOptions(Options):
    """How far those who rate agree."""

    level: Literal["nominal", "ordinal", "interval"] = Field(
        default="nominal",
        description="What differences between values mean: `nominal` only that they differ; `ordinal` how many lie "
        "between; `interval` how far numbers are apart.",
    )
    order: tuple[str, ...] = Field(
        default=(), description="The values from low to high, for `ordinal`; default: sorted, numbers as numbers."
    )
    resamples: int = Field(
        default=1000, ge=0, le=100_000, description="How often items are drawn for the interval; 0: no interval."
    )
