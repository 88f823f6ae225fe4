"""Who is let in, and by whom it is done.

Work is done in rounds: each lets rows in, reads a piece of the chats of those that are not read yet, and gives every
other row one token. So neither a long chat nor a long answer makes the others wait for its end.

Imports torch and transformers: import it late.
"""

import copy
import logging
import math
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future

from dialog_generative.errors import GenerationError
from dialog_generative.local.decoding.settings import searches
from dialog_generative.local.decoding.stopping import Stopping
from dialog_generative.local.engine.batching import Board
from dialog_generative.local.engine.beside import Beside
from dialog_generative.local.engine.conversations import Conversations
from dialog_generative.local.engine.memory import Room
from dialog_generative.local.engine.prefill import Prefill
from dialog_generative.local.engine.tasks import Row, Task
from dialog_generative.local.engine.work import Work
from dialog_generative.local.engine.writing import Writer
from dialog_generative.local.forward.compiled import CompiledSteps
from dialog_generative.local.forward.runner import Runner
from dialog_generative.local.jobs import Finished, Job
from dialog_generative.local.model import LoadedModel
from dialog_generative.local.options import BatchOptions, CacheOptions, Decoding

logger = logging.getLogger(__name__)

_SHORT, _LONG, _FEW = 8, 300, 6  # tokens: in shapes that differ, a compiler learns what may change
_PREPARING = "\0"  # begins no conversation's name


class Scheduler:
    """Does jobs with one model; used by one thread.

    Args:
        loaded: The model.
        cache: What is kept of conversations.
        batch: How many rows there are at once.
        poll: Called between rounds, and wherever something takes long: takes in what was submitted meanwhile.
        compile: Whether to compile the model.

    Attributes:
        conversations: What is kept of them.
        room: How much is done at once.
        prefill: Reads chats.
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
        self._loaded = loaded
        self._poll = poll
        self._compile = compile
        self._size = batch.size
        self._runner = Runner(loaded)
        self.conversations = Conversations(cache)
        self.room = Room(loaded, batch.size, self.conversations)
        self._work = Work(Board(self._runner), self.room, self.conversations)
        self._writer = Writer(self._work, loaded.name)
        self.prefill = Prefill(loaded, self._runner, self._work, self._writer)
        self._beside = Beside(loaded, self._work, self.round, poll, batch.wait)
        self._tokenizer: object = None
        self._own_loop: bool | None = None  # whether the model can be run in rounds; not known before it is tried

    @property
    def idle(self) -> bool:
        """Whether there is nothing to do."""
        return self._work.idle

    def add(self, job: Job, future: "Future[Finished]") -> None:
        """Take a job in."""
        task = Task(job, future, time.monotonic(), Stopping(job, self._loaded, self._text))
        if not job.ids:
            self._work.fail(task, GenerationError("there is nothing to read: the chat has no tokens"))
        elif len(job.ids) + (not self._loaded.encoder_decoder) > self._loaded.window:
            self._work.fail(
                task,
                GenerationError(
                    f"the chat has {len(job.ids)} tokens, of which {self._loaded.name} reads {self._loaded.window}"
                    f"{'' if self._loaded.encoder_decoder else ', its answer included'}: let the chat be cut, or use a "
                    "model with a larger window"
                ),
            )
        else:
            self._work.waiting.append(task)

    def forget(self, key: str) -> None:
        """Keep nothing of a conversation, nor of what is being said in it."""
        self._work.forget(key)

    def fail_all(self, error: Exception) -> None:
        """End everything."""
        for task in self._work.tasks:
            self._work.fail(task, error)

    def round(self) -> None:
        """Let rows in, read a little, and give every row that is read a token."""
        self._poll()
        self._work.let_go()
        self._admit()
        self.prefill.read()
        self._writer.step()

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

    def _admit(self) -> None:
        work = self._work
        while work.waiting and len(work.reading) + len(work.board.rows) < self.room.rows:
            first = work.waiting[0]
            if isinstance(first, Task) and self._needs_generate(first):
                if work.generating:  # it is the one that lets the others go on meanwhile
                    later = next((one for one in work.waiting if not self._needs_generate(one)), None)
                    if later is None:
                        return
                    work.waiting.remove(later)
                    self.prefill.begin(later)
                    continue
                work.waiting.popleft()
                self._beside.generate(first)
                continue
            self.prefill.begin(work.waiting.popleft())

    def _needs_generate(self, waiting: Task | Row) -> bool:
        if isinstance(waiting, Row):
            return False
        if self._loaded.encoder_decoder or searches(waiting.job.decoding, waiting.job.count):
            return True
        if self._own_loop is None and not waiting.tried:
            waiting.tried = True
            self._try(waiting.job)
        return not self._own_loop

    def _try(self, job: Job) -> None:
        """Find out whether the model can be run in rounds; where memory runs out the next job has to show it."""
        try:
            obstacle = self._runner.obstacle(job.ids)
        except Exception as error:
            logger.warning("%s: the next conversation will show how it can be answered: %s", self._loaded.name, error)
            self.room.make(self.room.rows)
            return
        self._own_loop = not obstacle
        if obstacle:
            logger.warning(
                "%s: conversations are read anew in each turn and answered one after the other: %s",
                self._loaded.name,
                obstacle,
            )
        elif self._compile:
            self._work.board = Board(self._runner, CompiledSteps(self._loaded, self._runner, self._size))

    def _text(self, ids: Sequence[int]) -> str:
        if self._tokenizer is None:  # one of its own: the other is in use by whoever renders chats
            self._tokenizer = copy.deepcopy(self._loaded.tokenizer)
        text: str = self._tokenizer.decode(ids, skip_special_tokens=False, clean_up_tokenization_spaces=False)  # type: ignore[attr-defined]
        return text
