"""The language of plain patterns: what each means, and what is said about those that mean nothing."""

import re
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_rules.expression import Expression
from dialog_rules.pattern import parse
from dialog_rules.pattern_reader import Entity, PatternError
from dialog_rules.patterns import Match, PlainPattern
from dialog_rules.scan import Scan

ENTITIES = {
    name: Entity(name, Expression(source))
    for name, source in {
        "order_number": "AF[0-9]{6}",
        "digits": "[0-9]{2,6}",
        "name": "[a-z一-龥]+( [a-z]+)?",
        "price": "£?[0-9]{1,4}%?",
        "date": "[0-9]{1,2} (may|june)",
    }.items()
}


def match(pattern: str, message: str, whole: bool = True) -> Match | None:
    return PlainPattern(pattern, 1, parse(pattern, ENTITIES)).match(Scan(message, 1.0), whole)


@pytest.mark.parametrize(
    ("pattern", "messages", "others"),
    [
        ("hello", ["hello", "Hello!", "  HELLO ... ", "hello 👋"], ["hello you", "hell", "", "helloo"]),
        ("good [morning|evening]", ["Good morning", "good, evening"], ["good", "morning", "good morning evening"]),
        ("track (my) order", ["track order", "track my order"], ["track your order", "track my my order"]),
        ("(please|kindly) wait", ["wait", "please wait", "kindly wait"], ["please kindly wait"]),
        (
            "[thanks|thank you (very much)] (all)",
            ["thanks", "thank you very much all"],
            ["thank", "thank you very all"],
        ),
        ("where [is|are] my [order(s)|parcel(s)]", ["where is my order", "where are my parcels"], ["where is my"]),
        ("order(s)", ["order", "orders"], ["order s"]),
        ("re[fund|turn](ed)", ["refund", "returned"], ["re fund", "refund ed"]),
        ("e(-)mail", ["email", "e-mail"], ["e mail"]),
        ("[what's|whats] new", ["what's new", "what’s new", "whats new"], ["what s new"]),
        ("3(.5) stars", ["3 stars", "3.5 stars"], ["3 5 stars"]),
        ("a, b; c!", ["a b c", "a. b. c."], ["ab c"]),
        ("我要[退货|退款](吗)", ["我要退货", "我要退款吗？", "我 要 退 货"], ["我要", "我要退", "我们要退货"]),
        ("查(一下)订单", ["查订单", "查一下订单"], ["查一订单"]),
        ("[yes|ok|👍]", ["yes", "👍", "👍👍", "ok 🙂"], ["🙂", "no"]),
        ("thanks [a lot|🙏]", ["thanks a lot", "thanks", "thanks 🙏"], ["🙏"]),
        ("?", ["?", "???"], ["what?"]),
        ("track {order_number}", ["track AF123456", "Track af123456."], ["track AF12345", "track AF1234567", "track"]),
        ("订单{order_number}到哪了", ["订单AF123456到哪了？"], ["订单到哪了"]),
        ("{order_number} or {digits}", ["AF123456 or 12"], ["12 or AF123456"]),
        ("my name is {name}", ["my name is Ann", "my name is Ann Lee"], ["my name is", "my name is Ann Lee Poe"]),
        ("call me {name} now", ["call me Ann now", "call me Ann Lee now"], ["call me now", "call me"]),
        ("on {date}", ["on 5 May", "on 12 june!"], ["on 5", "on may"]),
    ],
)
def test_a_pattern_matches_what_it_says_and_nothing_else(pattern: str, messages: list[str], others: list[str]) -> None:
    assert [message for message in messages if match(pattern, message) is None] == []
    assert [message for message in others if match(pattern, message) is not None] == []


