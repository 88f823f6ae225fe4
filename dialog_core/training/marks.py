"""Marks of options that change nothing about what is learnt, so that another value asks for no new training."""


class _Mark:
    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return self._name


ServingOnly = _Mark("ServingOnly")
"""Marks an option of a component that matters only when it serves.

    top: Annotated[int, ServingOnly] = Field(default=5, description="How many to name.")
"""

SpeedOnly = _Mark("SpeedOnly")
"""Marks an option of a trainer that matters only to how long it takes: the device, the number of processes."""

MARKS = (ServingOnly, SpeedOnly)
