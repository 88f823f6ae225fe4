"""Features that others find: an encoder compares meanings, and other rankers give their probabilities."""

import asyncio
import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from dialog_core import Candidate, Context, Ranking, Turn
from dialog_core.configuration import ConfigurationError, LocatedStr, Problem
from dialog_core.interfaces import FittableEncoder, Warmable
from dialog_ranking.choices.recording import brief_candidate, brief_turn
from dialog_ranking.features.extract import Given
from dialog_ranking.features.numbers import number
from dialog_ranking.options import LearnedOptions

if TYPE_CHECKING:
    from dialog_ranking.learned.meanings import Meanings


@dataclass(frozen=True, eq=False)
class Helpers:
    """An encoder and other rankers, asked about every turn.

    Attributes:
        encoder: What compares meanings; None: nothing does.
        rankers: Rankers whose probabilities are features, by name.
    """

    encoder: Any = None
    rankers: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, options: LearnedOptions, context: Context) -> "Helpers | None":
        """Return the helpers a ranker's options name; None: they name none.

        Raises:
            ConfigurationError: The encoder cannot be used, or two rankers have one name.
            DialogError: A component could not be built.
        """
        if options.encoder is None and not options.rankers:
            return None
        alone = context.named(context.name, trained=False)  # what was trained is this ranker, and not its parts
        encoder = None if options.encoder is None else alone.create("encoder", options.encoder)
        if isinstance(encoder, FittableEncoder):
            raise ConfigurationError(
                [
                    _problem(
                        options.encoder,
                        f"ranker {context.name!r}: encoder",
                        "this encoder first has to learn from the texts of a knowledge, and a ranker has none",
                        "Use one that is complete, such as sentence-transformers.",
                    )
                ]
            )
        rankers: dict[str, Any] = {}
        for place, part in enumerate(options.rankers):
            name = name_of(part)
            if name in rankers:
                where = f"ranker {context.name!r}: rankers[{place}]"
                told = f"the name {name!r} is taken"
                raise ConfigurationError([_problem(part, where, told, "Give it a `name:` of its own.")])
            rankers[name] = alone.create("ranker", part)
        return cls(encoder, rankers)

    def warm(self) -> None:
        """Have them do now what their first turn would have them do."""
        for part in (self.encoder, *self.rankers.values()):
            if isinstance(part, Warmable):
                part.warm()

    def columns(self, turn: Turn, candidates: Sequence[Candidate]) -> tuple[Given, tuple[str, ...]]:
        """Return the columns that were found, and what the trace is to be told.

        Who fails costs its own column, which is missing then. They see of turn and candidates what a choice keeps.
        """
        given: dict[str, Sequence[float]] = {}
        remarks: list[str] = []
        if self.encoder is not None:
            try:
                given |= self._meanings.columns(turn, candidates)
            except Exception as error:  # whatever an encoder raises
                remarks.append(_failed("the encoder", error))
        if self.rankers:
            short = brief_turn(turn), [brief_candidate(candidate) for candidate in candidates]
            for name, ranker in self.rankers.items():
                try:
                    given[f"ranker.{name}"], told = _probabilities(ranker, *short)
                    remarks += [f"{name}: {remark}" for remark in told]
                except Exception as error:  # whatever a ranker raises
                    remarks.append(_failed(f"the ranker {name!r}", error))
        return given, tuple(remarks)

    @cached_property
    def _meanings(self) -> "Meanings":
        from dialog_ranking.learned.meanings import Meanings

        return Meanings(self.encoder)


def name_of(part: Any) -> str:
    """Return what a ranker among the options is called."""
    return str(part.get("name") or part["use"]) if isinstance(part, Mapping) else str(part)


def _probabilities(ranker: Any, turn: Turn, candidates: Sequence[Candidate]) -> tuple[list[float], Sequence[str]]:
    outcome = ranker.rank(turn, candidates)
    if inspect.isawaitable(outcome):
        outcome = asyncio.run(_awaited(outcome))  # a ranker with others in it runs in a thread of its own
    ranked, remarks = (outcome.ranked, outcome.remarks) if isinstance(outcome, Ranking) else (outcome, ())
    found = {id(verdict.candidate): number(verdict.probability) for verdict in ranked}
    return [found[id(candidate)] for candidate in candidates], remarks


async def _awaited(outcome: Any) -> Any:
    return await outcome


def _failed(who: str, error: Exception) -> str:
    described = " ".join(str(error).split())[:200] or "no reason given"
    return f"{who} failed ({type(error).__name__}: {described}): what it would have found is missing"


def _problem(part: Any, where: str, told: str, remedy: str) -> Problem:
    use = part.get("use") if isinstance(part, Mapping) else part
    return Problem(told, use.file if isinstance(use, LocatedStr) else None, path=where, remedy=remedy)