@pytest.mark.parametrize(
    ("pattern", "message", "captures"),
    [
        ("track {order_number}", "track aF123456", {"order_number": "aF123456"}),
        ("订单{order_number}", "订单ＡＦ１２３４５６", {"order_number": "AF123456"}),
        ("my name is {name}", "my name is ÉVA", None),
        ("叫我{name}吧", "叫我小明吧", {"name": "小明"}),
        ("my name is {name}", "my name is Ann-Marie", None),
        ("call me {name} now", "Call me Ann Lee now", {"name": "Ann Lee"}),
        ("call me {name} now", "Call me Ann, now", {"name": "Ann"}),
        ("it costs {price}", "it costs £50", {"price": "50"}),
        ("only {price} off", "only 50% off", {"price": "50%"}),
        ("on {date} (please)", "on 5 May please", {"date": "5 May"}),
        ("[{order_number}|{digits}]", "1234", {"digits": "1234"}),
    ],
)
def test_an_entity_is_captured_as_it_was_written(pattern: str, message: str, captures: dict[str, str] | None) -> None:
    found = match(pattern, message)
    assert (found and found.captures) == captures


def test_a_sign_that_an_entity_needs_belongs_to_it() -> None:
    entities = {"price": Entity("price", Expression("£[0-9]{1,4}"))}
    pattern = PlainPattern("it costs {price}", 1, parse("it costs {price}", entities))
    found = pattern.match(Scan("It costs £50!", 1.0), whole=True)
    assert found is not None
    assert found.captures == {"price": "£50"}
    assert pattern.match(Scan("It costs 50", 1.0), whole=True) is None


@pytest.mark.parametrize(
    ("pattern", "message", "score"),
    [
        ("my order", "my order", 1.0),
        ("my order", "where is my order", 0.7 + 0.3 * 2 / 4),
        ("my order (please)", "my order or my order please", 0.7 + 0.3 * 3 / 6),
        ("order {digits}", "the order 1234 of mine", 0.7 + 0.3 * 2 / 5),
        ("{digits}", "i have 12 or 13", 0.7 + 0.3 * 1 / 5),
        ("订单", "我的订单", 0.7 + 0.3 * 2 / 4),
    ],
)
def test_anywhere_the_score_tells_how_much_of_the_message_is_covered(pattern: str, message: str, score: float) -> None:
    found = match(pattern, message, whole=False)
    assert found is not None
    assert found.score == pytest.approx(score)


def test_a_message_longer_than_rules_look_is_never_matched_whole() -> None:
    message = "hello " * 100_000
    assert match("hello", message, whole=True) is None
    found = match("hello", message, whole=False)
    assert found is not None
    assert found.score < 1


@pytest.mark.parametrize(
    ("pattern", "offset", "message"),
    [
        ("", None, "no word"),
        ("   ", None, "no word"),
        ("track [my order", 6, "`[` is never closed"),
        ("track (my [order]", 6, "`(` is never closed"),
        ("track my] order", 8, "`]` closes nothing"),
        ("a) b", 1, "`)` closes nothing"),
        ("[a (b|c]]", 7, "`(` is closed by `]`"),
        ("[a|b)", 4, "`[` is closed by `)`"),
        ("a|b", 1, "`|` has a meaning within"),
        ("[a|]", 2, "nothing between"),
        ("x ()", 2, "nothing between"),
        ("[ | a]", 0, "nothing between"),
        ("(hello)", None, "matches every message"),
        ("(a) [(b)|c]", None, "matches every message"),
        ("track {ordernumber}", 7, "no entity 'ordernumber'"),
        ("track {", 6, "not followed by a name"),
        ("track {order number}", 6, "not followed by a name"),
        ("track }", 6, "`}` closes nothing"),
        ("{digits} and {digits}", 13, "captures {digits} twice"),
        ("AF{digits}", 2, "letters touch"),
        ("{digits}th", 8, "letters touch"),
        ("the(m|{digits})", 3, "letters touch"),
        ("track *", 6, "`*` has no meaning"),
        (r"\d+ eggs", 0, r"`\` has no meaning"),
        ("[" * 20 + "a" + "]" * 20, 16, "nested more than"),
        ("(a|b|c|d|e|f|g)" * 4 + "x", 0, "more than 256 words"),
        ("a " * 600, None, "longer than 1,000"),
    ],
)
def test_a_pattern_that_cannot_be_used_says_why_and_where(pattern: str, offset: int | None, message: str) -> None:
    with pytest.raises(PatternError) as caught:
        parse(pattern, ENTITIES)
    assert message in caught.value.message
    assert caught.value.offset == offset


