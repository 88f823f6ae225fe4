"""The mark of an option that lists components: the parts another component is put together from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel
from pydantic.fields import FieldInfo


@dataclass(frozen=True)
class Parts:
    """Marks an option that lists components, each a registered name or a mapping with `use` and options.

        retrievers: Annotated[tuple[str | dict[str, Any], ...], Parts("policy", inherit=("knowledge",))] = Field(...)

    They are validated where they are written, the JSON Schema describes them, and training knows what stands in them.
    Build them with `context.create(kind, part, inherit={"knowledge": options.knowledge})`.

    Attributes:
        kind: Which kind of component they are; one of `dialog_core.registry.KINDS`.
        inherit: Options they take over where they have such options and do not set them themselves.
    """

    kind: str
    inherit: tuple[str, ...] = ()


def parts_of(model: type[BaseModel]) -> Iterator[tuple[str, Parts, FieldInfo]]:
    """Yield the options of a model that list components, each with its mark."""
    for name, field in model.model_fields.items():
        for mark in field.metadata:
            if isinstance(mark, Parts):
                yield name, mark, field
