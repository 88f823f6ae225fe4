import pytest
from pydantic import ValidationError

from dialog_core.breaker import BreakerOptions, CircuitBreaker


def opened(at: float = 0.0) -> CircuitBreaker:
    breaker = CircuitBreaker(failures=3, reset_after=30.0)
    for _ in range(3):
        breaker.failed(at)
    return breaker


def test_it_opens_after_three_failures_in_a_row() -> None:
    breaker = CircuitBreaker(failures=3, reset_after=30.0)
    for _ in range(2):
        breaker.failed(0.0)
        assert breaker.allows(0.0)
    breaker.failed(0.0)
    assert not breaker.allows(0.0)


def test_a_success_in_between_begins_the_count_anew() -> None:
    breaker = CircuitBreaker(failures=2)
    for _ in range(5):
        breaker.failed(0.0)
        breaker.succeeded()
    assert breaker.allows(0.0)


def test_after_a_while_one_is_let_through_and_the_others_wait_for_its_luck() -> None:
    breaker = opened(at=100.0)
    assert not breaker.allows(129.9)
    assert breaker.allows(130.0)
    assert not breaker.allows(130.0)
    assert not breaker.allows(159.0)


def test_it_closes_when_the_one_let_through_succeeds() -> None:
    breaker = opened()
    assert breaker.allows(30.0)
    breaker.succeeded()
    assert breaker.allows(30.0)
    breaker.failed(31.0)
    assert breaker.allows(31.0)


def test_it_opens_again_at_once_when_the_one_let_through_fails() -> None:
    breaker = opened()
    assert breaker.allows(30.0)
    breaker.failed(35.0)
    assert not breaker.allows(64.0)
    assert breaker.allows(65.0)


def test_one_let_through_that_never_reports_back_does_not_close_the_door_for_ever() -> None:
    breaker = opened()
    assert breaker.allows(30.0)
    assert breaker.allows(60.0)


@pytest.mark.parametrize("options", [{"failures": 0}, {"reset_after": 0}, {"failure": 3}])
def test_senseless_options_are_refused(options: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        BreakerOptions.model_validate(options)
