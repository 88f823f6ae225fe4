"""What is under way, and how it ends.

Imports torch: import it late.
"""

import logging
import time
from collections import deque

from dialog_generative.chat import Finish
from dialog_generative.errors import GenerationError
from dialog_generative.local.engine.batching import Board
from dialog_generative.local.engine.conversations import Conversations
from dialog_generative.local.engine.memory import Room
from dialog_generative.local.engine.tasks import Row, Task, settle
from dialog_generative.local.jobs import Generated

logger = logging.getLogger(__name__)


class Work:
    """Tasks and their rows, wherever they are.

    Args:
        board: Where rows are that are written.
        room: How much is done at once.
        conversations: Where what was read is kept for the next turn.

    Attributes:
        waiting: Tasks that have not begun, and rows that have to be read again.
        reading: Rows whose chats are being read.
        generating: Tasks in the hands of `generate`.
    """

    def __init__(self, board: Board, room: Room, conversations: Conversations) -> None:
        self.board = board
        self.room = room
        self.conversations = conversations
        self.waiting: deque[Task | Row] = deque()
        self.reading: deque[Row] = deque()
        self.generating: list[Task] = []

    @property
    def idle(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.waiting or self.reading or self.board.rows or self.generating)

    @property
    def tasks(self) -> list[Task]:
        """All tasks that have not ended."""
        rows = [*self.reading, *self.board.rows, *self.waiting]
        return list(dict.fromkeys([row.task if isinstance(row, Row) else row for row in rows] + self.generating))

    def forget(self, key: str) -> None:
        """Keep nothing of a conversation, nor of what is being said in it."""
        self.conversations.drop(key)
        for task in self.tasks:
            if task.job.key == key:
                task.keep = False

    def let_go(self) -> None:
        """End what nobody waits for any more, and what has no time left."""
        now = time.monotonic()
        for task in self.tasks:
            if task in self.generating:
                continue
            if task.gone:
                self._end(task)
                settle(task.future, None)
            elif now >= task.job.deadline:
                for row in self._rows(task):
                    if row.written:
                        self._record(row, "deadline")
                if task.completions:
                    self._complete(task)
                else:
                    self.fail(task, GenerationError("there was no time left before the first token"), keep=True)

    def finish(self, row: Row, finish: Finish) -> None:
        """A completion is done; with the last one of its job, the job is."""
        self._record(row, finish)
        if row.task.open == 0:
            self._complete(row.task)

    def fail(self, task: Task, error: BaseException, *, keep: bool = False) -> None:
        """End a task without an answer, and keep nothing of it: what was read may be what is at fault.

        Args:
            task: The task.
            error: What its job fails with.
            keep: Whether what was read is not at fault.
        """
        task.keep &= keep
        self._end(task)
        settle(task.future, error)

    def read_anew(self, row: Row, error: Exception) -> None:
        """Give up what was kept of a conversation, for it may be what is at fault; once a task."""
        logger.warning("what was kept of %s could not be used, it is read anew: %s", row.task.job.key, error)
        row.task.restarted = True
        row.task.cached = 0

    def _rows(self, task: Task) -> list[Row]:
        every = (*self.reading, *self.board.rows, *self.waiting)
        return [row for row in every if isinstance(row, Row) and row.task is task]

    def _record(self, row: Row, finish: Finish) -> None:
        task = row.task
        row.done = True
        task.completions.append(Generated(tuple(row.written), finish, row.log_probability))
        task.open -= 1
        # The likeliest is the one that will be said, as a rule: the next turn then begins with it.
        best = task.keep and (task.best is None or row.log_probability > task.best[0])
        ids = row.ids[: row.read]
        self._remove(row, keep=best)
        if best and row.cache is not None:
            task.best = (row.log_probability, ids, row.cache)

    def _complete(self, task: Task) -> None:
        self._end(task)
        self.room.recover()
        settle(task.future, task.finished(sorted(task.completions, key=lambda one: -one.log_probability)))

    def _end(self, task: Task) -> None:
        """Let go of all rows of a task, and keep what was read for the next turn."""
        for row in self._rows(task):
            keep = task.keep and task.best is None
            row.done = True
            self._remove(row, keep=keep)
            if keep and row.cache is not None and row.read:
                task.best = (row.log_probability, row.ids[: row.read], row.cache)
        if task in self.waiting:
            self.waiting.remove(task)
        if task.best is not None and task.keep:
            _, ids, cache = task.best
            self.conversations.keep(task.job.key, ids, cache)
        task.best = None

    def _remove(self, row: Row, *, keep: bool) -> None:
        if row in self.board.rows:
            self.board.leave(row, keep=keep)
        elif row in self.reading:
            self.reading.remove(row)
        elif row in self.waiting:
            self.waiting.remove(row)
