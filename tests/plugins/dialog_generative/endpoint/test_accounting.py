import pytest

from dialog_generative.chat import Usage
from dialog_generative.endpoint.accounting import MAX_OPEN, Ledger, Tokens, cost, estimate, estimated, told
from dialog_generative.endpoint.options import Budget, Prices


@pytest.mark.parametrize(
    ("text", "tokens"),
    [("", 0), ("hi", 1), ("good morning", 3), ("你好", 2), ("你好, all", 4), ("한국어", 3), ("😀", 1)],
)
def test_tokens_are_estimated_by_the_script(text: str, tokens: int) -> None:
    assert estimate(text) == tokens


def test_what_the_endpoint_says_is_believed_where_it_makes_sense() -> None:
    assert told({"prompt_tokens": 9, "completion_tokens": 4}) == Tokens(9, 0, 4)
    details = {"prompt_tokens_details": {"cached_tokens": 6}}
    assert told({"prompt_tokens": 9, "completion_tokens": 4, **details}) == Tokens(9, 6, 4)
    assert told({"prompt_tokens": 9, "completion_tokens": 4, "prompt_tokens_details": None}) == Tokens(9, 0, 4)


@pytest.mark.parametrize(
    "usage",
    [
        None,
        {},
        [],
        7,
        {"prompt_tokens": "9", "completion_tokens": 1},
        {"prompt_tokens": -1, "completion_tokens": 1},
        {"prompt_tokens": 10**400, "completion_tokens": 1},
    ],
)
def test_nonsense_counts_as_nothing_said(usage: object) -> None:
    assert told(usage) is None


def test_an_estimate_says_that_it_is_one() -> None:
    assert estimated(["good morning", "hi"], ["yes"]) == Tokens(3 + 4 + 1 + 4, 0, 1, estimated=True)


def test_costs_follow_the_prices() -> None:
    tokens = Tokens(1_000_000, 400_000, 100_000)
    assert cost(tokens, None) is None
    assert cost(tokens, Prices(input=2, output=10)) == pytest.approx(2 + 1)
    assert cost(tokens, Prices(input=2, cached=0.5, output=10)) == pytest.approx(1.2 + 0.2 + 1)


def test_a_budget_is_used_up_by_what_is_stored_and_what_has_come_up_since() -> None:
    ledger = Ledger(Budget(tokens=100, cost=1.0))
    assert ledger.refusal("c", None) == ""
    assert ledger.refusal("c", {"tokens": 99, "cost": 0.5}) == ""
    ledger.add("c", Usage(tokens_in=1, cost=0.1))
    assert (
        ledger.refusal("c", {"tokens": 99, "cost": 0.5}) == "the conversation's budget of 100 tokens is used up (100)"
    )
    assert ledger.refusal("c", {"tokens": 0, "cost": 0.9}) == "the conversation's budget of 1 is used up (1)"
    assert ledger.refusal("another", {"tokens": 99, "cost": 0.5}) == ""


def test_what_is_settled_is_owed_no_longer() -> None:
    ledger = Ledger(Budget())
    ledger.add("c", Usage(tokens_in=10, tokens_out=5, cost=0.25))
    ledger.add("c", Usage(tokens_in=1))
    assert ledger.settle("c", {"tokens": 4, "cost": 1.0}) == {"tokens": 20, "cost": 1.25}
    assert ledger.settle("c", None) == {"tokens": 0, "cost": 0.0}


def test_rubbish_in_the_store_counts_as_nothing() -> None:
    assert Ledger(Budget()).settle("c", ["x"]) == {"tokens": 0, "cost": 0.0}
    assert Ledger(Budget()).settle("c", {"tokens": "x", "cost": None}) == {"tokens": 0, "cost": 0.0}


def test_not_more_conversations_are_kept_than_there_is_room_for() -> None:
    ledger = Ledger(Budget(tokens=1))
    for number in range(MAX_OPEN + 1):
        ledger.add(str(number), Usage(tokens_in=1))
    assert ledger.refusal("0", None) == ""
    assert ledger.refusal("1", None) != ""
