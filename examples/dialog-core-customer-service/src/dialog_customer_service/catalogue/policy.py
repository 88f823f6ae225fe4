"""The policy `product_search`: "do you have blue jackets under 80 euros?", and what follows from there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from dialog_core import ActionCall, ActionResult, Candidate, Component, Context, Evidence, SlotSet, Turn
from dialog_customer_service.catalogue.telling import Teller
from dialog_customer_service.catalogue.wishes import Heard, refined, understand
from dialog_customer_service.catalogue.words import read_words
from dialog_customer_service.options import ProductSearchOptions
from dialog_customer_service.shop.values import Wish

SLOT = "product_search"  # what was asked for last
ACTION = "find_products"
SURE, CLEAR, LIKELY = 0.95, 0.9, 0.8  # an open question for goods; goods and what they should be like; goods alone
SHORT = 4  # words of a message that may be nothing but a kind of product


class ProductSearch(Component[ProductSearchOptions]):
    """Looks for products: what somebody asks for first, and what they add to it while it is what is talked about."""

    def __init__(self, options: ProductSearchOptions, context: Context) -> None:
        super().__init__(options, context)
        context.files.add(options.words)
        self._words = read_words(options.words)
        self._teller = Teller(self._words, options.shown)

    def propose(self, turn: Turn) -> Sequence[Candidate]:
        """Return a candidate that searches, if the message is a wish for goods."""
        heard = understand(turn.text, self._words)
        score = self._score(turn, heard)
        if not score:
            return []
        if self._goes_on(turn, heard):
            kept = turn.slots.get(SLOT)
            price = kept.get("cheapest_shown") if isinstance(kept, Mapping) else None
            wish = refined(self._before(turn), heard, price if isinstance(price, int | float) else None)
        else:
            wish = heard.wish
        if wish == Wish() or (not wish.category and not wish.colours):
            return [Candidate(self._teller.which(turn.language), score, evidence=(_evidence(score),))]
        call = ActionCall(ACTION, asdict(wish) | {"colours": list(wish.colours)}, retries=1)
        return [Candidate("", score, action=call, evidence=(_evidence(score),))]

    def resume(self, turn: Turn, result: ActionResult) -> Candidate:
        """Return what was found, or that nobody can say."""
        if not result.ok or not isinstance(result.value, Mapping):
            return Candidate(self._teller.failed(turn.language), 1.0, evidence=(_evidence(1.0),))
        size = turn.user.facts.get("size")
        told = self._teller.tell(result.value, turn.language, size if isinstance(size, str) else "")
        prices = [product["price"] for product in result.value["found"]]
        kept = {
            **result.value["wish"],
            "currency": result.value["currency"],
            "cheapest_shown": min(prices, default=None),
        }
        effects = (SlotSet(SLOT, kept),)
        return Candidate(told.text, 1.0, evidence=(_evidence(1.0),), effects=effects, quick_replies=told.quick_replies)

    def _score(self, turn: Turn, heard: Heard) -> float:
        wish = heard.wish
        if heard.elsewhere:
            return 0.0
        if turn.conversation.flows:  # what is asked for there has the same words: only an open question leads away
            return CLEAR if heard.asks and wish.category and turn.text.rstrip().endswith(("?", "？", "吗")) else 0.0
        if wish.category and heard.asks:
            return SURE
        if (wish.category and heard.narrows) or (heard.asks and wish.colours) or self._goes_on(turn, heard):
            return CLEAR
        return LIKELY if wish.category and heard.words <= SHORT else 0.0

    def _goes_on(self, turn: Turn, heard: Heard) -> bool:
        """Say whether a message adds to the search before it: products were just spoken of, and it names no other."""
        last = turn.conversation.last_bot_message
        before = self._before(turn)
        if last is None or before == Wish() or heard.wish.category not in ("", before.category):
            return False
        if last.policy != self.context.name:  # something else was said in between, and it comes back to "it"
            return heard.refers and heard.asks and bool(heard.wish.colours or heard.wish.size)
        return heard.narrows or heard.price_asked

    def _before(self, turn: Turn) -> Wish:
        return wish_of(turn.slots.get(SLOT))


def wish_of(value: Any) -> Wish:
    """Return a wish as it is kept in a slot or given to an action; an empty one where it is none."""
    if not isinstance(value, Mapping):
        return Wish()
    known = {name: value[name] for name in Wish.__dataclass_fields__ if name in value}
    return Wish(**known | {"colours": tuple(known.get("colours", ()))})


def _evidence(score: float) -> Evidence:
    return Evidence("product_search", "product_search", score, {"cite": False})
