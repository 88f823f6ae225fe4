"""The options of metrics."""

from pydantic import Field

from dialog_core.configuration import Options

EQUAL_MASS_BINS = 15  # as many as Guo et al. 2017, "On Calibration of Modern Neural Networks", section 5, use


class CalibrationOptions(Options):
    """How far stated probabilities are from what comes true."""

    bins: int = Field(
        default=EQUAL_MASS_BINS, ge=1, description="Into how many groups of equally many predictions to put them."
    )
