"""From what happened in conversations to what a bot could be taught."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from dialog_core import Context
from dialog_ranking_training.learning.exchanges import GUARD, Correction, Exchange
from dialog_ranking_training.learning.known import Known, KnownEntry
from dialog_ranking_training.learning.masking import Masker, folded
from dialog_ranking_training.learning.meaning import ALIKE, MOST_TEXTS, NEAR, SAME, Meaning
from dialog_ranking_training.learning.suggestion import Kind, Seen, Suggestion, id_of, mark_of

MOST_OF_USER = 20  # messages of one user of each kind that count: nobody fills the list alone
MOST_QUESTIONS = 8  # phrasings of one suggestion
MOST_EXAMPLES = 2  # phrasings of one user that a topic shows
MOST_TOPICS = 100
MOST_OTHERS = 3  # other people's answers beside the one that is proposed
FEWEST_WORDS = 5  # of what a person said who had taken over; less is a greeting
CHANGED = 0.6  # share of an answer's words that stand in an edited one: the edit changes that answer


@dataclass(frozen=True, slots=True)
class Suggested:
    """What was found.

    Attributes:
        suggestions: In the order to look at them.
        alone: How many unanswered questions stand alone, and make no topic.
        left_out: How many messages were left out because their users wrote so many.
        older: How many unanswered questions were too many to be compared.
    """

    suggestions: tuple[Suggestion, ...]
    alone: int = 0
    left_out: int = 0
    older: int = 0


@dataclass(frozen=True, slots=True)
class _Item:
    """An exchange with its question as it is shown and as it is compared, and which phrasing is nearest to it."""

    exchange: Exchange
    shown: str
    compared: str
    nearest: int
    near: float


@dataclass(slots=True)
class _Corrected:
    """Corrections that say the same: of one entry, or of questions that mean the same."""

    kind: Kind
    target: KnownEntry | None = None
    pairs: list[tuple[_Item, str]] = field(default_factory=list)  # the item and the masked words of the person
    near: list[_Item] = field(default_factory=list)  # questions without an answer that are about the same


def suggest(
    exchanges: Sequence[Exchange],
    known: Known,
    masker: Masker,
    context: Context,
    *,
    source: str = "",
    at_least: int = 2,
    decided: Sequence[Suggestion] = (),
) -> Suggested:
    """Return what conversations teach beyond what has been decided already.

    Args:
        exchanges: What happened.
        known: What the bot knows.
        masker: Takes personal data out.
        context: Of the bot.
        source: Where new entries belong.
        at_least: How many unanswered messages make a topic.
        decided: Suggestions a person has decided about; nothing of theirs is suggested again.
    """
    covered = {mark for suggestion in decided for mark in suggestion.seen.covers}
    fresh = [exchange for exchange in exchanges if mark_of(exchange) not in covered]
    kept, left_out = _capped(fresh)
    return _Suggester(kept, known, masker, context, source, decided).suggested(at_least, left_out)


def _capped(exchanges: Sequence[Exchange]) -> tuple[list[Exchange], int]:
    """Leave out all but the latest messages of users who wrote very many that would count."""
    counts: Counter[tuple[str, str]] = Counter()
    kept: list[Exchange] = []
    left_out = 0
    for exchange in reversed(exchanges):
        if exchange.policy == GUARD or not (exchange.correction or exchange.unanswered or exchange.verdict == "good"):
            continue
        if exchange.correction is None:  # what the bot's own people wrote always counts
            kind = (exchange.user, "unanswered" if exchange.unanswered else "good")
            counts[kind] += 1
            if counts[kind] > MOST_OF_USER:
                left_out += 1
                continue
        kept.append(exchange)
    return kept[::-1], left_out


class _Suggester:
    def __init__(
        self,
        exchanges: Sequence[Exchange],
        known: Known,
        masker: Masker,
        context: Context,
        source: str,
        decided: Sequence[Suggestion],
    ) -> None:
        self._known, self._masker, self._source = known, masker, source
        shown = [masker.question(exchange.question) for exchange in exchanges]
        compared = [self._bare(text) for text in shown]
        dismissed = [self._bare(question) for s in decided if s.decision == "dismiss" for question in s.questions]
        self._meaning = Meaning(context, [*known.phrasings, *compared, *dismissed])
        nearest = self._meaning.nearest(compared, known.phrasings)
        refused = self._meaning.nearest(compared, dismissed)
        self._items: list[_Item] = []
        self._unanswered: list[_Item] = []
        for place, exchange in enumerate(exchanges):
            if not self._meaning.says_something(compared[place]):
                continue
            item = _Item(exchange, shown[place], compared[place], *nearest[place])
            self._items.append(item)
            if exchange.unanswered and exchange.correction is None and refused[place][1] < SAME:
                self._unanswered.append(item)

    def suggested(self, at_least: int, left_out: int) -> Suggested:
        corrections = self._corrections()
        topics, alone, older = self._topics(at_least)
        found = sorted([*corrections, *topics, *self._rephrasings()], key=lambda suggestion: suggestion.order)
        return Suggested(tuple(found), alone, left_out, older)

    def _bare(self, text: str) -> str:
        for placeholder in self._masker.placeholders:
            text = text.replace(placeholder, " ")
        return text

    # --- What people put right ----------------------------------------------------------------------------------------

    def _corrections(self) -> list[Suggestion]:
        targeted: dict[tuple[str, str, str], _Corrected] = {}
        new: list[tuple[_Item, str]] = []
        for item in self._items:
            correction = item.exchange.correction
            if correction is None or not self._is_answer(correction, item):
                continue
            answer = self._masker.answer(self._said_of_it(correction))
            kind, target = self._target(item, answer)
            if target is None:
                new.append((item, answer))
            elif kind == "changed_answer" or self._is_further(item, target):
                key = (kind, target.knowledge, target.id)
                targeted.setdefault(key, _Corrected(kind, target)).pairs.append((item, answer))
        groups = self._meaning.groups([item.compared for item, _ in new])
        corrected = [
            *targeted.values(),
            *(_Corrected("new", None, [new[place] for place in group]) for group in groups),
        ]
        self._take_near(corrected)
        return [self._corrected(each) for each in corrected]

    def _is_answer(self, correction: Correction, item: _Item) -> bool:
        if correction.edited:
            return folded(correction.text) != folded(item.exchange.said)
        text = self._said_of_it(correction)
        return not text.endswith(("?", "？")) and _words(text) >= FEWEST_WORDS

    def _said_of_it(self, correction: Correction) -> str:
        """Return what a person said, without the greeting of somebody who takes over."""
        parts = correction.text.strip().split("\n\n")
        while not correction.edited and len(parts) > 1 and _words(parts[0]) < FEWEST_WORDS:
            parts = parts[1:]
        return "\n\n".join(parts)

    def _target(self, item: _Item, answer: str) -> tuple[Kind, KnownEntry | None]:
        """Return the entry that a correction is about, and what it says about it."""
        if (known := self._known.with_answer(answer)) is not None:
            return "rephrasing", known
        if item.near >= SAME:
            return "changed_answer", self._known.of_phrasing(item.nearest)
        said = self._known.find(item.exchange.knowledge, item.exchange.entry)
        if said is not None and _kept(said.entry.answer, answer) >= CHANGED:
            return "changed_answer", said
        return "new", None

    def _is_further(self, item: _Item, target: KnownEntry) -> bool:
        """Whether a question is another phrasing than those of an entry."""
        return folded(item.shown) not in {folded(question) for question in target.entry.questions}

    def _corrected(self, corrected: _Corrected) -> Suggestion:
        pairs = sorted(
            corrected.pairs, key=lambda pair: (_edited(pair[0]), pair[0].exchange.last_at), reverse=True
        )  # an edit before what was said in passing, the latest first
        answers = {folded(answer): answer for _, answer in reversed(pairs)}
        proposed = answers.pop(folded(pairs[0][1]))
        items = [*(item for item, _ in pairs), *corrected.near]
        target = corrected.target
        if corrected.kind == "changed_answer" and target is not None:
            near_it = self._similarities(items, target)
            shown = [item.shown for item, value in zip(items, near_it, strict=True) if value < SAME]
        else:
            shown = [item.shown for item in items]
        return self._suggestion(
            corrected.kind,
            items,
            questions=_distinct(shown),
            answer="" if corrected.kind == "rephrasing" else proposed,
            target=target,
            said=next((item.exchange.said for item, _ in pairs if item.exchange.said), ""),
            others=tuple(reversed(answers.values()))[:MOST_OTHERS] if corrected.kind != "rephrasing" else (),
        )

    def _take_near(self, corrected: Sequence[_Corrected]) -> None:
        """Move unanswered questions to the corrections that are about the same; they make no topic then."""
        owners = [(each, item.compared) for each in corrected for item, _ in each.pairs]
        nearest = self._meaning.nearest([item.compared for item in self._unanswered], [text for _, text in owners])
        left: list[_Item] = []
        for item, (place, near) in zip(self._unanswered, nearest, strict=True):
            owner = owners[place][0] if place >= 0 else None
            wanted = SAME if owner is not None and owner.kind == "changed_answer" else NEAR
            (owner.near if owner is not None and near >= wanted else left).append(item)
        self._unanswered = left

    def _similarities(self, items: Sequence[_Item], target: KnownEntry) -> list[float]:
        """Return how near each question is to the nearest phrasing of an entry."""
        near = self._meaning.similarities([item.compared for item in items], target.entry.questions)
        return [float(value) for value in near.max(axis=1)]

    # --- What nobody knew ---------------------------------------------------------------------------------------------

    def _topics(self, at_least: int) -> tuple[list[Suggestion], int, int]:
        """Return the topics, how many questions stand alone, and how many were too many."""
        same: dict[str, list[_Item]] = {}
        for item in self._unanswered:
            same.setdefault(folded(item.compared), []).append(item)
        newest = sorted(same, key=lambda text: (same[text][-1].exchange.at, text))[-MOST_TEXTS:]
        older = sum(len(items) for text, items in same.items()) - sum(len(same[text]) for text in newest)
        groups = self._meaning.groups([same[text][0].compared for text in newest])
        topics: list[Suggestion] = []
        alone = 0
        for group in groups:
            items = [item for place in group for item in same[newest[place]]]
            if len(items) < at_least:
                alone += len(items)
                continue
            topics.append(self._topic(items))
        topics.sort(key=lambda suggestion: suggestion.order)
        return topics[:MOST_TOPICS], alone, older

    def _topic(self, items: Sequence[_Item]) -> Suggestion:
        users: dict[str, set[str]] = {}
        of_user: Counter[str] = Counter()
        for item in items:
            if item.shown not in users:
                of_user[item.exchange.user] += 1
                if of_user[item.exchange.user] > MOST_EXAMPLES:
                    continue
            users.setdefault(item.shown, set()).add(item.exchange.user)
        shown = sorted(users, key=lambda text: (-len(users[text]), len(text), text))
        return self._suggestion(
            "topic",
            items,
            questions=_distinct(shown),
            title=self._meaning.title([self._bare(text) for text in shown]),
            said=next((item.exchange.said for item in items if not item.exchange.nobody), ""),
        )

    # --- What was asked in other words --------------------------------------------------------------------------------

    def _rephrasings(self) -> list[Suggestion]:
        found: dict[tuple[str, str], list[_Item]] = {}
        for item in self._items:
            target = self._known.find(item.exchange.knowledge, item.exchange.entry)
            if item.exchange.verdict != "good" or item.exchange.correction is not None or target is None:
                continue
            if item.near < SAME or self._known.of_phrasing(item.nearest) is target:
                found.setdefault((target.knowledge, target.id), []).append(item)
        made = [self._rephrased(items, self._known.find(*key)) for key, items in found.items()]
        return [suggestion for suggestion in made if suggestion is not None]

    def _rephrased(self, items: Sequence[_Item], target: KnownEntry | None) -> Suggestion | None:
        if target is None:
            return None
        far = [item for item, near in zip(items, self._similarities(items, target), strict=True) if near < NEAR]
        far = [item for item in far if self._is_further(item, target)]
        if not far:
            return None
        shown = _distinct(item.shown for item in far)
        return self._suggestion("rephrasing", far, questions=shown, target=target, said=far[-1].exchange.said)

    def _suggestion(
        self,
        kind: Kind,
        items: Sequence[_Item],
        *,
        questions: tuple[str, ...],
        title: str = "",
        answer: str = "",
        target: KnownEntry | None = None,
        said: str = "",
        others: tuple[str, ...] = (),
    ) -> Suggestion:
        exchanges = [item.exchange for item in items]
        resembles = ""
        if target is None:
            alike = max(items, key=lambda item: item.near)
            resembles = self._known.of_phrasing(alike.nearest).id if alike.near >= ALIKE else ""
        return Suggestion(
            id=id_of(exchanges, kind, target.id if target is not None else ""),
            kind=kind,
            title=title or (target.entry.questions[0] if target is not None else items[0].shown),
            questions=questions,
            answer=answer,
            seen=Seen.of(exchanges),
            knowledge=target.knowledge if target is not None else self._source,
            entry=target.id if target is not None else "",
            resembles=resembles,
            said=self._masker.answer(said),
            others=others,
        )


def _edited(item: _Item) -> bool:
    return item.exchange.correction is not None and item.exchange.correction.edited


def _words(text: str) -> int:
    """Return how many words a text has; two characters are one where nobody writes spaces."""
    words = folded(text).split()
    return sum(1 if word.isascii() else max(len(word) // 2, 1) for word in words)


def _distinct(texts: Iterable[str], key: Callable[[str], str] = folded) -> tuple[str, ...]:
    """Return the first texts that differ in more than case and marks."""
    return tuple({key(text): text for text in reversed([*texts])}.values())[::-1][:MOST_QUESTIONS]


def _kept(before: str, after: str) -> float:
    """Return which share of the words of two texts they have in common, in order."""
    one, other = before.split(), after.split()
    if len(one) < 3 and len(other) < 3:  # Chinese, or next to nothing
        one, other = list(before), list(after)
    return SequenceMatcher(None, one[:400], other[:400], autojunk=False).ratio()
