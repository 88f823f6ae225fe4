"""Reads what a pupil writes: numbers, letters, + - × ÷ ^ ( ) =, fractions, 2x for 2·x, also in full-width characters.

A tokenizer and a recursive-descent parser of our own, because those of SymPy evaluate code. Everything is bounded: how
long a text is, how deep, how many digits, how high powers are and how large what they give.
"""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction

from dialog_education.algebra.expressions import (
    Equation,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Unknown,
    unknowns,
)

MAX_LENGTH = 200  # characters of one expression
MAX_TOKENS = 80
MAX_DEPTH = 16  # of brackets
MAX_DIGITS = 12
MAX_EXPONENT = 10
MAX_UNKNOWNS = 3
MAX_DEGREE = 3  # of the unknowns; more is no first algebra, and would take SymPy long
MAX_BITS = 512  # of a number that powers and products give: nothing in a school book has more

_REPLACED = str.maketrans(
    {
        "×": "*", "✕": "*", "✖": "*", "·": "*", "⋅": "*", "∙": "*", "∗": "*", "乘": "*",
        "÷": "/", "∕": "/", "⁄": "/", "／": "/", "除": "/", "−": "-", "–": "-", "—": "-", "﹣": "-", "－": "-",
        "＋": "+", "＝": "=", "（": "(", "）": ")", "［": "(", "］": ")", "[": "(", "]": ")", "{": "(", "}": ")",
        "【": "(", "】": ")", "加": "+", "减": "-", "等": "=", "，": ",", "。": ".",
    }
)  # fmt: skip
_SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789", strict=True))
_VULGAR = {"½": "(1/2)", "¼": "(1/4)", "¾": "(3/4)", "⅓": "(1/3)", "⅔": "(2/3)", "⅕": "(1/5)", "⅛": "(1/8)"}
_WITH_VULGAR = re.compile(rf"(?<![\d.])(\d{{1,12}}) ?([{''.join(_VULGAR)}])", re.ASCII)  # 2½
_MIXED = re.compile(r"(?<![\d./)])(\d{1,12}) (\d{1,12})/(\d{1,12})(?![\d./])", re.ASCII)  # 1 1/2
_THOUSANDS = re.compile(r"(?<!\d)\d{1,3}(?:,\d{3})+(?!\d)", re.ASCII)
_TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?|\.\d+)|(\*\*|[-+*/^()])|([A-Za-z]))", re.ASCII)
_TIMES = re.compile(r"(?<=[\d)])\s*[xX]\s*(?=[\d(])", re.ASCII)  # 3 x 4, where x is no unknown


class NotMathematics(ValueError):
    """A text that cannot be read as an expression.

    Attributes:
        reason: `empty`, `long`, `characters`, `letters`, `form`, `brackets`, `deep`, `digits`, `power` or `zero`.
        place: The characters it is about, for a message.
    """

    def __init__(self, reason: str, place: str = "") -> None:
        super().__init__(f"{reason}: {place}" if place else reason)
        self.reason = reason
        self.place = place[:20]


@dataclass(frozen=True, slots=True)
class _Sized:
    """A node with bounds on what it may come to."""

    node: Node
    bits: int  # of the numbers in it, once worked out
    degree: int


def plain(text: str) -> str:
    """Return a text with the signs that keyboards, tablets and Chinese input give replaced by the plain ones."""
    text = text.replace("减去", "-").replace("加上", "+").replace("乘以", "*").replace("除以", "/").replace("等于", "=")
    text = _WITH_VULGAR.sub(lambda match: f"({match[1]}+{_VULGAR[match[2]]})", text)
    text = "".join(_VULGAR.get(character, character) for character in text.translate(_REPLACED))
    text = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda m: "^" + "".join(_SUPERSCRIPTS[character] for character in m[0]), text)
    return unicodedata.normalize("NFKC", text)


def parse(text: str, letters: Collection[str] | None = None) -> Node:
    """Read an expression.

    Args:
        text: As somebody wrote it.
        letters: Which unknowns it may have; None: any.

    Raises:
        NotMathematics: It is none, or larger than anything in a school book.
    """
    if len(text) > MAX_LENGTH:
        raise NotMathematics("long")
    text = _THOUSANDS.sub(lambda match: match[0].replace(",", ""), plain(text).strip().rstrip(".,;!? "))
    if len(text) > 2 * MAX_LENGTH:
        raise NotMathematics("long")
    if letters is not None and "x" not in letters:
        text = _TIMES.sub("*", text)
    text = _MIXED.sub(r"(\1+\2/\3)", text)
    parser = _Parser(_tokens(text))
    sized = parser.sum(0)
    if parser.rest:
        raise NotMathematics("brackets" if parser.head == ")" else "form", parser.head)
    found = unknowns(sized.node)
    if letters is not None and not found <= set(letters):
        raise NotMathematics("letters", min(found - set(letters)))
    if len(found) > MAX_UNKNOWNS:
        raise NotMathematics("letters", ", ".join(sorted(found)))
    return sized.node


