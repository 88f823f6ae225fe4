"""Building a bot: from a validated bot file to a dialogue manager with all its parts."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from dialog_core.actions import ActionRunner
from dialog_core.annotating import AnnotatorRunner
from dialog_core.bot_file import BotSpec, ComponentSpec, entry_model
from dialog_core.breaker import CircuitBreaker
from dialog_core.component import Context
from dialog_core.configuration import ConfigurationError, Node, Problem, check, did_you_mean
from dialog_core.datasets import KnowledgeEntry
from dialog_core.dispatch import PolicyRunner
from dialog_core.guarding import GuardRunner, Guards
from dialog_core.interfaces import ConversationStore, Warmable
from dialog_core.manager import DialogueManager
from dialog_core.observers import Observers
from dialog_core.ranking_stage import RankingStage
from dialog_core.registry import Registry
from dialog_core.turn import TurnRules

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
        self.warmable: list[Warmable] = []
        self._knowledge: dict[str, Sequence[KnowledgeEntry]] = {}
        self.context = Context(
            language=spec.file.bot.language,
            seed=spec.file.bot.seed,
            models=spec.path.parent / "models" / spec.path.stem,
            create=self._create,
            read_knowledge=self._read_knowledge,
            files=set(spec.files),
        )

    def manager(self, store: ConversationStore | None = None) -> DialogueManager:
        """Build everything.

        Args:
            store: Where to keep conversations instead of the store the file names.

        Raises:
            ConfigurationError: With every mistake in the files that components read.
            PluginError: A component could not be imported.
            StoreError: The store could not be opened.
        """
        file = self._spec.file
        policies = self._build_all(self._spec.policies)
        annotators = self._build_all(self._spec.annotators)
        guards = self._build_all(self._spec.guards)
        ranker = self._build_all([self._spec.ranker])
        if self._problems:
            raise ConfigurationError(self._problems)
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
            actions=ActionRunner(self._registry, timeout=file.dispatch.action_timeout),
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
                    self._problems.extend(check(spec.options, self.context.named(spec.name)))
        for name in self._spec.knowledge:
            with self._collecting():
                self._read_knowledge(name)
        return list(dict.fromkeys(self._problems))  # two policies may read one file

    @contextmanager
    def _collecting(self) -> Iterator[None]:
        try:
            yield
        except ConfigurationError as error:
            self._problems.extend(error.problems)

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
        return spec.registration.load()(spec.options, self.context.named(spec.name))

    def _create(self, kind: str, wanted: Any, context: Context) -> Any:
        return create_component(self._registry, kind, wanted, context)

    def _read_knowledge(self, name: str) -> Sequence[KnowledgeEntry]:
        """Read a source of knowledge, once for all who use it; see `Context.knowledge`."""
        if name not in self._knowledge:
            spec = self._spec.knowledge.get(name)
            if spec is None:
                remedy = did_you_mean(name, self._spec.knowledge) or "Add it under `knowledge:`."
                raise ConfigurationError([Problem(f"there is no knowledge {name!r}", self._spec.path, remedy=remedy)])
            path: Path = spec.options.path
            self.context.files.add(path)
            self._knowledge[name] = tuple(self._build(spec).read(path))
        return self._knowledge[name]


def create_component(registry: Registry, kind: str, wanted: Any, context: Context) -> Any:
    """Build a component for another one; see `Context.create`."""
    fields = wanted if isinstance(wanted, Mapping) else {"use": wanted}
    use = fields.get("use")
    if not isinstance(use, str):
        remedy = f"Name one of: {', '.join(registry.names(kind))}."
        raise ConfigurationError([Problem(f"does not say which {kind} it is", path=context.name, remedy=remedy)])
    registration = registry.get(kind, use)
    options, problems = check(entry_model(registration), _as_node(fields), (context.name, kind))
    if options is None:
        raise ConfigurationError(replace(problem, line=None, column=None) for problem in problems)
    return registration.load()(options, context.named(f"{context.name}.{kind}"))


def _as_node(value: Any) -> Node:
    """Return options that have been read already as the configuration they came from, as far as that is still known."""
    if isinstance(value, Mapping):
        children = {str(key): _as_node(child) for key, child in value.items()}
        return Node(children, next((child.file for child in children.values() if child.file), None), 0, 0)
    if isinstance(value, list | tuple):
        return Node([_as_node(child) for child in value], None, 0, 0)
    return Node(value, getattr(value, "file", None), 0, 0)
