"""What watches over a training: how far it is, when it is time to stop, losses that are no numbers."""

import math
import time
from dataclasses import dataclass, field
from typing import Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from dialog_core.training import Progress

TOLD_EVERY = 30.0  # seconds
KEPT_EVERY = 60.0  # seconds; what a kill costs at most, or the time between two measurements if that is shorter


class Shown(TrainerCallback):
    """Says how far a training is: steps, the loss, tokens a second, the time left.

    Attributes:
        tokens: How many were looked at.
        seconds: How long training took, measuring left out.
    """

    def __init__(self, progress: Progress) -> None:
        self.tokens = 0
        self.seconds = 0.0
        self._progress = progress
        self._began = self._told = self._measured = time.monotonic()
        self._first = 0
        self._loss = math.nan

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Begin the stage."""
        self._progress.stage("training", state.max_steps)
        self._progress.advance(state.global_step)
        if state.global_step:
            self._progress.note(f"going on after step {state.global_step:,} of {state.max_steps:,}")
        self._began = self._told = time.monotonic()
        self._first = state.global_step
        self._before = state.num_input_tokens_seen

    def on_step_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Count a step."""
        self._progress.advance()
        self.tokens = int(state.num_input_tokens_seen - self._before)
        self.seconds = time.monotonic() - self._began

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, float] | None = None,
        **kwargs: Any,
    ) -> None:
        """Remember the loss, and tell it now and then."""
        self._loss = (logs or {}).get("loss", self._loss)
        if time.monotonic() - self._told >= TOLD_EVERY and state.is_world_process_zero:
            self._tell(state, "")

    def on_evaluate(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        metrics: dict[str, float] | None = None,
        **kwargs: Any,
    ) -> None:
        """Tell what was measured."""
        found = (metrics or {}).get("eval_loss")
        self._began += (metrics or {}).get("eval_runtime", 0.0)  # measuring is no training
        if found is not None and state.is_world_process_zero:
            self._tell(state, f" · held out {found:.4g}")

    def _tell(self, state: TrainerState, more: str) -> None:
        now = time.monotonic()
        self._told = now
        done = state.global_step - self._first
        if not done:
            return
        pace = (now - self._began) / done
        left = pace * (state.max_steps - state.global_step)
        told = [
            f"step {state.global_step:,}/{state.max_steps:,} · loss {self._loss:.4g}{more}",
            f"{self.tokens / max(now - self._began, 1e-9):,.0f} tokens/s",
            *([f"{_duration(left)} left"] if left else []),
        ]
        self._progress.note(" · ".join(told))


class Kept(TrainerCallback):
    """Has a checkpoint written when the last one is a while ago."""

    def __init__(self) -> None:
        self._at = time.monotonic()

    def on_step_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Ask for a checkpoint."""
        if args.world_size == 1 and time.monotonic() - self._at >= KEPT_EVERY:  # clocks of processes differ
            control.should_save = True

    def on_save(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Remember when it was written."""
        self._at = time.monotonic()


class Patience(TrainerCallback):
    """Stops a training after some measurements without progress.

    What it goes by stands in the state of the training, so that one that is resumed stops where it would have.
    """

    def __init__(self, measurements: int) -> None:
        self._measurements = measurements

    def on_evaluate(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Look whether it goes on falling."""
        losses = [row["eval_loss"] for row in state.log_history if "eval_loss" in row]
        if self._measurements and losses:
            best = losses.index(min(losses))
            if len(losses) - 1 - best >= self._measurements:
                control.should_training_stop = True


@dataclass
class Sound(TrainerCallback):
    """Stops a training whose loss is no number any more, before that is kept.

    Attributes:
        broken_at: The step at which that was; 0: never.
    """

    broken_at: int = field(default=0)

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, float] | None = None,
        **kwargs: Any,
    ) -> None:
        """Look at the loss."""
        told = logs or {}
        if not all(math.isfinite(told[name]) for name in ("loss", "eval_loss") if name in told):
            self.broken_at = self.broken_at or state.global_step
            control.should_training_stop = True
            control.should_save = control.should_evaluate = False

    def on_evaluate(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Keep nothing of it."""
        if self.broken_at:
            control.should_save = False


def _duration(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes < 1:
        return f"{max(seconds, 0):.0f} s"
    return f"{minutes} min" if minutes < 120 else f"{minutes / 60:.1f} h"
