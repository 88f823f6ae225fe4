"""The rating: pair after pair, a key for each decision, which is kept before the next is shown."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Protocol

from rich.console import Console
from rich.text import Text

from dialog_core import keys
from dialog_evaluation.rating.file import RatingsFile
from dialog_evaluation.rating.order import sides
from dialog_evaluation.rating.terminal.card import DONE, KEY, MUTED, card, chat, clean, legend, rule, width_of
from dialog_evaluation.rating.terminal.hints import REASON_KEYS, keys_hint, reasons_hint
from dialog_evaluation.rating.terminal.phrases import Phrases
from dialog_evaluation.rating.values import REASONS, Item, Rating, Verdict

_LETTERS = {
    **{"1": "1", "2": "2", "=": "tie", "t": "tie", "b": "neither", "s": keys.NEXT, " ": keys.NEXT},
    **{"q": keys.LEAVE, "?": "help", "h": "whole"},
}
_REASON_LETTERS = {**REASON_KEYS, "n": "note", "\r": "on", "\n": "on", " ": "on", "q": "on"}
_ENDS = (keys.NEXT, keys.LEAVE, "on")
LONGEST_PAUSE = 600.0  # seconds; who took longer than that for one pair was away

Press = Callable[[Sequence[tuple[str, str]], Mapping[str, str]], str]


class Items(Protocol):
    """Where pairs come from; see `ahead.Ahead`."""

    def get(self, place: int, waiting: Callable[[], None] = ...) -> Item | str:
        """Return a pair, or why there is none."""
        ...


@dataclass(slots=True)
class Done:
    """What came of a session.

    Attributes:
        rated: Pairs that were decided about.
        skipped: Pairs that were passed over.
        equal: Pairs with the same reply twice.
        failed: Pairs that a reply lacks, with the reason, by place.
        left: How many are left.
        interrupted: Whether it ended with Ctrl-C.
    """

    rated: set[str] = field(default_factory=set)
    skipped: set[str] = field(default_factory=set)
    equal: set[str] = field(default_factory=set)
    failed: dict[int, str] = field(default_factory=dict)
    left: int = 0
    interrupted: bool = False


class Session:
    """Asks about one pair after the other.

    Args:
        file: Where decisions are kept.
        items: The pairs.
        ids: Their ids, in the order in which they are shown.
        rater: Who rates.
        console: The terminal.
        phrases: In which language.
        press: Waits for a key.
        write: Has somebody write a line; None: they have thought better of it.
    """

    def __init__(
        self,
        file: RatingsFile,
        items: Items,
        ids: Sequence[str],
        *,
        rater: str,
        console: Console,
        phrases: Phrases,
        press: Press = keys.press,
        write: Callable[[str], str | None] | None = None,
    ) -> None:
        self._file, self._items, self._ids, self._rater = file, items, ids, rater
        self._console, self._phrases, self._press = console, phrases, press
        self._write = write or self._ask_for_note
        self._done = Done()
        self._shown: list[int] = []  # places that were asked about, to go back to

    def run(self) -> Done:
        """Ask until all is decided or the rater has had enough."""
        begun = [place for place, id in enumerate(self._ids) if (id, self._rater) in self._file.ratings.ratings]
        self._shown = list(begun)
        self._say(self._phrases.resumed.format(n=len(begun)) if begun else self._phrases.begin, MUTED)
        try:
            self._run()
        except KeyboardInterrupt:
            self._done.interrupted = True
        # A copy: pairs are still being made, which reads what others have added meanwhile.
        rated = {id for id, rater in list(self._file.ratings.ratings) if rater == self._rater}
        behind = rated | self._done.equal | {self._ids[place] for place in self._done.failed}
        self._done.left = sum(id not in behind for id in self._ids)
        return self._done

    def _run(self) -> None:
        place, back_at = self._next(-1), -1
        while place is not None:
            step = self._ask(place)
            if step is None:
                return
            if step < 0:
                back_at = self._shown.index(place) if back_at < 0 else back_at
                back_at = max(back_at - 1, 0)
            elif back_at >= 0:
                back_at = back_at + 1 if back_at + 1 < len(self._shown) else -1
            place = self._shown[back_at] if back_at >= 0 else self._next(max(self._shown[-1], place))
        self._say(self._phrases.all_done, MUTED)

    def _next(self, after: int) -> int | None:
        """Return the place of the next pair to be asked about, and note those that are not."""
        for place in range(after + 1, len(self._ids)):
            if place in self._shown:
                continue
            item = self._get(place)
            if isinstance(item, str):
                self._done.failed[place] = item
            elif item.equal:
                self._done.equal.add(item.id)
            else:
                self._shown.append(place)
                return place
        return None

    def _get(self, place: int) -> Item | str:
        status: AbstractContextManager[Any] = nullcontext()
        waiting = False

        def wait() -> None:
            nonlocal status, waiting
            if not waiting and self._console.is_terminal:
                waiting = True
                status = self._console.status(Text(self._phrases.asking, MUTED), spinner="dots")
                status.__enter__()

        try:
            return self._items.get(place, wait)
        finally:
            status.__exit__(None, None, None)

    # --- One pair -----------------------------------------------------------------------------------------------------

    def _ask(self, place: int) -> int | None:
        """Ask about a pair until that leads on: 1 to the next, -1 to the one before, None to the end."""
        item = self._get(place)
        assert isinstance(item, Item)
        order = sides(self._file.ratings.comparison, item.id, self._rater)
        self._show(item, order, place)
        begun = time.monotonic()
        while True:
            match self._press(keys_hint(self._phrases, width_of(self._console)), _LETTERS):
                case keys.BACK if place == self._shown[0]:
                    self._say(self._phrases.first, MUTED)
                case keys.BACK:
                    return -1
                case keys.NEXT:
                    if self._before(item) is None:
                        self._done.skipped.add(item.id)
                        self._say(self._phrases.skipped, MUTED)
                    return 1
                case keys.LEAVE:
                    return None
                case "help":
                    self._console.print(legend(self._phrases.help), width=width_of(self._console))
                case "whole":
                    self._console.print(chat(item.turns, self._phrases, whole=True), width=width_of(self._console))
                case "1" | "2" as number:
                    self._decide(item, order, "better", order[int(number) - 1], time.monotonic() - begun)
                    return 1
                case "tie":
                    self._decide(item, order, "tie", "", time.monotonic() - begun)
                    return 1
                case "neither":
                    self._decide(item, order, "neither", "", time.monotonic() - begun)
                    return 1
                case _:
                    self._say(self._phrases.not_a_key, MUTED)

    def _show(self, item: Item, order: tuple[str, str], place: int) -> None:
        width = width_of(self._console)
        right = self._phrases.place.format(n=place + 1, count=len(self._ids))
        self._console.print()
        self._console.print(rule(self._phrases.title, right, width), width=width)
        self._console.print()
        texts = (item.replies[order[0]].text, item.replies[order[1]].text)
        self._console.print(card(item, texts, self._phrases, width), width=width)
        if (before := self._before(item)) is not None:
            self._say(self._phrases.rated_before.format(decision=self._told(before, order)), MUTED)
        self._console.print()

    def _before(self, item: Item) -> Rating | None:
        """Return what this rater has said of a pair."""
        return self._file.ratings.ratings.get((item.id, self._rater))

    def _decide(self, item: Item, order: tuple[str, str], verdict: Verdict, winner: str, seconds: float) -> None:
        """Keep a decision, and then why it was made."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        took = min(seconds, LONGEST_PAUSE)
        rating = Rating(item.id, self._rater, verdict, winner, order[0], at=now, seconds=took)
        self._file.add_rating(rating)  # before anything else is asked: it must not be lost
        self._done.rated.add(item.id)
        self._done.skipped.discard(item.id)
        if verdict != "tie":
            explained = self._explained(rating)
            if explained != rating:
                self._file.add_rating(explained)
                rating = explained
        self._say(f"✓ {self._told(rating, order)}", DONE)

    def _explained(self, rating: Rating) -> Rating:
        """Ask why, as long as the rater wants to say it."""
        chosen: set[str] = set()
        while True:
            hint = reasons_hint(self._phrases, rating.verdict, chosen, width_of(self._console))
            pressed = self._press(hint, _REASON_LETTERS)
            if pressed in REASONS:
                chosen ^= {pressed}
            elif pressed == "note":
                written = self._write(rating.note)
                rating = rating if written is None else replace(rating, note=clean(written))
            elif pressed in _ENDS:
                return replace(rating, reasons=tuple(reason for reason in REASONS if reason in chosen))

    # --- Words --------------------------------------------------------------------------------------------------------

    def _told(self, rating: Rating, order: tuple[str, str]) -> str:
        number = order.index(rating.winner) + 1 if rating.winner else 0
        told = self._phrases.decided[rating.verdict].format(n=number)
        because = [self._phrases.reasons[reason] for reason in rating.reasons]
        if rating.note:
            because.append(self._phrases.noted)
        return self._phrases.because.format(decision=told, reasons=", ".join(because)) if because else told

    def _say(self, text: str, style: str = "") -> None:
        self._console.print(Text(f"  {clean(text)}", style), width=width_of(self._console))

    def _ask_for_note(self, note: str) -> str | None:
        from prompt_toolkit import PromptSession
        from prompt_toolkit.formatted_text import FormattedText
        from prompt_toolkit.history import DummyHistory

        session: PromptSession[str] = PromptSession(
            history=DummyHistory(), bottom_toolbar=f" {self._phrases.note_keys}", erase_when_done=True
        )
        try:
            title = FormattedText([("ansicyan", f"  {self._phrases.note} "), ("", "› ")])
            return session.prompt(title, default=note, reserve_space_for_menu=0)
        except (KeyboardInterrupt, EOFError):
            return None


def summary(done: Done, file: str, phrases: Phrases) -> list[Text]:
    """Return what came of a session, as lines."""
    lines = []
    if done.equal:
        lines.append(Text(phrases.equal.format(n=len(done.equal)), MUTED))
    if done.failed:
        reason = done.failed[max(done.failed)]
        lines.append(Text(clean(phrases.failed.format(n=len(done.failed), reason=reason)), "yellow"))
    counts = {"rated": len(done.rated), "skipped": len(done.skipped), "equal": len(done.equal)}
    told = Text(phrases.counted.format(**counts), KEY)
    if done.left:
        told.append(f" · {phrases.left.format(n=done.left)}", MUTED)
    lines.append(told)
    lines.append(Text(clean(phrases.report.format(file=file)), MUTED))
    return lines
