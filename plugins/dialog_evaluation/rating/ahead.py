"""Having replies ready before they are looked at, while somebody rates those before them."""

from collections.abc import Callable, Sequence
from threading import Condition, Thread

from dialog_core import DialogError
from dialog_core.text import repair_text
from dialog_evaluation.rating.file import RatingsFile
from dialog_evaluation.rating.systems import Systems
from dialog_evaluation.rating.values import Item, RatedReply, Turn
from dialog_evaluation.replies.cases import Case

AHEAD = 8  # items; who stops after a few must not have paid for hundreds of replies of a language model
FAILURES_IN_A_ROW = 10  # after so many there is something wrong with a bot and not with a message
AWAKE_EVERY = 0.1  # seconds; a thread that only waits is not woken by Ctrl-C everywhere


class Failed(DialogError):
    """A system failed on so many messages in a row that it is not asked any more."""


class Ahead:
    """Makes items, a few ahead of the one that is looked at; those that a file has are not made again.

    Args:
        file: Where items are kept.
        systems: Who replies, by name.
        cases: What they reply to, in the order in which it is looked at.
    """

    def __init__(self, file: RatingsFile, systems: Systems, cases: Sequence[Case]) -> None:
        self._file, self._systems, self._cases = file, systems, cases
        self._changed = Condition()
        self._wanted = 0
        self._stopped = False
        self._made: list[Item | str] = []  # in the order of the cases; a text says why there is none
        self._error: Exception | None = None
        self._in_a_row = 0
        self._thread = Thread(target=self._work, name="replies", daemon=True)

    def __enter__(self) -> "Ahead":
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        self._thread.join(AWAKE_EVERY)  # what is under way ends when the bot is closed

    @property
    def ready(self) -> int:
        """How many items are made."""
        return len(self._made)

    def get(self, place: int, waiting: Callable[[], None] = lambda: None) -> Item | str:
        """Return an item, or why there is none.

        Args:
            place: Which of the cases it is of.
            waiting: Called again and again while it is being made.

        Raises:
            Failed: A system does nothing but fail.
            DialogError: The file cannot be written.
        """
        with self._changed:
            self._wanted = max(self._wanted, place)
            self._changed.notify_all()
            while len(self._made) <= place:
                if self._error is not None:
                    raise self._error
                waiting()
                self._changed.wait(AWAKE_EVERY)
            return self._made[place]

    def _work(self) -> None:
        try:
            for place, case in enumerate(self._cases):
                with self._changed:
                    while place > self._wanted + AHEAD and not self._stopped:
                        self._changed.wait()
                    if self._stopped:
                        return
                made = self._make(case)
                with self._changed:
                    if self._stopped:
                        return
                    self._made.append(made)
                    self._changed.notify_all()
        except Exception as error:  # told to whoever waits
            with self._changed:
                self._error = error
                self._changed.notify_all()

    def _make(self, case: Case) -> Item | str:
        id = id_of(case)
        if (known := self._file.ratings.items.get(id)) is not None:
            return known
        replies = {name: system.reply(case) for name, system in self._systems.items()}
        failed = {name: reply for name, reply in replies.items() if reply.status == "failed"}
        if failed:
            told = "; ".join(f"{name}: {reply.reason}" for name, reply in failed.items())
            self._in_a_row += 1
            if self._in_a_row == FAILURES_IN_A_ROW:
                raise Failed(f"{FAILURES_IN_A_ROW} messages in a row had no reply, and no more are asked: {told}")
            return told
        self._in_a_row = 0
        if self._stopped:
            return ""
        return self._file.add_item(item_of(case, replies))


def id_of(case: Case) -> str:
    """Return the id of the item that is made of a case."""
    return f"{case.dialogue}/{case.number}"


def item_of(case: Case, replies: dict[str, RatedReply]) -> Item:
    """Return the item that is made of a case."""
    turns = [
        *(Turn("user" if turn.role == "user" else "bot", repair_text(turn.text)) for turn in case.history),
        Turn("user", repair_text(case.question)),
    ]
    return Item(id_of(case), case.dialogue, case.line, tuple(turns), replies)
