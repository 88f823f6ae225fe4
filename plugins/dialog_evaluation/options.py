"""The options of metrics."""

from typing import Annotated, Literal

from pydantic import Field

from dialog_core.configuration import Options

EQUAL_MASS_BINS = 15  # as many as Guo et al. 2017, "On Calibration of Modern Neural Networks", section 5, use
CUTOFFS = (1, 3, 5, 10, 100)  # what is said, what is offered to choose from, a page, what a reranker is given


class CalibrationOptions(Options):
    """How far stated probabilities are from what comes true."""

    bins: int = Field(
        default=EQUAL_MASS_BINS, ge=1, description="Into how many groups of equally many predictions to put them."
    )


class RetrievalOptions(Options):
    """How high up what is right stands among what was found."""

    cutoffs: tuple[Annotated[int, Field(ge=1)], ...] = Field(
        default=CUTOFFS, description="Among how many of the first to look for what is right, for `recall_at_<k>`."
    )


class AbstentionOptions(Options):
    """What it brings to say nothing where one is not sure."""

    threshold: float = Field(default=0.3, ge=0, description="The least confidence with which something is answered.")
    coverage: tuple[Annotated[float, Field(gt=0, le=1)], ...] = Field(
        default=(0.5, 0.8, 0.9), description="For which shares of the questions, the surest ones, to give the accuracy."
    )


class BleuOptions(Options):
    """How much of the wording texts share with those of people."""

    tokenize: Literal["auto", "13a", "intl", "zh", "char"] = Field(
        default="auto", description="sacrebleu's tokenizer; `auto`: `zh` where there is Chinese, otherwise `13a`."
    )
    lowercase: bool = Field(default=False, description="Whether capitals do not matter.")
