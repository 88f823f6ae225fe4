"""Building a bot: from a validated bot file to a dialogue manager with all its parts."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from dialog_core.actions import ActionRunner
from dialog_core.annotating import AnnotatorRunner
from dialog_core.bot_file import RANKING, BotSpec, ComponentSpec
from dialog_core.bot_knowledge import BotKnowledge
from dialog_core.breaker import CircuitBreaker
from dialog_core.component import Context
from dialog_core.configuration import ConfigurationError, Problem
from dialog_core.dispatch import PolicyRunner
from dialog_core.errors import ArtefactError
from dialog_core.guarding import GuardRunner, Guards
from dialog_core.interfaces import ConversationStore, Warmable
from dialog_core.manager import DialogueManager
from dialog_core.nested import find_nested
from dialog_core.observers import Observers
from dialog_core.ranking_stage import RankingStage
from dialog_core.registry import Registry
from dialog_core.turn import TurnRules

if TYPE_CHECKING:
    from dialog_core.training.artefacts import Artefact

OTHERS_SHARE = 0.25  # of the deadline, for one call of an annotator, guard or ranker: the policies need time too


class Builder:
    """Builds the parts of one bot. Mistakes found on the way are collected and raised together.

    Attributes:
        context: What every component of this bot is built with, under its own name.
        warmable: Of what was built, the components that can do beforehand what their first call would have to.
    """

    def __init__(self, spec: BotSpec) -> None:
        self._spec = spec
        self._registry = spec.plugins.registry
        self._problems: list[Problem] = []
        self._untrained: list[ArtefactError] = []
        self.warmable: list[Warmable] = []
        files = set(spec.files)
        self._knowledge = BotKnowledge(spec, self._build, files)
        self._actions = ActionRunner(self._registry, timeout=spec.file.dispatch.action_timeout)
        self.context = Context(
            language=spec.file.bot.language,
            languages=spec.file.bot.languages,
            seed=spec.file.bot.seed,
            models=spec.path.parent / "models" / spec.path.stem,
            create=self._create,
            registry=self._registry,
            action_runner=self._actions,
            sources=self._knowledge,
            files=files,
            actions={entry.name: entry.reads_only for entry in self._registry if entry.kind == "action"},
        )

    def manager(self, store: ConversationStore | None = None) -> DialogueManager:
        """Build everything.

        Args:
            store: Where to keep conversations instead of the store the file names.

        Raises:
            ConfigurationError: With every mistake in the files that components read.
            ArtefactError: Components have to be trained first; all of them are named.
            PluginError: A component could not be imported.
            StoreError: The store could not be opened.
        """
        file = self._spec.file
        policies = self._build_all(self._spec.policies)
        annotators = self._build_all(self._spec.annotators)
        guards = self._build_all(self._spec.guards)
        ranker = self._build_all([self._spec.ranker])
        self._raise_collected()
        runners = {
            spec.name: PolicyRunner(
                spec.name,
                policy,
                kind=spec.registration.category,
                position=position,
                timeout=self._timeout(spec),
                breaker=CircuitBreaker(spec.options.breaker.failures, spec.options.breaker.reset_after),
            )
            for position, (spec, policy) in enumerate(policies)
        }
        ranker_spec, ranker_object = ranker[0]
        return DialogueManager(
            rules=TurnRules(
                language=file.bot.language,
                languages=self.context.languages,
                greeting=file.bot.greeting,
                fallback=file.fallback,
                session_expiry=file.bot.session_expiry,
                max_message=file.bot.max_message,
                accept_at=file.dispatch.accept_at,
                answer_at=file.dispatch.answer_at,
                deadline=file.dispatch.deadline,
                seed=file.bot.seed,
            ),
            store=self.store() if store is None else store,
            tiers=[[runners[name] for name in tier] for tier in self._spec.tiers],
            ranking=RankingStage(ranker_spec.name, ranker_object, timeout=self._timeout(ranker_spec)),
            actions=self._actions,
            annotators=[
                AnnotatorRunner.wrap(spec.name, part, timeout=self._timeout(spec)) for spec, part in annotators
            ],
            guards=Guards(
                [
                    GuardRunner.wrap(
                        spec.name, part, timeout=self._timeout(spec), fails_open=spec.options.on_error == "allow"
                    )
                    for spec, part in guards
                ]
            ),
            observers=Observers(self._spec.plugins.manager),
        )

    def store(self) -> ConversationStore:
        """Build the store alone, for commands that only look at conversations."""
        built: ConversationStore = self._build(self._spec.store)
        return built

    def check(self) -> list[Problem]:
        """Return the mistakes in the files that components read, without building what would take long."""
        for spec in (*self._spec.policies, *self._spec.annotators, *self._spec.guards, self._spec.ranker):
            check = spec.registration.load_check()
            if check is not None:
                with self._collecting():
                    self._problems.extend(map(spec.placed, check(spec.options, self.context_of(spec))))
        for name in self._spec.knowledge:
            with self._collecting():
                self._knowledge.read_through(name)
        return list(dict.fromkeys(self._problems))  # two policies may read one file

    @contextmanager
    def _collecting(self) -> Iterator[None]:
        try:
            yield
        except ConfigurationError as error:
            self._problems.extend(error.problems)
        except ArtefactError as error:
            self._untrained.append(error)

    def _raise_collected(self) -> None:
        if self._problems:
            told = (Problem(error.reason, self._spec.path, remedy=error.remedy) for error in self._untrained)
            raise ConfigurationError([*self._problems, *told])
        if self._untrained:
            from dialog_core.training.opening import untrained

            raise untrained(self._spec, self._untrained)

    def _timeout(self, spec: ComponentSpec) -> float:
        timeout: float | None = spec.options.timeout
        deadline = self._spec.file.dispatch.deadline
        return timeout or (deadline if spec.registration.kind == "policy" else deadline * OTHERS_SHARE)

    def _build_all(self, specs: Sequence[ComponentSpec]) -> list[tuple[ComponentSpec, Any]]:
        built: list[tuple[ComponentSpec, Any]] = []
        for spec in specs:
            with self._collecting():
                built.append((spec, self._build(spec)))
        self.warmable.extend(part for _, part in built if isinstance(part, Warmable))
        return built

    def _build(self, spec: ComponentSpec) -> Any:
        return spec.registration.load()(spec.options, self.context_of(spec))

    def context_of(self, spec: ComponentSpec) -> Context:
        """Return what a component of the bot is built with."""
        trained = (RANKING if spec is self._spec.ranker else spec.name) in self._spec.trained
        return self.context.named(spec.name, artefact=partial(self._open_artefact, spec), trained=trained)

    def _open_artefact(self, spec: ComponentSpec, version: int | None) -> "Artefact":
        """Open what training made for a component; see `Context.artefact`."""
        from dialog_core.training.component_directory import ComponentDirectory
        from dialog_core.training.opening import artefact_name, open_artefact

        directory = ComponentDirectory(self.context.models, artefact_name(self._spec, spec))
        self.context.files.add(directory.pointer)
        return open_artefact(self._spec, spec, directory, version)

    def _create(self, kind: str, wanted: Any, context: Context) -> Any:
        return create_component(self._registry, kind, wanted, context)


def create_builtin(kind: str, wanted: Any, context: Context) -> Any:
    """Build a component of the built-in plugins, for tools that work without a bot."""
    from dialog_core.plugins import PluginSet

    return create_component(PluginSet.load().registry, kind, wanted, context)


def create_component(registry: Registry, kind: str, wanted: Any, context: Context) -> Any:
    """Build a component for another one; see `Context.create`."""
    found = find_nested(registry, kind, wanted, context)
    return found.registration.load()(found.options, found.context)
