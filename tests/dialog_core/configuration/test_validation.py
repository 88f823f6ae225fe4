"""What is said about a configuration that does not fit its model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import AliasChoices, BaseModel, Field, RootModel, field_validator, model_validator

from dialog_core.configuration import (
    ConfigPath,
    ConfigurationError,
    Duration,
    Names,
    Options,
    check,
    parse_yaml,
    validate,
)

FILE = Path("bot.yaml")


class Dispatch(Options):
    tiers: list[list[str]] = Field(default=[])
    accept_at: float = Field(default=0.8, ge=0, le=1)
    deadline: Duration = 5.0


class BM25(Options):
    use: Literal["bm25"]
    knowledge: str
    k1: float = 1.5


class Faiss(Options):
    use: Literal["faiss"]
    encoder: str
    path: ConfigPath | None = None


class Bot(Options):
    name: str = Field(default="Aria", description="What the bot is called. Shown to users.")
    version: int = 1
    policies: list[BM25 | Faiss] = Field(default=[])
    tagged: dict[str, Annotated[BM25 | Faiss, Field(discriminator="use")]] = Field(default={})
    dispatch: Dispatch | None = None
    knowledge: Names = ()
    labels: dict[str, str] = Field(default={})
    mode: Literal["fast", "slow"] = "fast"
    flag: bool = False
    wait: Duration | Literal["forever"] = "forever"
    top: int | Literal["all"] = "all"
    words: list[str] = Field(default=[], min_length=1, max_length=2)
    size: int | None = Field(default=None, gt=0, multiple_of=2)
    code: str = Field(default="ab", min_length=1, max_length=3, pattern="^[a-z]*$")


def problems_of(text: str, model: type[BaseModel] = Bot) -> list[str]:
    """The problems of a text as a user reads them, without the name of the file."""
    result, problems = check(model, parse_yaml(text, FILE))
    assert result is None
    return [str(problem).removeprefix("bot.yaml:") for problem in ConfigurationError(problems).problems]


def test_a_right_configuration_becomes_options() -> None:
    text = (
        "policies: [{use: bm25, knowledge: faq}]\ndispatch: {tiers: [[a], [b, 1.5]], deadline: 300ms}\nknowledge: faq"
    )

    bot = validate(Bot, parse_yaml(text))

    assert bot.policies == [BM25(use="bm25", knowledge="faq")]
    assert bot.dispatch == Dispatch(tiers=[["a"], ["b", "1.5"]], deadline=0.3)
    assert bot.knowledge == ("faq",)


def test_an_unknown_key_is_named_with_its_place_and_the_likely_right_one() -> None:
    text = "name: Aria\ndispatch:\n  accept_at: 0.5\n  deadlin: 5s\n"

    assert problems_of(text) == ["4:3: dispatch.deadlin: unknown key. Did you mean 'deadline'?"]


def test_the_likely_right_key_is_not_one_that_is_there_already() -> None:
    class Pair(Options):
        question: str
        questions: str = ""

    assert problems_of("question: a\nquestionz: b\n", Pair) == [
        "2:1: questionz: unknown key. Did you mean 'questions'?"
    ]


def test_every_mistake_is_reported_at_once_in_reading_order() -> None:
    text = """\
nam: Aria
version: many
policies:
  - {use: bm25, knowlege: faq, k1: x}
  - {use: faiss}
  - {use: bm52, knowledge: faq}
  - 5
