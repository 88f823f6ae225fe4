"""The options of the steps of cleaning."""

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from dialog_core.configuration import InputPaths, Names, Options, Share

Removes = Literal["item", "turn"]

_REMOVES = "What goes: `item`, the whole dialogue, text or entry; `turn`, of dialogues only the turn."


class EncodingOptions(Options):
    """Texts that were read in the wrong encoding, `itâ€™s`, become what they were, `it’s`."""


class UnicodeOptions(Options):
    """One way of writing each character."""

    form: Literal["NFC", "NFKC", "none"] = Field(
        default="NFC",
        description="The normal form of Unicode: `NFC`, accents are one character with their letter; `NFKC`, also "
        "ligatures, circled numbers and the like become plain (`①` is 1); `none`. Chinese punctuation stays in each.",
    )
    width: Literal["letters", "all", "keep"] = Field(
        default="letters",
        description="Full-width and half-width characters: `letters` writes full-width letters and digits (Ａ１) and "
        "half-width kana (ｶ) as usual and lets Chinese punctuation be; `all` makes `，！？` ASCII, too; `keep`.",
    )


class HtmlOptions(Options):
    """Tags and character references go: `<p>Tom &amp; Jerry</p>` is `Tom & Jerry`."""

    code: bool = Field(
        default=False,
        description="Whether also code between backticks is cleaned, where tags are what is talked about.",
    )


class ControlCharactersOptions(Options):
    """What nobody sees goes: control characters, escape sequences, changes of direction, characters without width."""


class WhitespaceOptions(Options):
    """Runs of spaces become one, more than one empty line becomes one, ends are trimmed."""

    lines: Literal["keep", "join"] = Field(
        default="keep", description="What becomes of line breaks: `keep`, or `join` the lines with spaces."
    )
    code: bool = Field(default=False, description="Whether also code between fences (three backticks) is changed.")


