"""Other words for the same question: synonyms, words left out, typing errors."""

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WORD = re.compile(r"\w+")
FRAME = re.compile(r"what is \(are\)")
FEWEST_LETTERS = 5  # of words that are mistyped; of shorter ones little is left

# What lay people say for it, of what MedQuAD's questions are about; none of them makes it another question.
SYNONYMS: Mapping[str, Sequence[str]] = {
    "treatments": ("therapies", "ways to cure", "medication"),
    "treatment": ("therapy", "cure"),
    "treated": ("cured", "dealt with"),
    "symptoms": ("signs", "complaints"),
    "outlook": ("prognosis", "future", "prospects"),
    "causes": ("brings on", "leads to", "is the reason for"),
    "diagnose": ("recognise", "detect", "test for"),
    "diagnosed": ("recognised", "detected"),
    "prevent": ("avoid", "protect against"),
    "prevented": ("avoided",),
    "research": ("science", "investigations"),
    "trials": ("studies", "experiments"),
    "complications": ("consequences", "further problems"),
    "risk": ("danger",),
    "people": ("persons", "patients"),
    "affected": ("struck", "hit"),
    "disease": ("illness", "sickness"),
    "diseases": ("illnesses",),
    "kidney": ("renal",),
    "renal": ("kidney",),
    "heart": ("cardiac",),
    "liver": ("hepatic",),
    "nerve": ("neural",),
    "children": ("kids", "young ones"),
    "child": ("kid",),
    "failure": ("breakdown",),
    "infection": ("contagion",),
    "infections": ("contagions",),
    "chronic": ("lasting", "long-term"),
    "disorder": ("illness", "malady"),
    "disorders": ("illnesses",),
    "injury": ("wound", "trauma"),
    "pain": ("ache",),
    "stroke": ("apoplexy",),
    "high": ("raised",),
    "need": ("have",),
    "know": ("understand",),
}


@dataclass(frozen=True, slots=True)
class Rewording:
    """How a question is reworded.

    Attributes:
        synonym: How likely a word that has synonyms is replaced.
        left_out: How likely a word is left out.
        typo: How likely a word is mistyped; one question has one at most.
    """

    synonym: float = 0.6
    left_out: float = 0.5
    typo: float = 0.5

    def __call__(self, question: str, focus: str, rng: random.Random) -> str:
        """Return the question in lower case and other words.

        Left out is no word of the `focus`, what the question is about, and none that has synonyms, what it asks of it.
        Mistyped may be any.
        """
        kept = {*WORD.findall(focus.lower()), *SYNONYMS}
        words = FRAME.sub("what is", question.lower()).replace("?", " ").split()
        spare = [at for at, word in enumerate(words) if kept.isdisjoint(WORD.findall(word)) and WORD.search(word)]
        if spare and rng.random() < self.left_out:
            del words[rng.choice(spare)]
        words = WORD.sub(lambda word: self._synonym(word[0], rng), " ".join(words)).split()
        long = [at for at, word in enumerate(words) if len(word) >= FEWEST_LETTERS and word.isalpha()]
        if long and rng.random() < self.typo:
            at = rng.choice(long)
            words[at] = mistype(words[at], rng)
        return " ".join(words)

    def _synonym(self, word: str, rng: random.Random) -> str:
        return rng.choice(SYNONYMS[word]) if word in SYNONYMS and rng.random() < self.synonym else word


def mistype(word: str, rng: random.Random) -> str:
    """Return a word with one typing error behind its first letter: two letters swapped, one missing, or one doubled."""
    at = rng.randrange(1, len(word) - 1)
    return rng.choice(
        (
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
        )
    )


def leave_out(question: str, focus: str, rng: random.Random) -> str:
    """Return the question without its frame "What is (are)", in lower case, without one word that is not its focus."""
    kept = set(WORD.findall(focus.lower()))
    words = FRAME.sub("", question.lower()).replace("?", " ").split()
    others = [at for at, word in enumerate(words) if WORD.search(word) and kept.isdisjoint(WORD.findall(word))]
    if others:
        del words[rng.choice(others)]
    return " ".join(words)