dispatch: {tiers: [a, [b, true]], accept_at: 2, deadline: 5x}
mode: fats
"""

    assert problems_of(text) == [
        "1:1: nam: unknown key. Did you mean 'name'?",
        "2:10: version: needs a whole number, not 'many'",
        "4:5: policies[0].knowledge: is missing. Add `knowledge:`.",
        "4:17: policies[0].knowlege: unknown key. Did you mean 'knowledge'?",
        "4:36: policies[0].k1: needs a number, not 'x'",
        "5:5: policies[1].encoder: is missing. Add `encoder:`.",
        "6:11: policies[2].use: needs 'bm25' or 'faiss', not 'bm52'. Did you mean 'bm25'?",
        "7:5: policies[3]: needs a mapping (`key: value` lines), not 5",
        "8:20: dispatch.tiers[0]: needs a list, not 'a'. Write it as a list: [a].",
        '8:27: dispatch.tiers[1][1]: needs text, not true. Quote it: "true".',
        "8:46: dispatch.accept_at: must be at most 1, not 2",
        "8:59: dispatch.deadline: needs a duration, not '5x'; write a number of seconds, or a number with ms, s, m, h"
        " or d, such as 300ms, 5s, 2m, 12h, 1d",
        "9:7: mode: needs 'fast' or 'slow', not 'fats'. Did you mean 'fast'?",
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("name: True", '1:7: name: needs text, not true. Quote it: "True".'),
        ("name: null", '1:7: name: needs text, not null. Quote it: "null"; or write a value, or remove the line.'),
        ("name:", "1:6: name: needs text, but is empty. Write a value, or remove the line."),
        ("version: ~", "1:10: version: needs a whole number, not null. Write a value, or remove the line."),
        ("version: true", "1:10: version: needs a whole number, not true"),
        ("size: false", "1:7: size: must be greater than 0, not false"),
        ("version: 1.5", "1:10: version: needs a whole number, not 1.5"),
        ("name: {a: b}", "1:7: name: needs text, not a mapping. If it is text that holds a `: `, put it in quotes."),
        ("name: [a]", "1:7: name: needs text, not a list"),
        ("flag: maybe", "1:7: flag: needs true or false, not 'maybe'"),
        ("labels: [a]", "1:9: labels: needs a mapping (`key: value` lines), not a list"),
        ("labels: {a: false}", '1:13: labels.a: needs text, not false. Quote it: "false".'),
        ("words: a", "1:8: words: needs a list, not 'a'. Write it as a list: [a]."),
        ("words: []", "1:8: words: needs at least one entry"),
        ("words: [a, b, c]", "1:8: words: may have at most 2 entries"),
        ("size: 0", "1:7: size: must be greater than 0, not 0"),
        ("size: 3", "1:7: size: must be a multiple of 2, not 3"),
        ("code: ''", "1:7: code: must not be empty"),
        ("code: abcd", "1:7: code: may have at most 3 characters"),
        ("code: A1", "1:7: code: must match the pattern `^[a-z]*$`, which 'A1' does not"),
        ("top: al", "1:6: top: needs a whole number or 'all', not 'al'. Did you mean 'all'?"),
        ("knowledge: [a, null]", '1:16: knowledge[1]: needs text, not null. Quote it: "null"; or write a value, or'),
        ("knowledge: true", '1:12: knowledge: needs text, not true. Quote it: "true".'),
        ("tagged: {a: {use: bm26}}", "1:19: tagged.a.use: there is no 'bm26' here. Did you mean 'bm25'?"),
        ("tagged: {a: {k1: 1}}", "1:13: tagged.a.use: is missing. Add `use:`."),
        (
            "tagged: {a: {use: bm25, knowledge: x, zz: 1}}",
            "1:39: tagged.a.zz: unknown key. Known: k1, knowledge, use.",
        ),
        ("dispatch: {deadlines: 5}", "1:12: dispatch.deadlines: unknown key. Did you mean 'deadline'?"),
        ("- a", "1:1: needs a mapping (`key: value` lines), not a list"),
        (f"mode: {'x' * 100}", f"1:7: mode: needs 'fast' or 'slow', not '{'x' * 57}...'"),
    ],
)
def test_mistakes_are_told_in_plain_words(text: str, problem: str) -> None:
    (told,) = problems_of(text)

    assert told.startswith(problem)
    assert "Input should" not in told


def test_a_check_that_refuses_a_value_of_a_union_is_heard() -> None:
    (told,) = problems_of("wait: never")

    assert told.startswith("1:7: wait: needs a duration, not 'never'")


def test_a_missing_key_says_what_it_is_for() -> None:
    class Named(Options):
        name: str = Field(description="What the bot is called. Shown to users.")

    assert problems_of("{}", Named) == ["1:1: name: is missing. Add `name:` (What the bot is called)."]


def test_keys_are_known_by_their_aliases() -> None:
    class Aliased(Options):
        from_: int = Field(default=1, alias="from")
        until: int = Field(default=1, validation_alias=AliasChoices("until", "upto"))

    assert problems_of("form: 1", Aliased) == ["1:1: form: unknown key. Did you mean 'from'?"]
    assert problems_of("from: x", Aliased) == ["1:7: from: needs a whole number, not 'x'"]
    assert problems_of("uptoo: 1", Aliased) == ["1:1: uptoo: unknown key. Did you mean 'upto'?"]


def test_keys_are_known_in_every_nesting_of_models() -> None:
    class Inner(Options):
        colour: str = ""

    class Many(RootModel[list[Inner]]):
        pass

    class Outer(Options):
        optional: Inner | None = None
        listed: list[Inner] = Field(default=[])
        pair: tuple[Inner, ...] = ()
        mapped: dict[str, list[Inner]] = Field(default={})
        rooted: Many = Many([])

    text = "optional: {color: a}\nlisted: [{color: a}]\npair: [{color: a}]\nmapped: {x: [{color: a}]}\n"
    text += "rooted: [{color: a}]\n"

    assert [problem.split(": ", 1)[1] for problem in problems_of(text, Outer)] == [
        f"{path}.color: unknown key. Did you mean 'colour'?"
        for path in ("optional", "listed[0]", "pair[0]", "mapped.x[0]", "rooted[0]")
    ]


def test_a_wrong_key_of_a_mapping_is_found_at_the_key() -> None:
    class Ports(Options):
        ports: dict[int, str]

    assert problems_of("ports:\n  80: web\n  many: x\n", Ports) == [
        "3:3: ports.many: the key needs a whole number, not 'many'"
    ]


def test_the_words_of_a_validator_are_used_as_they_are() -> None:
    class Checked(Options):
        even: int = 0
        low: int = 0
        high: int = 1

        @field_validator("even")
        @classmethod
        def _is_even(cls, value: int) -> int:
            if value % 2:
                raise ValueError("must be even.")
            return value

        @model_validator(mode="after")
        def _is_ordered(self) -> Checked:
            if self.low > self.high:
                raise ValueError("`low` is above `high`")
            return self

    assert problems_of("even: 3", Checked) == ["1:7: even: must be even"]
    assert problems_of("low: 3", Checked) == ["1:1: `low` is above `high`"]


def test_the_path_of_a_part_is_told_as_that_of_the_whole() -> None:
    node = parse_yaml("policies:\n  - {use: bm25, knowlege: faq}\n", FILE)

    with pytest.raises(ConfigurationError) as caught:
        validate(BM25, node.find(["policies", 0]), path=("policies", 0))

    assert [problem.path for problem in caught.value.problems] == ["policies[0].knowledge", "policies[0].knowlege"]
    assert (caught.value.problems[1].line, caught.value.problems[1].column) == (2, 17)
