"""Puts what was found into words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dialog_customer_service.catalogue.words import CatalogueWords

SIGNS = {"GBP": "£", "EUR": "€", "CNY": "¥", "USD": "$"}
REPLIES = 3  # quick replies that narrow a search down


@dataclass(frozen=True)
class Told:
    """What to say, and what to offer beside it."""

    text: str
    quick_replies: tuple[str, ...] = ()


class Teller:
    """Tells what the action `find_products` has found."""

    def __init__(self, words: CatalogueWords, shown: int) -> None:
        self._words = words
        self._shown = shown

    def which(self, language: str) -> str:
        """Ask what somebody is looking for."""
        return self._words.text("which", language, categories=self._categories(language))

    def failed(self, language: str) -> str:
        """Say that nobody can say what there is."""
        return self._words.text("failed", language)

    def tell(self, result: Mapping[str, Any], language: str, size: str) -> Told:
        """Say what was found; `size` is the one the customer is known to wear."""
        words, wish, currency = self._words, result["wish"], result["currency"]
        found, near = result["found"], result["near"]
        lead = ""
        if result["asked_currency"] not in ("", currency):
            lead = words.text("currency", language, currency=SIGNS.get(currency, currency)) + "\n\n"
        if not found and not near:
            return Told(lead + words.text("nothing", language, categories=self._categories(language)))
        shown = (found or near)[: self._shown]
        mine = size if not wish["size"] else ""
        lines = "\n".join(self._line(product, currency, language, mine, wish["size"]) for product in shown)
        things = self.things(wish, currency, language)
        text = words.text("found" if found else "near", language, things=things, lines=lines)
        left = len(found) - len(shown)
        if left > 0:
            text += "\n\n" + words.text("more", language, left=left)
        return Told(lead + text, self._narrower(found, wish, language) if len(found) > 1 else ())

    def things(self, wish: Mapping[str, Any], currency: str, language: str) -> str:
        """Return a wish in words: blue jackets up to €80."""
        words, chinese = self._words, language.casefold().startswith("zh")
        colours = [words.label(colour, words.colours, language) for colour in wish["colours"]]
        thing = words.label(wish["category"], words.categories, language) if wish["category"] else ""
        thing = thing or words.text("anything", language)
        limits = []
        if wish["size"]:
            limits.append(words.text("size", language, size=wish["size"]))
        if wish["least"] is not None:
            limits.append(words.text("over", language, price=_price(wish["least"], currency)))
        if wish["most"] is not None:
            limits.append(words.text("under", language, price=_price(wish["most"], currency)))
        if wish["below"] is not None:
            limits.append(words.text("below", language, price=_price(wish["below"], currency)))
        if wish["in_stock"]:
            limits.append(words.text("stock", language))
        if chinese:
            return "、".join([*limits, "或".join(colours) + thing])
        if not wish["category"]:
            return " ".join([thing, " or ".join(colours), *limits])
        return " ".join(filter(None, [" or ".join(colours), thing, *limits]))

    def _line(self, product: Mapping[str, Any], currency: str, language: str, size: str, wished: str) -> str:
        words, sizes = self._words, product["sizes"]
        listed = "、".join(sizes) if language.casefold().startswith("zh") else ", ".join(sizes)
        if not product["in_stock"]:
            stock = words.text("sold_out", language)
        elif not sizes:
            stock = ""
        elif wished and wished in product["known_sizes"] and wished not in sizes:
            stock = words.text("lacks_size", language, size=wished, sizes=listed)
        elif size and size in product["known_sizes"]:
            name = "your_size" if size in sizes else "not_your_size"
            stock = words.text(name, language, size=size, sizes=listed)
        else:
            stock = words.text("sizes", language, sizes=listed)
        price = _price(product["price"], currency)
        return words.text("line", language, name=product["name"], price=price, stock=stock)

    def _narrower(self, found: Sequence[Mapping[str, Any]], wish: Mapping[str, Any], language: str) -> tuple[str, ...]:
        """Return colours that would narrow the search down."""
        if wish["colours"]:
            return ()
        colours = dict.fromkeys(product["colour"] for product in found if product["colour"])
        if len(colours) < 2:
            return ()
        labels = [self._words.label(colour, self._words.colours, language) for colour in colours]
        return tuple(label[:1].upper() + label[1:] for label in labels[:REPLIES])

    def _categories(self, language: str) -> str:
        labels = [self._words.label(id, self._words.categories, language) for id in self._words.categories]
        return "、".join(labels) if language.casefold().startswith("zh") else ", ".join(labels)


def _price(amount: float, currency: str) -> str:
    sign = SIGNS.get(currency, f"{currency} ")
    return f"{sign}{amount:.0f}" if amount == int(amount) else f"{sign}{amount:.2f}"
