"""Building a bot: from a validated bot file to a dialogue manager with all its parts."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from dialog_core.actions import ActionRunner
from dialog_core.annotating import AnnotatorRunner
from dialog_core.bot_agreement import only_there
from dialog_core.bot_file import OPTIONAL_KINDS, RANKING, BotSpec, ComponentSpec
from dialog_core.bot_knowledge import BotKnowledge
from dialog_core.breaker import CircuitBreaker
from dialog_core.component import Context
from dialog_core.configuration import ConfigurationError, Options, Problem, Remark
from dialog_core.dispatch import PolicyRunner
from dialog_core.errors import ArtefactError, DialogError, PluginError
from dialog_core.foreign import foreign_code, unusable
from dialog_core.guarding import GuardRunner, Guards
from dialog_core.interfaces import ConversationStore, ProfileStore, Warmable
from dialog_core.left_out import LeftOut, left_out
from dialog_core.manager import DialogueManager
from dialog_core.nested import find_nested
from dialog_core.observers import Observers, fault_of_observer
from dialog_core.profiles import FactRule, Profiles
from dialog_core.ranking import TableRanker
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
        left_out: What the bot does without: what the file alone shows to be of no use, and what could not be built.
        remarks: What `check` has found that is no mistake, and may be one.
    """

    def __init__(self, spec: BotSpec) -> None:
        self._spec = spec
        self._registry = spec.plugins.registry
        self._problems: list[Problem] = []
        self.remarks: list[Remark] = []
        self._untrained: list[ArtefactError] = []
        self.warmable: list[Warmable] = []
        self._unread: set[str] = set()
        self.left_out: list[LeftOut] = list(spec.left_out)
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
            fingerprints=self._fingerprints,
            facts=_declared_facts(spec),
            actions={entry.name: entry.reads_only for entry in self._registry if entry.kind == "action"},
        )

    def manager(
        self,
        store: ConversationStore | None = None,
        *,
        default_ranking: bool = False,
        default_thresholds: bool = False,
        only_look_ups: bool = False,
        clock: Callable[[], datetime] | None = None,
        profiles: ProfileStore | None = None,
        observed: bool = True,
    ) -> DialogueManager:
        """Build everything.

        Args:
            store: Where to keep conversations instead of the store the file names.
            profiles: Where to keep facts about users instead of what the file names, if it names anything.
            observed: Whether the observers that the file names are told of turns.
            default_ranking: Whether the default ranker is to rank instead of the one the file names.
            default_thresholds: Whether to do without the thresholds that were tuned for what the file aims at.
            only_look_ups: Whether actions that may change something fail without being run.
            clock: Tells the time of turns; default: what time it is.

        Raises:
            ConfigurationError: With every mistake in the files that components read.
            ArtefactError: Components have to be trained first; all of them are named.
            PluginError: A component could not be imported.
            StoreError: The store could not be opened.
        """
        self._actions.only_look_ups = only_look_ups
        policies = self._build_all(self._spec.policies)
        annotators = self._build_all(self._spec.annotators)
        guards = self._build_all(self._spec.guards)
        observers = self._build_all(self._spec.observers if observed else ())
        self._spec = without(self._spec, policies, annotators, observers)
        ranker = self._ranker(default=default_ranking)
        rules = self._rules(default=default_thresholds)
        if not policies:
            self._problems.extend(Problem(str(one), self._spec.path) for one in self.left_out)
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
        return DialogueManager(
            rules=rules,
            store=self.store() if store is None else store,
            tiers=[[runners[name] for name in tier] for tier in self._spec.tiers],
            ranking=RankingStage(*ranker[0], timeout=self._timeout(self._spec.ranker)),
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
            observers=Observers(self._spec.plugins.manager, {spec.name: part for spec, part in observers}),
            profiles=self._profiles(profiles),
            fingerprints=self._fingerprints,
            **({} if clock is None else {"clock": clock}),
        )

    def _profiles(self, store: ProfileStore | None) -> Profiles:
        """Return what keeps facts about users, as the file says."""
        spec = self._spec.profiles
        if spec is None:
            return Profiles()
        facts = {
            name: FactRule(fact.description, fact.expires or spec.options.expires, fact.needs_consent)
            for name, fact in spec.options.facts.items()
        }
        return Profiles(store or self._build(spec), facts=facts, ask=spec.options.consent == "asked")

    def profile_store(self) -> ProfileStore | None:
        """Build the store of profiles alone, for commands that only look at them; None: the bot has none."""
        return None if self._spec.profiles is None else self._build(self._spec.profiles)

    def _rules(self, *, default: bool) -> TurnRules:
        file = self._spec.file
        remarks = tuple(one.report for one in self.left_out)
        accept_at, answer_at = file.dispatch.accept_at, file.dispatch.answer_at
        if file.dispatch.aim is not None and not default:
            from dialog_core.training.thresholds import tuned_thresholds

            with self._collecting():
                tuned, told = tuned_thresholds(self._spec, self.context)
                remarks = (*remarks, *told)
                accept_at, answer_at = tuned.accept_at, tuned.answer_at
        return TurnRules(
            language=file.bot.language,
            languages=self.context.languages,
            greeting=file.bot.greeting,
            fallback=file.fallback,
            session_expiry=file.bot.session_expiry,
            max_message=file.bot.max_message,
            accept_at=accept_at,
            answer_at=answer_at,
            deadline=file.dispatch.deadline,
            explore=file.dispatch.explore,
            seed=file.bot.seed,
            remarks=remarks,
        )

    def _ranker(self, *, default: bool) -> list[tuple[str, Any]]:
        """Return the name of the ranker and the ranker itself; nothing where it could not be built."""
        if default:
            return [("table", TableRanker(Options(), self.context))]
        return [(spec.name, ranker) for spec, ranker in self._build_all([self._spec.ranker])]

    def _fingerprints(self) -> Mapping[str, str]:
        from dialog_core.training.identities import policy_fingerprints

        return policy_fingerprints(self._spec, self.context.models)

    def store(self) -> ConversationStore:
        """Build the store alone, for commands that only look at conversations."""
        built: ConversationStore = self._build(self._spec.store)
        return built

    def check(self) -> list[Problem]:
        """Return the mistakes in the files that components read, without building what would take long."""
        bot = self._spec
        for name in bot.knowledge:
            self._check_knowledge(name)
        for spec in (*bot.policies, *bot.annotators, *bot.guards, *bot.observers, bot.ranker):
            self._check_component(spec)
        kept = {one.part for one in self.left_out}
        if bot.policies and all(f"policy {spec.name}" in kept for spec in bot.policies):
            self._problems.extend(Problem(str(one), bot.path) for one in self.left_out)
        for entry in self._spec.training:
            check = entry.trainer.load_check()
            if check is not None:
                with self._collecting():
                    self._take(check(entry.options, self.context_of(entry.component)))
        return list(dict.fromkeys(self._problems))  # two policies may read one file

    def _take(self, found: Iterable[Problem]) -> None:
        for one in found:
            if isinstance(one, Remark):
                self.remarks.append(one)
            else:
                self._problems.append(one)

    def _check_component(self, spec: ComponentSpec) -> None:
        if f"{spec.registration.kind} {spec.name}" in {one.part for one in self.left_out}:
            return
        before = len(self._problems)
        try:
            check = spec.registration.load_check()
            if check is not None:
                with self._collecting(), foreign_code():
                    self._take(map(spec.placed, check(spec.options, self.context_of(spec))))
        except PluginError as error:
            if not _is_optional(spec):
                raise
            self._leave_out(spec, [error])
        except DialogError:
            raise
        except Exception as error:
            self._problems.append(unusable(spec, "checked", error))
        if _is_optional(spec) and len(self._problems) > before:
            self._leave_out(spec, self._problems[before:])
            del self._problems[before:]

    def _check_knowledge(self, name: str) -> None:
        """Read a source through; where only optional components use it, these are left out with it."""
        before = len(self._problems)
        with self._collecting():
            self._knowledge.read_through(name)
        users = self._spec.spare_knowledge.get(name, ())
        if users and len(self._problems) > before:
            for spec in (*self._spec.policies, *self._spec.annotators, *self._spec.observers):
                if spec.name in users:
                    self._leave_out(spec, self._problems[before:])
            del self._problems[before:]
            self._unread.add(name)

    def is_left_out(self, knowledge: str) -> bool:
        """Whether a source of knowledge cannot be read, and nobody misses it."""
        return knowledge in self._unread

    def _leave_out(self, spec: ComponentSpec, problems: Sequence[Problem | Exception | str]) -> None:
        self.left_out.append(left_out(f"{spec.registration.kind} {spec.name}", spec.written, problems))

    @contextmanager
    def _collecting(self, spec: ComponentSpec | None = None) -> Iterator[None]:
        try:
            yield
        except ConfigurationError as error:
            self._problems.extend(error.problems if spec is None else map(spec.placed_option, error.problems))
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
            if _is_optional(spec):
                try:
                    built.append((spec, self._build(spec)))
                except Exception as error:  # whatever a plugin can raise: the bot can do without it
                    self._leave_out(spec, _reasons(spec, error))
                continue
            with self._collecting(spec):
                built.append((spec, self._build(spec)))
        self.warmable.extend(part for _, part in built if isinstance(part, Warmable))
        return built

    def _build(self, spec: ComponentSpec) -> Any:
        component = spec.registration.load()
        try:
            with foreign_code():
                built = component(spec.options, self.context_of(spec))
        except DialogError:
            raise
        except Exception as error:
            raise ConfigurationError([unusable(spec, "built", error)]) from error
        if spec.registration.kind == "observer" and (fault := fault_of_observer(built)):
            told = f"the observer {spec.name!r} is of no use: {fault}"
            remedy = "Make it a plain function; start a task or a thread from it if it has to wait for something."
            raise ConfigurationError([spec.placed(Problem(told, remedy=remedy))])
        return built

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


