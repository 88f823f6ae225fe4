"""What is read off an action's signature and docstring, and how arguments are held against it."""

import functools
import json
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

import pytest
from pydantic import BaseModel, Field

from dialog_core import ActionContext, ActionSchema

if TYPE_CHECKING:
    from nowhere import Nothing


class Item(BaseModel):
    sku: str
    count: int = Field(default=1, ge=1)


def order(
    items: list[Item],
    speed: Literal["slow", "fast"] = "slow",
    when: date | None = None,
    note: str = None,  # type: ignore[assignment]  # noqa: RUF013 - as people write it
    *,
    context: ActionContext,
) -> int:
    """Order things
    from the shop.

    It takes a while.

    Args:
        items: What to order,
            and how many.
        speed (str): How quickly: at night it is slow.
        context: Who asks.

    Returns:
        items: this is no argument.
    """
    return len(items)


def schema(function: Callable[..., Any]) -> ActionSchema:
    return ActionSchema.of("an_action", function)


def properties(function: Callable[..., Any]) -> dict[str, Any]:
    found: dict[str, Any] = schema(function).parameters["properties"]
    return found


# --- What is read


def test_an_action_is_described_by_its_signature_and_its_docstring() -> None:
    found = ActionSchema.of("order", order)

    assert (found.name, found.description) == ("order", "Order things from the shop.")
    assert found.parameters == {
        "type": "object",
        "additionalProperties": False,
        "required": ["items"],
        "properties": {
            "items": {
                "type": "array",
                "items": {"$ref": "#/$defs/Item"},
                "description": "What to order, and how many.",
            },
            "speed": {
                "type": "string",
                "enum": ["slow", "fast"],
                "default": "slow",
                "description": "How quickly: at night it is slow.",
            },
            "when": {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}], "default": None},
            "note": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
        },
        "$defs": {
            "Item": {
                "type": "object",
                "title": "Item",
                "required": ["sku"],
                "properties": {"sku": {"type": "string"}, "count": {"type": "integer", "default": 1, "minimum": 1}},
            }
        },
    }


def test_an_action_without_anything_to_read_has_a_schema_all_the_same() -> None:
    found = schema(lambda: None)

    assert found.description == ""
    assert found.parameters == {"type": "object", "additionalProperties": False, "properties": {}}
    assert found.validate({}) == {}


def test_what_cannot_be_described_stands_for_any_value() -> None:
    def odd(a, b: "Nothing", c: Callable[[], int], d: "1 +", e: int, f: object = print) -> None:  # type: ignore  # noqa
        """Do it."""

    assert properties(odd) == {"a": {}, "b": {}, "c": {}, "d": {}, "e": {"type": "integer"}, "f": {}}
    given = {"a": [1], "b": "x", "c": None, "d": {"k": 2}, "e": 5}
    assert schema(odd).validate(given) == given


def test_parameters_may_be_called_anything() -> None:
    def free(json: str, copy: str, model_config: int, _id: int = 0, field_0: int = 1) -> None: ...

    assert list(properties(free)) == ["json", "copy", "model_config", "_id", "field_0"]
    given = {"json": "a", "copy": "b", "model_config": 1, "_id": 2, "field_0": 3}
    assert schema(free).validate(given) == given


def test_further_arguments_are_taken_where_the_action_takes_them() -> None:
    def open_to_all(a: int, *rest: int, **more: Any) -> None: ...

    assert schema(open_to_all).parameters["additionalProperties"] is True
    assert schema(open_to_all).validate({"a": 1, "b": ["x"]}) == {"a": 1, "b": ["x"]}


def test_a_wrapped_action_is_read_as_what_it_wraps() -> None:
    @functools.wraps(order)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return order(*args, **kwargs)

    assert schema(wrapper).parameters == schema(order).parameters


@pytest.mark.parametrize("function", [order, lambda a=(1, 2): a, lambda a=float("nan"): a, lambda a={1}: a])
def test_every_schema_is_json(function: Callable[..., Any]) -> None:
    assert json.loads(json.dumps(schema(function).parameters, allow_nan=False))


def test_whoever_changes_a_schema_changes_it_for_nobody_else() -> None:
    found = schema(order)
    found.parameters["properties"].clear()
    assert "items" in found.parameters["properties"]


# --- What fits


def test_arguments_become_json_values_of_the_declared_types() -> None:
    given = {"items": [{"sku": "a", "count": "2"}], "when": "2026-03-01", "speed": "fast"}
    assert schema(order).validate(given) == {
        "items": [{"sku": "a", "count": 2}],
        "when": "2026-03-01",
        "speed": "fast",
    }


def test_what_is_left_out_stays_out_so_that_the_actions_own_default_holds() -> None:
    assert schema(order).validate({"items": []}) == {"items": []}


def test_a_number_will_do_for_text_but_the_other_way_only_if_it_is_one() -> None:
    def find(number: str, days: int = 1) -> None: ...

    assert schema(find).validate({"number": 204817, "days": "3"}) == {"number": "204817", "days": 3}
    with pytest.raises(ValueError, match="days needs a whole number, not 'three'"):
        schema(find).validate({"number": "1", "days": "three"})


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({}, "items is missing"),
        ({"items": {"sku": "a"}}, "items needs a list, not an object"),
        ({"items": [1]}, "items.0 needs an object, not 1"),
        ({"items": [{"count": 1}]}, "items.0.sku is missing"),
        ({"items": [{"sku": "a", "count": 0}]}, "items.0.count must be at least 1, not 0"),
        ({"items": [{"sku": "a", "count": float("nan")}]}, "items.0.count"),
        ({"items": [], "speed": "fats"}, "speed needs 'slow' or 'fast', not 'fats'. Did you mean 'fast'?"),
        ({"items": [], "when": "soon"}, "when needs a date such as 2026-01-31, not 'soon'"),
        ({"items": [], "sped": "fast"}, "there is no argument 'sped'. Did you mean 'speed'?"),
        ({"items": [], "context": {}}, "there is no argument 'context'"),
        ([], "the arguments have to be an object, not a list"),
        ("{", "the arguments have to be an object, not '{'"),
        (None, "the arguments have to be an object, not null"),
    ],
)
def test_what_does_not_fit_is_told_in_words(arguments: Any, told: str) -> None:
    with pytest.raises(ValueError, match=r"^[^\n]*$") as caught:
        schema(order).validate(arguments)
    assert told in str(caught.value)


def test_of_many_mistakes_a_few_are_told() -> None:
    with pytest.raises(ValueError, match="and 997 more") as caught:
        schema(order).validate({"items": [], **{f"x{number}" * 1000: 1 for number in range(1002)}})
    assert len(str(caught.value)) < 3000
