"""The kinds of items, as a teacher writes them in a course file."""

from typing import Annotated, Literal

from pydantic import Field

from dialog_core.configuration import Names, Options

Wording = str | dict[str, str]
"""A text, or one for each language."""

ID = r"^[A-Za-z0-9_][A-Za-z0-9_-]{0,39}$"


class Item(Options):
    """What every item may have."""

    id: str = Field(pattern=ID, description="Its name, unique in the course. What pupils know is kept under it.")
    level: int = Field(default=1, ge=1, le=5, description="How hard it is: 1 to 5. Easy ones come first.")
    hints: tuple[Wording, ...] = Field(
        default=(),
        max_length=5,
        description="What helps, in this order: a question that makes one think, a pointer, the beginning of the way.",
    )
    explanation: Wording = Field(default="", description="The worked solution, told at the end or when it is answered.")
    then: str = Field(default="", description="The item to practise after the solution had to be told.")


class Choice(Item):
    """One of several answers is picked."""

    kind: Literal["choice"]
    ask: Wording = Field(description="The question.")
    choices: tuple[str, ...] = Field(max_length=6, description="What may be picked.")
    answer: str = Field(description="Which of them is right.")


class Short(Item):
    """A word or a few."""

    kind: Literal["short"]
    ask: Wording = Field(description="The question.")
    answer: str = Field(description="What is right, as the solution tells it.")
    accept: Names = Field(default=(), description="What else is right.")
    exact: bool = Field(default=False, description="Whether spelling counts.")


class Numeric(Item):
    """A number."""

    kind: Literal["numeric"]
    ask: Wording = Field(description="The question.")
    answer: str = Field(description="The number: 15, -2.5 or 3/4.")
    unit: str = Field(default="", description="Its unit; pupils may leave it out.")
    tolerance: float = Field(default=0.0, ge=0, description="By how much an answer may differ.")


class Calculation(Item):
    """Something to work out; the steps are checked."""

    kind: Literal["calculation"]
    ask: Wording = Field(default="", description="The question; default: work it out.")
    expression: str = Field(description="What is to be worked out, such as `3 + 2 × 7`.")


class Solve(Item):
    """An equation; the steps are checked."""

    kind: Literal["solve"]
    ask: Wording = Field(default="", description="The question; default: solve it.")
    equation: str = Field(description="The equation, such as `3x + 5 = 20`.")
    answer: Names = Field(min_length=1, description="What the unknown is; a list where there are several solutions.")


class Simplify(Item):
    """An expression to make simpler; the steps are checked."""

    kind: Literal["simplify"]
    ask: Wording = Field(default="", description="The question; default: simplify it.")
    expression: str = Field(description="What is to be made simpler, such as `2(x + 3) - x`.")
    answer: str = Field(description="Its simplest form.")


class Vocabulary(Item):
    """A Chinese word and what it means; makes an item for each direction."""

    kind: Literal["vocabulary"]
    word: str = Field(min_length=1, description="The word in Chinese characters.")
    pinyin: str = Field(min_length=1, description="How it is said, with tone marks.")
    meaning: Names = Field(min_length=1, description="What it means in English; the first is told, all are accepted.")
    direction: Literal["both", "to_chinese", "to_english"] = Field(default="both", description="What is asked for.")


AnyItem = Annotated[Choice | Short | Numeric | Calculation | Solve | Simplify | Vocabulary, Field(discriminator="kind")]


class UnitFile(Options):
    """A unit."""

    id: str = Field(pattern=ID, description="Its name, unique in the course.")
    title: Wording = Field(description="What pupils see.")
    about: Names = Field(default=(), description="By which words pupils may ask for it, besides its title.")
    items: tuple[AnyItem, ...] = Field(description="The items.")


class CourseFile(Options):
    """A course."""

    course: str = Field(pattern=ID, description="Its name. What pupils know is kept under it.")
    title: Wording = Field(description="What pupils see.")
    about: Names = Field(default=(), description="By which words pupils may ask for all of it, besides its title.")
    units: tuple[UnitFile, ...] = Field(description="The units, in the order they are learnt.")