def test_a_misspelt_entity_gets_the_likely_name() -> None:
    with pytest.raises(PatternError) as caught:
        parse("track {order_numbr}", ENTITIES)
    assert caught.value.remedy == "Did you mean 'order_number'?"


@pytest.mark.parametrize(
    "pattern", ["[{digits}|{digits} please]", "(请)({order_number})({digits})吗", "#{digits}", "{digits}%"]
)
def test_entities_may_stand_in_alternatives_and_beside_each_other(pattern: str) -> None:
    assert parse(pattern, ENTITIES).parts


# --- Any pattern ------------------------------------------------------------------------------------------------------

WORDS = st.sampled_from(["a", "b", "c", "don't", "e-mail", "café", "我", "要"])


@dataclass
class Drawn:
    """A pattern, a sentence it stands for, and a regular expression over words with a space behind each."""

    pattern: str
    sentence: str
    expression: str


@st.composite
def parts(draw: st.DrawFn, depth: int = 3) -> Drawn:
    kind = draw(st.sampled_from(["word", "word", "choice", "optional"])) if depth else "word"
    if kind == "word":
        word = draw(WORDS)
        return Drawn(word, word, f"{re.escape(word)} ")
    options = draw(st.lists(sequences(depth=depth - 1), min_size=1, max_size=3))
    said = draw(st.sampled_from(options)).sentence
    inner = "|".join(option.pattern for option in options)
    either = "|".join(option.expression for option in options)
    if kind == "choice":
        return Drawn(f"[{inner}]", said, f"(?:{either})")
    return Drawn(f"({inner})", draw(st.sampled_from(["", said])), f"(?:{either})?")


@st.composite
def sequences(draw: st.DrawFn, depth: int = 3) -> Drawn:
    drawn = draw(st.lists(parts(depth=depth), min_size=1, max_size=3))
    sentence = " ".join(part.sentence for part in drawn)
    return Drawn(" ".join(part.pattern for part in drawn), sentence, "".join(part.expression for part in drawn))


@given(drawn=sequences(), noise=st.sampled_from(["", "!", " ... ", "?! "]))
def test_every_sentence_of_a_pattern_is_matched_by_it(drawn: Drawn, noise: str) -> None:
    found = match(f"go {drawn.pattern}", f"Go {drawn.sentence.upper()}{noise}")
    assert found is not None
    assert found.score == 1.0


@given(drawn=sequences(), words=st.lists(WORDS, max_size=6))
def test_a_pattern_matches_exactly_what_brute_force_finds(drawn: Drawn, words: list[str]) -> None:
    expression = re.compile(f"go {drawn.expression}")
    message = ["go", *words]
    pieces = [
        end - start
        for start in range(len(message))
        for end in range(start + 1, len(message) + 1)
        if expression.fullmatch("".join(f"{word} " for word in message[start:end]))
    ]
    text = " ".join(message)
    assert (match(f"go {drawn.pattern}", text) is not None) == (len(message) in pieces)
    found = match(f"go {drawn.pattern}", text, whole=False)
    assert (found and found.score) == (pytest.approx(0.7 + 0.3 * max(pieces) / len(message)) if pieces else None)


@given(st.text(alphabet="ab我 [](){}|*\\/'-👍?{digits}", max_size=30))
def test_any_text_is_a_pattern_or_a_clear_mistake(text: str) -> None:
    mistake = None
    try:
        assert match(text, "", whole=False) is None
    except PatternError as error:
        mistake = error
    assert mistake is None or (mistake.message and 0 <= (mistake.offset or 0) <= len(text))
