"""What an endpoint's answers cost, and what is left of a conversation's budget."""

import re
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dialog_generative.chat import Usage
from dialog_generative.endpoint.options import Budget, Prices

MILLION = 1_000_000
CHARACTERS_PER_TOKEN = 4  # of text in Latin letters; OpenAI's rule of thumb
MESSAGE_TOKENS = 4  # of each message, for what says who speaks
MOST_TOKENS = 10**12  # of one answer; who says more talks nonsense
MAX_OPEN = 10_000  # conversations with costs that are not stored yet
# Scripts without spaces, and full-width forms: about a token for each character.
DENSE = re.compile(r"[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")


@dataclass(frozen=True, slots=True)
class Tokens:
    """How many tokens an answer took.

    Attributes:
        read: Of the chat.
        cached: Of those, the ones the endpoint had in its cache.
        written: Of the completions.
        estimated: Whether they were estimated.
    """

    read: int
    cached: int
    written: int
    estimated: bool = False


def estimate(text: str) -> int:
    """Return about how many tokens a text takes, whatever the model."""
    dense = len(DENSE.findall(text))
    return dense + -(-(len(text) - dense) // CHARACTERS_PER_TOKEN)


def told(usage: Any) -> Tokens | None:
    """Return what an endpoint says of its tokens; None if it says nothing that can be used."""
    if not isinstance(usage, Mapping):
        return None
    read, written = _number(usage.get("prompt_tokens")), _number(usage.get("completion_tokens"))
    if read is None or written is None:
        return None
    details = usage.get("prompt_tokens_details")
    cached = _number(details.get("cached_tokens")) if isinstance(details, Mapping) else None
    return Tokens(read, min(cached or 0, read), written)


def estimated(asked: Iterable[str], written: Iterable[str]) -> Tokens:
    """Return about how many tokens texts take, where the endpoint does not say."""
    read = sum(estimate(text) + MESSAGE_TOKENS for text in asked)
    return Tokens(read, 0, sum(estimate(text) for text in written), estimated=True)


def cost(tokens: Tokens, prices: Prices | None) -> float | None:
    """Return what tokens cost; None where no prices are given."""
    if prices is None:
        return None
    cached = prices.input if prices.cached is None else prices.cached
    fresh = tokens.read - tokens.cached
    return (fresh * prices.input + tokens.cached * cached + tokens.written * prices.output) / MILLION


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < MOST_TOKENS else None


class Ledger:
    """Sums up what conversations have cost, also through requests that failed or were made beside a turn.

    What is stored with a conversation comes from `spent`; what has come up since is kept here until then.
    """

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._open: OrderedDict[str, Usage] = OrderedDict()

    def add(self, conversation_id: str, usage: Usage) -> None:
        """Add what a request has cost."""
        self._open[conversation_id] = self._open.pop(conversation_id, Usage()) + usage
        while len(self._open) > MAX_OPEN:
            self._open.popitem(last=False)

    def refusal(self, conversation_id: str, stored: Any) -> str:
        """Return why a conversation must not cost more, as far as it is stored; empty if it may."""
        used, paid = self._sum(stored, self._open.get(conversation_id, Usage()))
        if self._budget.tokens is not None and used >= self._budget.tokens:
            return f"the conversation's budget of {self._budget.tokens} tokens is used up ({used})"
        if self._budget.cost is not None and paid >= self._budget.cost:
            return f"the conversation's budget of {self._budget.cost:g} is used up ({paid:.6g})"
        return ""

    def settle(self, conversation_id: str, stored: Any) -> dict[str, Any]:
        """Return what a conversation has cost by now, for storing."""
        used, paid = self._sum(stored, self._open.pop(conversation_id, Usage()))
        return {"tokens": used, "cost": round(paid, 12)}

    def _sum(self, stored: Any, more: Usage) -> tuple[int, float]:
        known = stored if isinstance(stored, Mapping) else {}
        used, paid = known.get("tokens"), known.get("cost")
        tokens = used if isinstance(used, int) else 0
        money = float(paid) if isinstance(paid, int | float) else 0.0
        return tokens + more.tokens_in + more.tokens_out, money + (more.cost or 0.0)
