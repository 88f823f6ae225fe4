"""Every row that is read is given its next token.

Imports torch: import it late.
"""

import logging
from collections.abc import Sequence

import torch

from dialog_generative.errors import GenerationError
from dialog_generative.local.decoding.choosing import choose
from dialog_generative.local.engine.tasks import Row, as_generation_error
from dialog_generative.local.engine.work import Work
from dialog_generative.local.forward.runner import out_of_memory

logger = logging.getLogger(__name__)


class Writer:
    """Writes completions, all of them at once.

    Args:
        work: What is under way.
        name: What the model is called.
    """

    def __init__(self, work: Work, name: str) -> None:
        self._work = work
        self._name = name

    def join(self, rows: Sequence[Row]) -> None:
        """Take rows in whose chats are read."""
        try:
            self._work.board.join([row for row in rows if not row.done])
        except Exception as error:
            self._failed(error, rows)

    def step(self) -> None:
        """Give every row its next token."""
        board = self._work.board
        if not board.rows:
            return
        try:
            logits = board.step()
        except Exception as error:
            self._failed(error, ())
            return
        self.choose(list(board.rows), logits)

    def choose(self, rows: Sequence[Row], logits: torch.Tensor) -> None:
        """Choose the next token of rows by what the model says of each."""
        written = [len(row.ids) - len(row.task.job.ids) for row in rows]
        try:
            chosen = choose([row.rule for row in rows], [row.ids for row in rows], written, logits)
        except Exception as error:
            if len(rows) == 1:
                self._work.fail(rows[0].task, as_generation_error(error))
                return
            for place, row in enumerate(rows):  # one that is at fault fails alone
                self.choose([row], logits[place : place + 1])
            return
        for row, (token, likely) in zip(rows, chosen, strict=True):
            if row.done:
                continue
            try:
                self._append(row, token, likely)
            except Exception as error:
                self._work.fail(row.task, as_generation_error(error))

    def _append(self, row: Row, token: int, likely: float) -> None:
        task, job = row.task, row.task.job
        if likely != likely:
            raise GenerationError(
                f"{self._name} computed no number: its weights are broken, or the precision is too low for it "
                "(`dtype: float32` or `bfloat16` has a wider range than `float16`)"
            )
        task.begin()
        row.log_probability += likely
        if task.stopping.ends(token):
            self._work.finish(row, "stop")
            return
        row.ids.append(token)
        if job.on_token is not None and job.count == 1:
            job.on_token(token)
        if (finish := task.stopping.after(row.written)) is not None:
            self._work.finish(row, finish)

    def _failed(self, error: Exception, joining: Sequence[Row]) -> None:
        """The rows could not be answered together: try again with fewer, and in the end one by one."""
        work = self._work
        rows = list(dict.fromkeys([*work.board.dissolve(), *(row for row in joining if not row.done)]))
        memory = out_of_memory(error)
        if len(rows) == 1:
            row = rows[0]
            if memory and not len(work.conversations):
                work.fail(row.task, work.room.refusal(len(row.ids)))
                return
            if not memory and (not row.task.cached or row.task.restarted):
                work.fail(row.task, as_generation_error(error))
                return
            if not memory:
                work.read_anew(row, error)
        else:
            logger.warning("%d answers at once: %s; fewer are tried", len(rows), error)
        work.room.make(len(rows) // 2 if memory else 1)
        for row in reversed(rows):
            row.cache, row.read = None, 0
            work.waiting.appendleft(row)