class LengthOptions(Options):
    """How long texts may be, and how many turns a dialogue may have."""

    least: int = Field(default=0, ge=0, description="Shorter texts go.")
    most: int | None = Field(default=None, ge=1, description="Longer texts go; default: no limit.")
    unit: Literal["words", "characters"] = Field(
        default="words",
        description="What is counted. Of Chinese and Japanese, eight characters count as five words.",
    )
    removes: Removes = Field(default="item", description=_REMOVES)
    least_turns: int = Field(default=0, ge=0, description="Dialogues with fewer turns go.")
    most_turns: int | None = Field(default=None, ge=1, description="How many turns a dialogue may have; default: any.")
    long_dialogues: Literal["remove", "cut", "split"] = Field(
        default="remove",
        description="What becomes of dialogues with more: `remove`, `cut` what comes later, or `split` in several.",
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.most is not None and self.most < self.least:
            raise ValueError(f"`most` is {self.most} and `least` is {self.least}: no text is both")
        if self.most_turns is not None and self.most_turns < self.least_turns:
            raise ValueError(f"`most_turns` is {self.most_turns} and `least_turns` is {self.least_turns}: none is both")
        return self


class LanguageOptions(Options):
    """Keeps what is in certain languages."""

    keep: Names = Field(min_length=1, description="The languages to keep (BCP 47 tags): `en`, `[en, zh]`.")
    unknown: Literal["keep", "remove"] = Field(
        default="keep", description="What to do about texts whose language cannot be told, as `ok` or a number."
    )
    removes: Removes = Field(
        default="item",
        description="What is looked at and goes: `item`, judged by all its texts together; `turn`, of dialogues each "
        "turn by itself.",
    )
    annotator: str | dict[str, Any] = Field(
        default="language",
        description="What tells the language: an annotator, with options where it is to have any, such as "
        "`{use: language, engine: lingua}`.",
    )


class PiiOptions(Options):
    """Personal data is replaced."""

    recognizer: str | dict[str, Any] = Field(
        default="pii", description="What finds it: a recognizer, with options where it is to have any."
    )
    kinds: Names = Field(default=(), description="Only these kinds (`email`, `phone`, ...); default: all it finds.")
    replacement: Literal["placeholder", "pseudonym", "hash"] = Field(
        default="placeholder",
        description="What takes its place: `placeholder`, `[email]`; `pseudonym`, `[email 1]`, numbered in each "
        "dialogue, the same for the same; `hash`, `[email:dkfpbaoe]`, the same in the whole data set.",
    )
    salt: str = Field(
        default="",
        description="Of `hash`, a secret: without it nobody can find out what was hashed by trying all numbers.",
    )
    language: str = Field(default="", description="The texts' language (a BCP 47 tag); empty: not known.")

    @model_validator(mode="after")
    def _salted(self) -> Self:
        if self.replacement == "hash" and len(self.salt) < 8:
            raise ValueError("`replacement: hash` needs `salt`, a secret of 8 characters or more")
        return self


class DuplicatesOptions(Options):
    """What is there twice goes, all but the first; letter case, spaces and full width do not matter."""

    of: Literal["items", "pairs"] = Field(
        default="items",
        description="What is compared: `items`; `pairs`, of dialogues each message with its reply, wherever it is.",
    )
    punctuation: bool = Field(default=True, description="Whether texts that differ in punctuation alone are different.")


class NearDuplicatesOptions(Options):
    """What is almost there already goes: texts that share most of their words."""

    threshold: Share = Field(
        default=0.7,
        gt=0,
        description="From which Jaccard similarity on two are near-duplicates: how many of their pieces both have, of "
        "all pieces that one of them has.",
    )
    pieces: Literal["auto", "words", "characters"] = Field(
        default="auto",
        description="What is compared: runs of `words` or of `characters`; `auto`: characters for Chinese, Japanese "
        "and Thai, words for all else.",
    )
    words: int = Field(default=1, ge=1, le=20, description="How many words a piece has.")
    characters: int = Field(default=2, ge=1, le=20, description="How many characters a piece has.")
    numbers: bool = Field(
        default=True,
        description="Whether texts with different numbers in them are different however alike they are: at 7, at 8.",
    )
    chains: bool = Field(
        default=True,
        description="Whether what is near to something that went goes as well, though it may be less near to what "
        "stays: of a row of variants one is left, as is usual for training data.",
    )
    least: int = Field(
        default=5, ge=1, description="Texts with fewer pieces are left alone: one word more or less is much there."
    )
    permutations: int = Field(default=128, ge=16, le=1024, description="Of MinHash: more find more, and take longer.")


class EmptyOptions(Options):
    """What says nothing goes: empty turns, texts and entries, and dialogues without turns."""

    punctuation: bool = Field(default=False, description="Whether texts without a letter, a digit or an emoji go, too.")
    removes: Removes = Field(default="turn", description=_REMOVES)


class ToxicOptions(Options):
    """Texts with words that no bot should learn go."""

    words: InputPaths = Field(
        default=(), description="Files with further words and phrases, one a line; lines that begin with # say nothing."
    )
    builtin: bool = Field(default=True, description="Whether the built-in English and Chinese words are looked for.")
    roles: Literal["all", "bot", "user"] = Field(default="all", description="Whose turns are looked at.")
    removes: Removes = Field(default="item", description=_REMOVES)


class MergedTurnsOptions(Options):
    """Turns that hold several speakers' lines, `A: hi B: hello`, are taken apart."""

    user: Names = Field(default=(), description="Further names that the user's lines begin with.")
    bot: Names = Field(default=(), description="Further names that the bot's lines begin with.")
    same_speaker: Literal["keep", "join"] = Field(
        default="keep", description="What becomes of several turns of one speaker in a row: `keep` them, or `join`."
    )


class RepeatedOptions(Options):
    """A bot that says the same twice in a row goes."""

    removes: Removes = Field(default="turn", description=_REMOVES)