def _is_optional(spec: ComponentSpec) -> bool:
    return bool(getattr(spec.options, "optional", False)) and spec.registration.kind in OPTIONAL_KINDS


def _reasons(spec: ComponentSpec, error: Exception) -> Sequence[Problem | Exception | str]:
    """Return in words why an optional component could not be built."""
    if isinstance(error, ConfigurationError):
        return [spec.placed_option(problem) for problem in error.problems]
    return [error if isinstance(error, DialogError) else f"{type(error).__name__}: {error}"]


def without(
    spec: BotSpec,
    policies: Sequence[tuple[ComponentSpec, Any]],
    annotators: Sequence[tuple[ComponentSpec, Any]],
    observers: Sequence[tuple[ComponentSpec, Any]],
) -> BotSpec:
    """Return a bot file with nothing but what was built."""
    return replace(
        spec,
        policies=tuple(part for part, _ in policies),
        annotators=tuple(part for part, _ in annotators),
        observers=tuple(part for part, _ in observers),
        tiers=only_there(spec.tiers, (part for part, _ in policies)),
    )


def _declared_facts(spec: BotSpec) -> Mapping[str, str] | None:
    if spec.profiles is None:
        return None
    return {name: fact.description for name, fact in spec.profiles.options.facts.items()}


def create_builtin(kind: str, wanted: Any, context: Context) -> Any:
    """Build a component of the built-in plugins, for tools that work without a bot."""
    from dialog_core.plugins import PluginSet

    return create_component(PluginSet.load().registry, kind, wanted, context)


def create_component(registry: Registry, kind: str, wanted: Any, context: Context) -> Any:
    """Build a component for another one; see `Context.create`."""
    found = find_nested(registry, kind, wanted, context)
    return found.registration.load()(found.options, found.context)
