"""From what happened in conversations to what a bot could be taught."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from dialog_core import Context
from dialog_ranking_training.learning.correcting import Corrected, Item, corrections_of
from dialog_ranking_training.learning.exchanges import GUARD, Exchange
from dialog_ranking_training.learning.known import Known, KnownEntry
from dialog_ranking_training.learning.masking import Masker, folded
from dialog_ranking_training.learning.meaning import ALIKE, MOST_TEXTS, NEAR, SAME, Meaning
from dialog_ranking_training.learning.suggestion import Kind, Seen, Suggestion, id_of, mark_of

MOST_OF_USER = 20  # messages of one user of each kind that count: nobody fills the list alone
MOST_QUESTIONS = 8  # phrasings of one suggestion
MOST_EXAMPLES = 2  # phrasings of one user that a topic shows
MOST_TOPICS = 100
MOST_OTHERS = 3  # other people's answers beside the one that is proposed


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
        self._items: list[Item] = []
        self._unanswered: list[Item] = []
        for place, exchange in enumerate(exchanges):
            if not self._meaning.says_something(compared[place]):
                continue
            item = Item(exchange, shown[place], compared[place], *nearest[place])
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
        corrected = corrections_of(self._items, self._known, self._meaning, self._masker)
        self._take_near(corrected)
        return [self._corrected(each) for each in corrected]

    def _corrected(self, corrected: Corrected) -> Suggestion:
        target = corrected.target
        items = [*(item for item, _ in corrected.pairs), *corrected.near]
        shown = [item.shown for item in items]
        if corrected.kind == "changed_answer" and target is not None:  # new phrasings of it, if they are any
            near = self._similarities(items, target)
            shown = [text for text, value in zip(shown, near, strict=True) if value < SAME]
        proposed, *others = corrected.answers() if corrected.kind != "rephrasing" else [""]
        return self._suggestion(
            corrected.kind,
            items,
            questions=_distinct(shown),
            answer=proposed,
            target=target,
            said=next((item.exchange.said for item, _ in reversed(corrected.pairs) if item.exchange.said), ""),
            others=tuple(others[:MOST_OTHERS]),
        )

    def _take_near(self, corrected: Sequence[Corrected]) -> None:
        """Move unanswered questions to the corrections that are about the same; they make no topic then."""
        owners = [(each, item.compared) for each in corrected for item, _ in each.pairs]
        nearest = self._meaning.nearest([item.compared for item in self._unanswered], [text for _, text in owners])
        left: list[Item] = []
        for item, (place, near) in zip(self._unanswered, nearest, strict=True):
            owner = owners[place][0] if place >= 0 else None
            wanted = SAME if owner is not None and owner.kind == "changed_answer" else NEAR
            (owner.near if owner is not None and near >= wanted else left).append(item)
        self._unanswered = left

    def _similarities(self, items: Sequence[Item], target: KnownEntry) -> list[float]:
        """Return how near each question is to the nearest phrasing of an entry."""
        near = self._meaning.similarities([item.compared for item in items], target.entry.questions)
        return [float(value) for value in near.max(axis=1)]

    # --- What nobody knew ---------------------------------------------------------------------------------------------

    def _topics(self, at_least: int) -> tuple[list[Suggestion], int, int]:
        """Return the topics, how many questions stand alone, and how many were too many."""
        same: dict[str, list[Item]] = {}
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

    def _topic(self, items: Sequence[Item]) -> Suggestion:
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
        found: dict[tuple[str, str], list[Item]] = {}
        for item in self._items:
            target = self._known.find(item.exchange.knowledge, item.exchange.entry)
            if item.exchange.verdict != "good" or item.exchange.correction is not None or target is None:
                continue
            if item.near < SAME or self._known.of_phrasing(item.nearest) is target:
                found.setdefault((target.knowledge, target.id), []).append(item)
        made = [self._rephrased(items, self._known.find(*key)) for key, items in found.items()]
        return [suggestion for suggestion in made if suggestion is not None]

    def _rephrased(self, items: Sequence[Item], target: KnownEntry | None) -> Suggestion | None:
        if target is None:
            return None
        far = [item for item, near in zip(items, self._similarities(items, target), strict=True) if near < NEAR]
        far = [item for item in far if item.is_further(target)]
        if not far:
            return None
        shown = _distinct(item.shown for item in far)
        return self._suggestion("rephrasing", far, questions=shown, target=target, said=far[-1].exchange.said)

    def _suggestion(
        self,
        kind: Kind,
        items: Sequence[Item],
        *,
        questions: tuple[str, ...],
        title: str = "",
        answer: str = "",
        target: KnownEntry | None = None,
        said: str = "",
        others: tuple[str, ...] = (),
    ) -> Suggestion:
        exchanges = [item.exchange for item in items]
        alike = self._alike(items) if target is None else None
        home = target or alike
        return Suggestion(
            id=id_of(exchanges, kind, target.id if target is not None else ""),
            kind=kind,
            title=title or (target.entry.questions[0] if target is not None else items[0].shown),
            questions=questions,
            answer=answer,
            seen=Seen.of(exchanges),
            knowledge=home.knowledge if home is not None else self._source,
            entry=target.id if target is not None else "",
            resembles=alike.id if alike is not None else "",
            said=self._masker.answer(said),
            others=others,
        )

    def _alike(self, items: Sequence[Item]) -> KnownEntry | None:
        """Return the entry that has the phrasing most like one of the questions."""
        best = max(items, key=lambda item: item.near)
        return self._known.of_phrasing(best.nearest) if best.near >= ALIKE else None


def _distinct(texts: Iterable[str], key: Callable[[str], str] = folded) -> tuple[str, ...]:
    """Return the first texts that differ in more than case and marks."""
    return tuple({key(text): text for text in reversed([*texts])}.values())[::-1][:MOST_QUESTIONS]
