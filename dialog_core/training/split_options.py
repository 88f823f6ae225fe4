"""The options with which an entry of `training:` says which part of its files it means; the same for all trainers."""

from typing import Annotated

from pydantic import Field

from dialog_core.configuration import Names
from dialog_core.training.marks import OnlyIfSet

Split = Annotated[
    Names,
    OnlyIfSet,
    Field(
        description="Which part is learnt from, where a file of `data` has several, as published ones do: `train`. A "
        "file that says nothing about parts is taken whole."
    ),
]
"""The type of the option `split`, whose default is `()`; for `read_data`."""

ValidationSplit = Annotated[
    Names,
    OnlyIfSet,
    Field(
        description="Which part of `validation` is measured on, where it has several; without `validation`, which part "
        "of `data`."
    ),
]
"""The type of the option `validation_split`, whose default is `()`; for `read_data`."""
