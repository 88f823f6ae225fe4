"""Who is read, who gets a next token, and what happens when that goes wrong.

Work is done in rounds: each lets rows in, reads a piece of the chats of those that are not read yet, and gives every
other row one token. So neither a long chat nor a long answer makes the others wait for its end.

Imports torch and transformers: import it late.
"""

import copy
import logging
import math
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, InvalidStateError

import torch

from dialog_generative.chat import Finish
from dialog_generative.errors import GenerationError
from dialog_generative.local.decoding.choosing import Rule, choose
from dialog_generative.local.decoding.generating import Cancelled, generate
from dialog_generative.local.decoding.settings import searches
from dialog_generative.local.decoding.stopping import Stopping
from dialog_generative.local.engine.batching import Board, Row, Task
from dialog_generative.local.engine.conversations import Conversations
from dialog_generative.local.forward.compiled import CompiledSteps
from dialog_generative.local.forward.runner import Runner, out_of_memory
from dialog_generative.local.jobs import Finished, Generated, Job
from dialog_generative.local.model import LoadedModel
from dialog_generative.local.options import BatchOptions, CacheOptions, Decoding

logger = logging.getLogger(__name__)

_READ_AT_ONCE = {"cuda": 2048, "cpu": 256}  # tokens of a round: enough to keep it busy, little enough to wait for
_SHORT, _LONG, _FEW = 8, 300, 6  # tokens: in shapes that differ, a compiler learns what may change
_PREPARING = "\0"  # begins no conversation's name
_READ_LEAST = 32  # a piece of a chat, however many chats are being read


