"""Marks of options that say when another value asks for no new training."""


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

OnlyIfSet = _Mark("OnlyIfSet")
"""Marks an option that a later version brought: as long as it has its default, what was trained without it holds."""

MARKS = (ServingOnly, SpeedOnly)
