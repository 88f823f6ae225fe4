"""What completions have cost, together and in a trace."""

from dialog_generative.chat import Usage


def test_usage_adds_up_and_the_first_token_is_that_of_what_is_shown() -> None:
    first = Usage(10, 4, 3, first_token_seconds=0.5, seconds=1.0, cost=0.1, requests=1)
    second = Usage(20, 8, 5, first_token_seconds=0.2, seconds=2.0, requests=2, retries=1, estimated=True)
    assert first + second == Usage(30, 12, 8, 0.2, 3.0, 0.1, 3, 1, True)


def test_what_is_not_known_is_not_told() -> None:
    assert Usage(10, 0, 3, seconds=1.23456789).notes() == {
        "tokens_in": 10,
        "tokens_cached": 0,
        "tokens_out": 3,
        "seconds": 1.234568,
    }
    assert (Usage() + Usage()).cost is None
    assert (Usage(cost=0.0) + Usage()).notes()["cost"] == 0.0