class Scheduler:
    """Does jobs with one model; used by one thread.

    Args:
        loaded: The model.
        cache: What is kept of conversations.
        batch: How many rows there are at once.
        compile: Whether to compile the model.
        poll: Called between rounds, and wherever something takes long: takes in what was submitted meanwhile.
    """

    def __init__(
        self,
        loaded: LoadedModel,
        cache: CacheOptions,
        batch: BatchOptions,
        poll: Callable[[], None],
        *,
        compile: bool = False,
    ) -> None:
        self.conversations = Conversations(cache)
        self._loaded = loaded
        self._poll = poll
        self._runner = Runner(loaded)
        self._compile = compile
        self._board = Board(self._runner)
        self._waiting: deque[Task | Row] = deque()
        self._reading: deque[Row] = deque()
        self._generating: list[Task] = []
        self._size = self._limit = batch.size
        self._patience = batch.wait
        self._read_at_once = self._read_most = _READ_AT_ONCE.get(loaded.device.type, 256)
        self._together = loaded.device.type == "cuda"  # where many short pieces take as long as one
        self._tokenizer: object = None
        self._own_loop: bool | None = (
            None  # whether the model can be run by its own cache; not known before it is tried
        )

    @property
    def idle(self) -> bool:
        """Whether there is nothing to do."""
        return not (self._waiting or self._reading or self._board.rows or self._generating)

    def add(self, job: Job, future: "Future[Finished]") -> None:
        """Take a job in."""
        task = Task(job, future, time.monotonic(), Stopping(job, self._loaded, self._text))
        if not job.ids:
            self._fail(task, GenerationError("there is nothing to read: the chat has no tokens"))
        elif len(job.ids) + (not self._loaded.encoder_decoder) > self._loaded.window:
            self._fail(
                task,
                GenerationError(
                    f"the chat has {len(job.ids)} tokens, of which {self._loaded.name} reads {self._loaded.window}"
                    f"{'' if self._loaded.encoder_decoder else ', its answer included'}: let the chat be cut, or use a "
                    "model with a larger window"
                ),
            )
        else:
            self._waiting.append(task)

    def forget(self, key: str) -> None:
        """Keep nothing of a conversation, nor of what is being said in it."""
        self.conversations.drop(key)
        for task in self._tasks():
            if task.job.key == key:
                task.keep = False

    def fail_all(self, error: Exception) -> None:
        """End everything."""
        for task in self._tasks():
            self._fail(task, error)

    def round(self) -> None:
        """Let rows in, read a little, and give every row that is read a token."""
        self._poll()
        self._let_go()
        self._admit()
        self._read()
        self._step()

    def prepare(self) -> None:
        """Compile what can be compiled before anybody waits for it: for few rows and for many, for short and long."""
        sizes = [1 << power for power in range(self._size.bit_length()) if 1 << power <= self._size]
        for rows, length in ((1, _SHORT), (1, _LONG), *((rows, _SHORT) for rows in sizes[1:])):
            ids = tuple(self._loaded.end_ids[:1] or (0,)) * min(length, self._loaded.window - _FEW)
            decoding = Decoding(max_tokens=_FEW, min_tokens=_FEW)
            for number in range(rows):
                key = f"{_PREPARING}{number}"
                self.add(Job(key, ids, decoding, 1, 0, math.inf), Future())
                self.forget(key)
            while not self.idle:
                self.round()

    # --- Letting in and letting go ------------------------------------------------------------------------------------

    def _rows(self, task: Task) -> list[Row]:
        every = (*self._reading, *self._board.rows, *self._waiting)
        return [row for row in every if isinstance(row, Row) and row.task is task]

    def _tasks(self) -> list[Task]:
        rows = [*self._reading, *self._board.rows, *self._waiting]
        return list(dict.fromkeys([row.task if isinstance(row, Row) else row for row in rows] + self._generating))

    def _let_go(self) -> None:
        """End what nobody waits for any more, and what has no time left."""
        now = time.monotonic()
        for task in self._tasks():
            if task in self._generating:
                continue
            if task.gone:
                self._end(task)
                _settle(task.future, None)
            elif now >= task.job.deadline:
                for row in self._rows(task):
                    if row.written:
                        self._record(row, "deadline")
                if task.completions:
                    self._complete(task)
                else:
                    self._fail(task, GenerationError("there was no time left before the first token"), keep=True)

    def _admit(self) -> None:
        while self._waiting and len(self._reading) + len(self._board.rows) < self._limit:
            first = self._waiting[0]
            if isinstance(first, Task) and self._needs_generate(first):
                if self._generating:  # it is the one that lets the others go on meanwhile
                    later = next((one for one in self._waiting if not self._needs_generate(one)), None)
                    if later is None:
                        return
                    self._waiting.remove(later)
                    self._try_to_begin(later)
                    continue
                self._waiting.popleft()
                self._generate(first)
                continue
            self._try_to_begin(self._waiting.popleft())

    def _needs_generate(self, waiting: "Task | Row") -> bool:
        if isinstance(waiting, Row):
            return False
        if self._loaded.encoder_decoder or searches(waiting.job.decoding, waiting.job.count):
            return True
        if self._own_loop is None:
            obstacle = self._runner.obstacle(waiting.job.ids)
            self._own_loop = not obstacle
            if obstacle:
                logger.warning(
                    "%s: conversations are read anew in each turn and answered one after the other: %s",
                    self._loaded.name,
                    obstacle,
                )
            else:
                self._slides = self._runner.new_cache().slides
            if not obstacle and self._compile:
                self._board = Board(self._runner, CompiledSteps(self._loaded, self._runner, self._size))
        return not self._own_loop

    def _try_to_begin(self, waiting: "Task | Row") -> None:
        try:
            self._begin(waiting)
        except Exception as error:
            self._fail(waiting if isinstance(waiting, Task) else waiting.task, _as_generation_error(error))

    def _begin(self, waiting: "Task | Row") -> None:
        """Begin to read a chat, where it was left off if something of it is kept."""
        if isinstance(waiting, Task):
            task, job = waiting, waiting.job
            row = Row(task, self._rule(job, 0), list(job.ids))
            if kept := self.conversations.take(job.key, job.ids):
                row.cache, row.read = kept
                task.cached = row.read
        else:
            row = waiting
        if row.cache is None:
            row.cache, row.read = self._runner.new_cache(), 0
        self._reading.append(row)

    def _rule(self, job: Job, number: int) -> Rule:
        return Rule(job.decoding, job.seed, number, self._loaded.end_ids, self._loaded.device)

    # --- Reading ------------------------------------------------------------------------------------------------------

    def _read(self) -> None:
        """Read some tokens of those chats that are not read yet, shared out evenly."""
        rows = list(self._reading)[: max(1, self._read_at_once // _READ_LEAST)]
        share = self._read_at_once // max(len(rows), 1)
        together = self._together and len(rows) > 1 and (not any(row.read for row in rows) or not self._slides)
        ready: list[Row] = []
        for group in [rows] if together else [[row] for row in rows]:
            going = [row for row in group if row in self._reading]  # the job of another may have ended since
            if going:
                ready += self._read_some(going, share)
        try:
            self._board.join([row for row in ready if not row.done])
        except Exception as error:
            self._board_failed(error, ready)

    def _read_some(self, rows: Sequence[Row], share: int) -> list[Row]:
        """Read a piece of each chat, and return the rows that are read and go on."""
        pieces = [row.ids[row.read : row.read + share] for row in rows]
        caches = [row.cache for row in rows if row.cache is not None]
        try:
            if len(rows) == 1:
                logits = self._runner.read(pieces[0], rows[0].read, caches[0])
            else:
                logits = self._runner.read_together(pieces, [row.read for row in rows], caches)
        except Exception as error:
            if len(rows) == 1:
                self._reading_failed(rows[0], error)
                return []
            logger.warning("%d chats are not read together: %s: %s", len(rows), type(error).__name__, error)
            return [one for row in rows if row in self._reading for one in self._read_some([row], share)]
        ready: list[Row] = []
        for place, (row, piece) in enumerate(zip(rows, pieces, strict=True)):
            if row.done:
                continue
            row.read += len(piece)
            self._reading.remove(row)
            if row.read < len(row.ids):
                self._reading.append(row)
            else:
                ready += self._first_tokens(row, logits[place : place + 1])
        return ready

    def _first_tokens(self, row: Row, logits: torch.Tensor) -> list[Row]:
        """Choose the first token of each completion of a chat, and return the rows that go on."""
        rows = [row]
        if row.ids == list(row.task.job.ids):
            job = row.task.job
            row.task.open = job.count
            rows += [Row(row.task, self._rule(job, number), list(row.ids), row.read) for number in range(1, job.count)]
        self._choose(rows, logits.expand(len(rows), -1))
        going = [one for one in rows if not one.done]
        for one in going:
            if one is not row and row.cache is not None:
                one.cache = row.cache.row(0, 0, row.read)
        return going

    def _reading_failed(self, row: Row, error: Exception) -> None:
        task = row.task
        row.cache, row.read = None, 0
        if out_of_memory(error):
            self._reading.remove(row)
            others = len(self._reading) + len(self._board.rows)
            if len(self.conversations) or others or self._read_at_once > _READ_LEAST:
                self._make_room(others)
                if not others:
                    self._read_at_once = max(_READ_LEAST, self._read_at_once // 2)
                self._waiting.appendleft(row)
            else:
                self._fail(task, self._no_memory(len(row.ids)))
        elif task.cached and not task.restarted:
            self._restart(row, error)
            self._reading.remove(row)
            self._waiting.appendleft(row)
        else:
            self._fail(task, _as_generation_error(error))

    def _restart(self, row: Row, error: Exception) -> None:
        logger.warning("what was kept of %s could not be used, it is read anew: %s", row.task.job.key, error)
        row.task.restarted = True
        row.task.cached = 0

    # --- Writing ------------------------------------------------------------------------------------------------------

    def _step(self) -> None:
        """Give every row that is read its next token."""
        if not self._board.rows:
            return
        try:
            logits = self._board.step()
        except Exception as error:
            self._board_failed(error, ())
            return
        self._choose(list(self._board.rows), logits)

    def _choose(self, rows: Sequence[Row], logits: torch.Tensor) -> None:
        written = [len(row.ids) - len(row.task.job.ids) for row in rows]
        try:
            chosen = choose([row.rule for row in rows], [row.ids for row in rows], written, logits)
        except Exception as error:
            if len(rows) == 1:
                self._fail(rows[0].task, _as_generation_error(error))
                return
            for place, row in enumerate(rows):  # one that is at fault fails alone
                self._choose([row], logits[place : place + 1])
            return
        for row, (token, likely) in zip(rows, chosen, strict=True):
            if row.done:
                continue
            try:
                self._append(row, token, likely)
            except Exception as error:
                self._fail(row.task, _as_generation_error(error))

    def _append(self, row: Row, token: int, likely: float) -> None:
        task, job = row.task, row.task.job
        if likely != likely:
            raise GenerationError(
                f"{self._loaded.name} computed no number: its weights are broken, or the precision is too low for it "
                "(`dtype: float32` or `bfloat16` has a wider range than `float16`)"
            )
        task.begin()
        row.log_probability += likely
        if task.stopping.ends(token):
            self._finish(row, "stop")
            return
        row.ids.append(token)
        if job.on_token is not None and job.count == 1:
            job.on_token(token)
        if (finish := task.stopping.after(row.written)) is not None:
            self._finish(row, finish)

    def _finish(self, row: Row, finish: Finish) -> None:
        """A completion is done; with the last one of its job, the job is."""
        self._record(row, finish)
        if row.task.open == 0:
            self._complete(row.task)

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
        self._limit = min(self._size, self._limit + 1)
        self._read_at_once = self._read_most
        _settle(task.future, task.finished(sorted(task.completions, key=lambda one: -one.log_probability)))

    def _remove(self, row: Row, *, keep: bool) -> None:
        if row in self._board.rows:
            self._board.leave(row, keep=keep)
        elif row in self._reading:
            self._reading.remove(row)
        elif row in self._waiting:
            self._waiting.remove(row)

    def _end(self, task: Task) -> None:
        """Let go of all rows of a task, and keep what was read for the next turn."""
        for row in self._rows(task):
            keep = task.keep and task.best is None
            row.done = True
            self._remove(row, keep=keep)
            if keep and row.cache is not None and row.read:
                task.best = (row.log_probability, row.ids[: row.read], row.cache)
        if task in self._waiting:
            self._waiting.remove(task)
        if task.best is not None and task.keep:
            _, ids, cache = task.best
            self.conversations.keep(task.job.key, ids, cache)
        task.best = None

    def _fail(self, task: Task, error: BaseException, *, keep: bool = False) -> None:
        task.keep &= keep  # what was read may be what is at fault
        self._end(task)
        _settle(task.future, error)

    # --- When it goes wrong -------------------------------------------------------------------------------------------

    def _board_failed(self, error: Exception, joining: Sequence[Row]) -> None:
        """The rows could not be answered together: try again with fewer, and in the end one by one."""
        rows = list(dict.fromkeys([*self._board.dissolve(), *(row for row in joining if not row.done)]))
        memory = out_of_memory(error)
        kept = len(self.conversations)
        if len(rows) == 1:
            row = rows[0]
            if memory and not kept:
                self._fail(row.task, self._no_memory(len(row.ids)))
                return
            if not memory and (not row.task.cached or row.task.restarted):
                self._fail(row.task, _as_generation_error(error))
                return
            if not memory:
                self._restart(row, error)
        else:
            logger.warning("%d answers at once: %s; fewer are tried", len(rows), error)
        self._make_room(len(rows) // 2 if memory else 1)
        for row in reversed(rows):
            row.cache, row.read = None, 0
            self._waiting.appendleft(row)

    def _make_room(self, rows: int) -> None:
        """After memory ran out: forget what can be read again, and do less at once."""
        self.conversations.clear()
        self._limit = max(1, min(rows, self._limit))
        if self._loaded.device.type == "cuda":
            torch.cuda.empty_cache()

    def _no_memory(self, tokens: int) -> GenerationError:
        return GenerationError(
            f"out of memory with {tokens} tokens in {self._loaded.name}: give it less to read (`context_tokens`), keep "
            "fewer conversations (`cache`), or use a smaller model or `dtype: bfloat16`"
        )

    # --- What goes through generate -----------------------------------------------------------------------------------

    def _generate(self, task: Task) -> None:
        """Do a job with transformers' own loop; between its tokens the others go on."""
        tasks = [task, *self._alike(task)]
        self._generating += tasks
        try:
            found = generate(
                self._loaded,
                [(one.job, one.stopping) for one in tasks],
                between=self.round,
                gone=lambda place: tasks[place].gone,
                began=lambda place: tasks[place].begin(),
            )
        except Cancelled:
            for one in tasks:
                _settle(one.future, None)
        except Exception as error:
            self._generate_failed(tasks, error)
        else:
            for one, completions in zip(tasks, found, strict=True):
                _settle(one.future, None if one.gone else one.finished(completions))
        self._generating = []  # not where the engine is being closed: then they have not been answered yet

    def _alike(self, task: Task) -> list[Task]:
        """Take out of the waiting ones those that can be generated together with one."""
        job = task.job
        if not self._loaded.encoder_decoder or job.decoding.strategy != "greedy" or job.count > 1:
            return []
        if (rest := self._patience - (time.monotonic() - task.started)) > 0:
            time.sleep(rest)
            self._poll()
        alike = [
            one
            for one in self._waiting
            if isinstance(one, Task) and one.job.count == 1 and one.job.decoding == job.decoding
        ][: self._limit - 1]
        for one in alike:
            self._waiting.remove(one)
        return alike

    def _generate_failed(self, tasks: Sequence[Task], error: Exception) -> None:
        memory = out_of_memory(error)
        if memory:
            self._make_room(len(tasks) // 2)
        if len(tasks) > 1 or (memory and not tasks[0].restarted):
            self._limit = min(self._limit, max(1, len(tasks) // 2))
            for one in reversed(tasks):
                one.restarted = len(tasks) == 1
                self._waiting.appendleft(one)
            return
        failure = self._no_memory(len(tasks[0].job.ids)) if memory else _as_generation_error(error)
        _settle(tasks[0].future, failure)

    def _text(self, ids: Sequence[int]) -> str:
        if self._tokenizer is None:  # one of its own: the other is in use by whoever renders chats
            self._tokenizer = copy.deepcopy(self._loaded.tokenizer)
        text: str = self._tokenizer.decode(ids, skip_special_tokens=False, clean_up_tokenization_spaces=False)  # type: ignore[attr-defined]
        return text


def _as_generation_error(error: Exception) -> GenerationError:
    if isinstance(error, GenerationError):
        return error
    failure = GenerationError(f"the model failed: {type(error).__name__}: {error}")
    failure.__cause__ = error
    return failure


def _settle(future: "Future[Finished]", outcome: Finished | BaseException | None) -> None:
    """Give an outcome to whoever still waits for it; None: nobody does."""
    try:
        if outcome is None:
            future.cancel()
        elif isinstance(outcome, Finished):
            future.set_result(outcome)
        else:
            future.set_exception(outcome)
    except InvalidStateError:  # it was cancelled meanwhile
        outcome = None
    if outcome is None and future.cancelled():
        future.set_running_or_notify_cancel()  # only now it counts as done for `concurrent.futures.wait`
