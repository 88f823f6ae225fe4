"""What `generate` of transformers has to do, beside the rounds: between its tokens the others go on.

Imports torch and transformers: import it late.
"""

import time
from collections.abc import Callable, Sequence

from dialog_generative.local.decoding.generating import Cancelled, generate
from dialog_generative.local.engine.tasks import Task, as_generation_error, settle
from dialog_generative.local.engine.work import Work
from dialog_generative.local.forward.runner import out_of_memory
from dialog_generative.local.model import LoadedModel


class Beside:
    """Does jobs with transformers' own loop.

    Args:
        loaded: The model.
        work: What is under way.
        between: Called between tokens.
        poll: Takes in what was submitted meanwhile.
        patience: How long a job waits for others that can be generated together with it, in seconds.
    """

    def __init__(
        self, loaded: LoadedModel, work: Work, between: Callable[[], None], poll: Callable[[], None], patience: float
    ) -> None:
        self._loaded = loaded
        self._work = work
        self._between, self._poll = between, poll
        self._patience = patience

    def generate(self, task: Task) -> None:
        """Do a job, and those that can be done together with it."""
        work = self._work
        tasks = [task, *self._alike(task)]
        work.generating += tasks
        try:
            found = generate(
                self._loaded,
                [(one.job, one.stopping) for one in tasks],
                between=self._between,
                gone=lambda place: tasks[place].gone,
                began=lambda place: tasks[place].begin(),
            )
        except Cancelled:
            for one in tasks:
                settle(one.future, None)
        except Exception as error:
            self._failed(tasks, error)
        else:
            for one, completions in zip(tasks, found, strict=True):
                settle(one.future, None if one.gone else one.finished(completions))
        work.generating = []  # not where the engine is being closed: then they have not been answered yet

    def _alike(self, task: Task) -> list[Task]:
        """Take out of the waiting ones those that can be generated together with one."""
        job, waiting = task.job, self._work.waiting
        if not self._loaded.encoder_decoder or job.decoding.strategy != "greedy" or job.count > 1:
            return []
        if (rest := self._patience - (time.monotonic() - task.started)) > 0:
            time.sleep(rest)
            self._poll()
        alike = [
            one for one in waiting if isinstance(one, Task) and one.job.count == 1 and one.job.decoding == job.decoding
        ][: self._work.room.rows - 1]
        for one in alike:
            waiting.remove(one)
        return alike

    def _failed(self, tasks: Sequence[Task], error: Exception) -> None:
        room = self._work.room
        memory = out_of_memory(error)
        if memory:
            room.make(len(tasks) // 2)
        if len(tasks) > 1 or (memory and not tasks[0].restarted):
            room.rows = min(room.rows, max(1, len(tasks) // 2))
            for one in reversed(tasks):
                one.restarted = len(tasks) == 1
                self._work.waiting.appendleft(one)
            return
        failure = room.refusal(len(tasks[0].job.ids)) if memory else as_generation_error(error)
        settle(tasks[0].future, failure)
