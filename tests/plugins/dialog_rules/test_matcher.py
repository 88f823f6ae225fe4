"""The index over patterns finds what trying every pattern finds."""

import random
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from dialog_rules.expression import Expression
from dialog_rules.matcher import Matcher
from dialog_rules.pattern import parse
from dialog_rules.pattern_reader import Entity, PatternError
from dialog_rules.patterns import ExpressionPattern, Pattern, Patterns, PlainPattern
from dialog_rules.scan import Scan

ENTITIES = {"number": Entity("number", Expression("[0-9]{1,3}")), "code": Entity("code", Expression("AF[0-9]"))}
WORDS = ["a", "b", "c", "d", "e", "我", "12", "AF1"]
PIECES = [*WORDS, "(a)", "(b|c)", "[a|b]", "[c d|e]", "(a [b|{number}])", "{number}", "{code}", "[{code}|d]"]


def pattern(text: str) -> Pattern:
    if text.startswith("/"):
        return ExpressionPattern(text, 1, Expression(text[1:-1]))
    return PlainPattern(text, 1, parse(text, ENTITIES))


def usable(text: str) -> bool:
    try:
        pattern(text)
    except PatternError:
        return False
    return True


def brute_force(rules: Sequence[Patterns], message: str) -> dict[int, float]:
    """The rules that match, with the best score, found by trying everything."""
    found = {}
    for number, rule in enumerate(rules):
        scan = Scan(message, 1.0)
        scores = [match.score for one in rule.any_of if (match := one.match(scan, rule.whole))]
        if scores and not any(veto.match(scan, False) for veto in rule.none_of):
            found[number] = max(scores)
    return found


def by_index(rules: Sequence[Patterns], message: str) -> dict[int, float]:
    return {found.rule: found.match.score for found in Matcher(rules).find(Scan(message, 1.0))}


plain_texts = st.lists(st.sampled_from(PIECES), min_size=1, max_size=4).map(" ".join).filter(usable)
texts = plain_texts | st.sampled_from(["/a b/", "/^a.*e$/", "/(b|c) d/", "/[0-9]+ e/", "/我/"])
any_rules = st.lists(
    st.builds(
        lambda when, unless, whole: Patterns(tuple(map(pattern, when)), tuple(map(pattern, unless)), whole),
        st.lists(texts, min_size=1, max_size=3),
        st.lists(texts, max_size=1),
        st.booleans(),
    ),
    min_size=1,
    max_size=8,
)
messages = st.lists(st.sampled_from([*WORDS, "x", "!", "AF12"]), max_size=7).map(" ".join)


@given(rules=any_rules, message=messages)
def test_the_index_finds_what_brute_force_finds(rules: list[Patterns], message: str) -> None:
    assert by_index(rules, message) == brute_force(rules, message)


def test_a_thousand_rules_find_what_brute_force_finds() -> None:
    chance = random.Random(1)
    words = [f"word{number}" for number in range(300)]

    def phrase() -> str:
        said = chance.sample(words, chance.randint(2, 4))
        said[0] = chance.choice([said[0], f"[{said[0]}|{chance.choice(words)}]"])
        return " ".join([*said, chance.choice(["", "(please)", "{code}"])])

    rules = [Patterns(tuple(pattern(phrase()) for _ in range(3)), whole=chance.random() < 0.3) for _ in range(1000)]
    matcher = Matcher(rules)
    hits = 0
    for number in range(0, 1000, 20):
        sentence = rules[number].any_of[0].text.replace("[", "").split("|")[0].replace("{code}", "AF7").split("]")[0]
        message = f"{sentence} {' '.join(chance.sample(words, 3))}"
        found = {one.rule: one.match.score for one in matcher.find(Scan(message, 1.0))}
        assert found == brute_force(rules, message)
        hits += bool(found)
    assert hits


def test_only_a_handful_of_a_thousand_rules_is_tried() -> None:
    rules = [Patterns((pattern(f"where is my [parcel{number}|box{number}] please"),)) for number in range(1000)]
    matcher = Matcher(rules)
    assert len(matcher.candidates(Scan("where is my parcel77 please", 1.0))) == 1
    assert matcher.candidates(Scan("where is my please", 1.0)) == []


def test_a_pattern_of_entities_alone_is_tried_where_the_entity_is() -> None:
    matcher = Matcher([Patterns((pattern("{code}"),))])
    assert matcher.candidates(Scan("it is AF1", 1.0)) == [(0, 0)]
    assert matcher.candidates(Scan("it is A1", 1.0)) == []


def test_the_pattern_that_covers_most_speaks_for_its_rule() -> None:
    rules = [Patterns((pattern("order"), pattern("my order"), pattern("is my order")))]
    (found,) = Matcher(rules).find(Scan("where is my order", 1.0))
    assert found.pattern.text == "is my order"


def test_a_veto_that_ran_out_of_time_counts() -> None:
    rules = [Patterns((pattern("help"),), (pattern("/(a|aa)+$/"),)), Patterns((pattern("help"),))]
    scan = Scan(f"help {'a' * 100}!", 0.01)
    assert [found.rule for found in Matcher(rules).find(scan)] == [1]