def parse_equation(text: str, letters: Collection[str] | None = None) -> Equation:
    """Read an equation: two expressions with `=` between them.

    Raises:
        NotMathematics: It is none.
    """
    if len(text) > 2 * MAX_LENGTH:
        raise NotMathematics("long")
    sides = plain(text).split("=")
    if len(sides) != 2:
        raise NotMathematics("form", "=")
    return Equation(parse(sides[0], letters), parse(sides[1], letters))


def _tokens(text: str) -> list[str]:
    tokens: list[str] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise NotMathematics("characters", text[position : position + 10].strip())
        if match[1] and len(match[1].replace(".", "")) > MAX_DIGITS:
            raise NotMathematics("digits", match[1])
        tokens.append("^" if match[2] == "**" else match[0].strip())
        position = match.end()
        if len(tokens) > MAX_TOKENS:
            raise NotMathematics("long")
    if not tokens:
        raise NotMathematics("empty")
    return tokens


class _Parser:
    """sum: product (± product)*; product: signed (×÷ signed | power)*; power: atom (^ whole number)?"""

    def __init__(self, tokens: list[str]) -> None:
        self.rest = tokens[::-1]  # so that the next one is taken from the end

    @property
    def head(self) -> str:
        return self.rest[-1] if self.rest else ""

    def take(self) -> str:
        if not self.rest:
            raise NotMathematics("form")
        return self.rest.pop()

    def sum(self, depth: int) -> _Sized:
        if depth > MAX_DEPTH:
            raise NotMathematics("deep")
        terms = [self.product(depth)]
        while self.head and self.head in "+-":
            minus = self.take() == "-"
            term = self.product(depth)
            terms.append(_Sized(Negative(term.node), term.bits, term.degree) if minus else term)
        if len(terms) == 1:
            return terms[0]
        bits = _within(sum(term.bits for term in terms) + 1)  # common denominators multiply
        return _Sized(Sum(tuple(term.node for term in terms)), bits, max(term.degree for term in terms))

    def product(self, depth: int) -> _Sized:
        whole = self.signed(depth)
        while self.head:
            if self.head in "*/":
                sign = self.take()
                other = self.signed(depth)
            elif self.head == "(" or self.head[0].isalpha():  # 2x, 2(x + 1)
                sign, other = "*", self.power(depth)
            else:
                break
            node = Product(whole.node, other.node) if sign == "*" else Quotient(whole.node, other.node)
            if sign == "/" and other.degree:  # an unknown below the line: no first algebra either
                raise NotMathematics("power", "/")
            whole = _Sized(node, _within(whole.bits + other.bits), _low(whole.degree + other.degree))
        return whole

    def signed(self, depth: int) -> _Sized:
        minus = False
        signs = 0
        while self.head and self.head in "+-":
            minus ^= self.take() == "-"
            signs += 1
            if signs > 2:
                raise NotMathematics("form", "-")
        inner = self.power(depth)
        return _Sized(Negative(inner.node), inner.bits, inner.degree) if minus else inner

    def power(self, depth: int) -> _Sized:
        base = self.atom(depth)
        if self.head != "^":
            return base
        self.take()
        exponent = self._exponent()
        if self.head == "^":
            raise NotMathematics("power", "^")
        if exponent < 0 and base.degree:
            raise NotMathematics("power", "^-")
        times = max(1, abs(exponent))
        return _Sized(Power(base.node, exponent), _within(base.bits * times), _low(base.degree * times))

    def _exponent(self) -> int:
        bracket = self.head == "("
        if bracket:
            self.take()
        minus = self.head == "-"
        if minus:
            self.take()
        digits = self.take()
        if bracket and self.take() != ")":
            raise NotMathematics("power", "^")
        if not (digits.isascii() and digits.isdecimal()) or int(digits) > MAX_EXPONENT:
            raise NotMathematics("power", digits)
        return -int(digits) if minus else int(digits)

    def atom(self, depth: int) -> _Sized:
        token = self.take()
        if token == "(":
            inner = self.sum(depth + 1)
            if not self.rest or self.take() != ")":
                raise NotMathematics("brackets", "(")
            return inner
        if token[0].isalpha():
            return _Sized(Unknown(token.lower()), 1, 1)
        if token[0].isdecimal() or token[0] == ".":
            value = Fraction(token)
            return _Sized(Number(value), value.numerator.bit_length() + value.denominator.bit_length(), 0)
        raise NotMathematics("brackets" if token == ")" else "form", token)


def _within(bits: int) -> int:
    if bits > MAX_BITS:
        raise NotMathematics("power")
    return bits


def _low(degree: int) -> int:
    if degree > MAX_DEGREE:
        raise NotMathematics("power")
    return degree
