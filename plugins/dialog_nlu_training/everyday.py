"""Everyday remarks: what people say to any bot, and few bots are for. They teach a small bot what it is not for."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from dialog_nlu_training.labelled_data import OUT_OF_SCOPE, Example

_PLACE = Path("everyday remarks")
_WORD = re.compile(r"[^\W_]+")
_ENDING = re.compile(r"(ing|ed|es|s)$")
_EMPTY = frozenset(
    "a an the is are was be am i you he it we they me my your that this what who where how when do does did will shall "
    "can of to in on at for and or not no so with by about like up have has had please much very lot just".split()
)
_ENGLISH = """\
what is the weather like
will it rain tomorrow
tell me a joke
sing me a song
how old are you
where do you live
what is your favourite colour
who won the match yesterday
what time is it
what day is it today
set an alarm for seven
play some music
turn off the light
what is the capital of Spain
how far is the moon
who is the president
translate this into French
what is two plus two
how do you spell necessary
call my mother
send a message to Peter
book me a flight to Rome
how much does a car cost
what is the meaning of life
you are an idiot
that is stupid
shut up
I love you
will you marry me
are you married
thanks a lot
thank you very much
thank you
please wait a moment
what did you say
can you repeat that
speak louder
I am bored
I am hungry
what shall I cook tonight
how do I lose weight
read me the news
what is on television
my phone is broken
do you know my brother
I went to the cinema on Sunday
my dog is called Rex
what does this word mean
remind me to buy milk
how many people live in China
""".splitlines()
REMARKS: dict[str, Sequence[str]] = {"en": _ENGLISH}


def everyday(examples: Iterable[Example], language: str) -> list[Example]:
    """Return everyday remarks, out of scope for whoever learns from these examples.

    A remark that has a word of theirs is left out, small words aside: it may well be what the bot is for.

    Args:
        examples: What is learnt from.
        language: What the bot speaks; there are remarks in English alone so far.
    """
    own = {word for example in examples for word in _words(example.text)}
    remarks = REMARKS.get(language.partition("-")[0], ())
    return [Example(text, OUT_OF_SCOPE, _PLACE, 0) for text in remarks if not own & _words(text)]


def _words(text: str) -> set[str]:
    found = _WORD.findall(text.casefold())
    return {_ENDING.sub("", word) for word in found if word not in _EMPTY}
