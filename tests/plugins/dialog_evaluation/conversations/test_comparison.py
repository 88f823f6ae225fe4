import pytest
from pydantic import TypeAdapter, ValidationError

from dialog_evaluation.conversations.comparison import Demand

demands = TypeAdapter(Demand)


@pytest.mark.parametrize(
    ("demand", "value", "holds"),
    [
        (">= 0.8", 0.8, True),
        (">=0.8", 0.79, False),
        ("> 0.8", 0.8, False),
        ("< .5", 0.4, True),
        ("<= 1", 1.0, True),
        (1, 1.0, True),
        ("0.5", 0.6, False),
    ],
)
def test_a_demand_on_a_number(demand: str, value: float, holds: bool) -> None:
    assert demands.validate_python(demand).holds(value) is holds


@pytest.mark.parametrize("wrong", ["", "about 0.8", "=> 0.8", ">= eighty", True, None, "0.8.1"])
def test_what_is_no_comparison_is_refused(wrong: object) -> None:
    with pytest.raises(ValidationError, match=r"needs a comparison such as '>= 0\.8'"):
        demands.validate_python(wrong)
