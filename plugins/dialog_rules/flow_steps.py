"""Reads the steps of a flow, from the last to the first, so that each knows which follows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dialog_core.configuration import Node, check, did_you_mean
from dialog_rules.flow import (
    FAILED,
    GIVEN_UP,
    ActionUse,
    Ask,
    Branch,
    Call,
    Do,
    End,
    Flow,
    HandOver,
    Learn,
    Say,
    SetSlots,
    Step,
    TakeConsent,
)
from dialog_rules.flow_options import STEPS, ActionOptions
from dialog_rules.flow_slot import Slot
from dialog_rules.flow_slots import SlotReader
from dialog_rules.http_action import HttpAction
from dialog_rules.reader import FileReader, Keys, text_of
from dialog_rules.say import PlainText

NOT_WITHIN = object()  # no step to go on with: not within `otherwise`


class StepReader:
    """Reads the steps of one flow."""

    def __init__(
        self,
        reader: FileReader,
        flow: Flow,
        slots: SlotReader,
        flows: Sequence[str],
        action_names: Collection[str],
        actions: Mapping[str, HttpAction],
        registered: Mapping[str, bool] | None,
    ) -> None:
        self._reader = reader
        self._flow = flow
        self._slots = slots
        self._flows = flows
        self._action_names = action_names
        self._actions = actions
        self._registered = registered

    def read(self, node: Node, path: Keys) -> Step | None:
        """Read the steps under `steps:` and return the first."""
        return self._block(node, path, "", None, NOT_WITHIN, ())

    def _block(
        self, node: Node, path: Keys, prefix: str, following: Step | None, resume: Any, names: tuple[str, ...]
    ) -> Step | None:
        """Read a list of steps, or a single one, that `following` follows; return the first."""
        items = node.value if isinstance(node.value, list) else [node]
        if isinstance(node.value, list) and not items:
            self._reader.problems.append(node.problem("is empty", path=path, remedy="Write a step, or leave it out."))
        step = following
        for index in range(len(items) - 1, -1, -1):
            item = items[index]
            where = (*path, index) if isinstance(node.value, list) else path
            step = self._step(item, where, f"{prefix}{index + 1}", step, resume, names)
        return step

    def _step(
        self, node: Node, path: Keys, id: str, following: Step | None, resume: Any, names: tuple[str, ...]
    ) -> Step | None:
        kind = self._kind(node, path)
        if kind is None:
            return following
        options, problems = check(STEPS[kind], node, path)
        self._reader.problems.extend(problems)
        if kind == "continue":
            return self._continue(node, path, resume)
        if options is None:
            return following  # it has been reported; the others are still of interest
        line = node.line
        step: Step
        match kind:
            case "say":
                say = self._reader.say(node, "say", names, path)
                step = Say(id, line, following, say, self._reader.texts(node, "quick_replies", names, path))
            case "collect" | "choose":
                step = self._ask(node, options, kind, path, id, following, names)
            case "do":
                step = self._do(node, options, path, id, following, names)
            case "when":
                step = self._branch(node, path, id, following, resume, names)
            case "set":
                step = SetSlots(id, line, following, self._values(node.find(("set",)), (*path, "set"), names))
            case "learn":
                learn = node.find(("learn",))
                self._reader.facts(learn, (*path, "learn"))
                step = Learn(id, line, following, self._natives(learn, (*path, "learn"), names))
            case "consent":
                step = TakeConsent(id, line, following, self._consent(node.find(("consent",)), path, names))
            case "call":
                step = Call(id, line, following, self._called(node, path))
            case "hand_over":
                reason = self._reader.texts(node, "hand_over", names, path)
                said = self._reader.say(node, "say", names, path)
                step = HandOver(id, line, following, (*reason, PlainText(""))[0], said)
            case _:
                step = End(id, line, following, str(node.find(("end",)).value))
        self._flow.steps[id] = step
        return step

    def _kind(self, node: Node, path: Keys) -> str | None:
        if isinstance(node.value, dict):
            kinds = [kind for kind in STEPS if kind in node.value]
            if "do" in kinds or "hand_over" in kinds:  # these take `set` or `say` as well
                kinds = [kind for kind in kinds if kind not in ("set", "say")]
            if len(kinds) == 1:
                return kinds[0]
            if len(kinds) > 1:
                message = f"is two steps in one: {' and '.join(f'`{kind}`' for kind in kinds)}"
                remedy = "Begin each step on a line of its own with a `-`."
                self._reader.problems.append(node.problem(message, path=path, remedy=remedy))
                return None
            for key in node.value:
                remedy = did_you_mean(key, STEPS)
                if remedy.startswith("Did"):
                    at = node.key_position(key)
                    problem = node.problem("is no step", path=(*path, key), remedy=remedy)
                    self._reader.problems.append(replace(problem, line=at.line, column=at.column))
                    return None
        remedy = f"A step begins with one of: {', '.join(STEPS)}."
        self._reader.problems.append(node.problem("is no step", path=path, remedy=remedy))
        return None

    def _continue(self, node: Node, path: Keys, resume: Any) -> Step | None:
        if resume is NOT_WITHIN:
            remedy = "Remove it: the flow goes on by itself."
            message = "`continue` has a meaning within `otherwise` only"
            self._reader.problems.append(node.problem(message, path=path, remedy=remedy))
            return None
        step: Step | None = resume
        return step

    def _ask(
        self, node: Node, options: Any, kind: str, path: Keys, id: str, following: Step | None, names: tuple[str, ...]
    ) -> Step:
        name = text_of(node.find((kind,))) or ""
        slot = self._slots.slots.get(name)
        if slot is None:
            self._slots.known(self._reader, node.find((kind,)), name, (*path, kind))
            slot = Slot(name, "any")
        own = self._slots.options(self._reader, node, path)
        offer = self._offer(node, path, names)
        if own or offer is not None:
            slot = replace(slot, type="choice", options=own, offer=offer)
        if kind == "choose" and not slot.options and node.child("options") is None:
            remedy = "Add `options:` with a label for each value."
            self._reader.problems.append(node.problem("is missing", path=(*path, "options"), remedy=remedy))
        declared = self._slots.nodes.get(name)
        ask = self._reader.say(node, "ask", names, path)
        invalid = self._reader.say(node, "invalid", ("value", "error", *names), path)
        validate = []
        check_action = None
        validate_node = node.child("validate")
        if validate_node is not None and isinstance(validate_node.value, dict):
            where = (*path, "validate")
            use, problems = check(ActionOptions, validate_node, where)
            self._reader.problems.extend(problems)
            check_action = self._use(validate_node, use, where, ("value", *names)) if use is not None else None
        elif validate_node is not None and (source := text_of(validate_node)) is not None:
            where = (*path, "validate")
            validate.append(self._reader.template(validate_node, "condition", source, ("value",), where))
        if declared is not None:
            reader, slot_node = declared
            slot_path: Keys = ("slots", name)
            ask = ask or reader.say(slot_node, "ask", (), slot_path)
            invalid = invalid or reader.say(slot_node, "invalid", ("value", "error"), slot_path)
            rule = slot_node.child("validate")
            if rule is not None and (source := text_of(rule)) is not None:
                validate.append(reader.template(rule, "condition", source, ("value",), (*slot_path, "validate")))
        return Ask(
            id,
            node.line,
            following,
            slot=slot,
            ask=ask,
            invalid=invalid,
            validate=tuple(condition for condition in validate if condition is not None),
            check=check_action,
            attempts=options.attempts,
            otherwise=self._otherwise(node, path, id, following, GIVEN_UP, names),
            quick_replies=self._reader.texts(node, "quick_replies", names, path),
        )

    def _offer(self, node: Node, path: Keys, names: tuple[str, ...]) -> Any:
        """Read options that are made in the conversation: `{{ slots.times }}`."""
        options = node.child("options")
        if options is None or not isinstance(options.value, str):
            return None
        source = options.value.strip()
        if not (source.startswith("{{") and source.endswith("}}")):
            remedy = "Write a label for each value, a list of labels, or `{{ slots.times }}` for what stands in a slot."
            self._reader.problems.append(options.problem("is no choice", path=(*path, "options"), remedy=remedy))
            return None
        return self._reader.template(options, "condition", source[2:-2].strip(), names, (*path, "options"))

    def _otherwise(
        self, node: Node, path: Keys, id: str, following: Step | None, outcome: str, names: tuple[str, ...]
    ) -> Step | None:
        """Read the steps under `otherwise`; they end the flow unless they say `continue`."""
        block = node.child("otherwise")
        if block is None:
            return None
        ending = End(f"{id}.otherwise.end", block.line, None, outcome, implied=True)
        self._flow.steps[ending.id] = ending
        return self._block(block, (*path, "otherwise"), f"{id}.otherwise.", ending, following, tuple({*names, "error"}))

    def _do(
        self, node: Node, options: Any, path: Keys, id: str, following: Step | None, names: tuple[str, ...]
    ) -> Step:
        use = self._use(node, options, path, names)
        set_node = node.child("set")
        values = self._values(set_node, (*path, "set"), ("result", *names)) if set_node is not None else {}
        return Do(id, node.line, following, use, values, self._otherwise(node, path, id, following, FAILED, names))

    def _use(self, node: Node, options: ActionOptions, path: Keys, names: tuple[str, ...]) -> ActionUse:
        """Read which action is meant and what it is given."""
        name = options.do
        own = name in self._action_names
        registered = self._registered
        if not own and registered is not None and name not in registered:
            remedy = did_you_mean(name, [*self._action_names, *registered])
            if not remedy.startswith("Did"):
                remedy = "Declare it under `actions:`, or name the plugin that has it under `plugins:` of the bot."
            problem = node.find(("do",)).problem(f"there is no action {name!r}", path=(*path, "do"), remedy=remedy)
            self._reader.problems.append(problem)
        with_node = node.child("with")
        arguments = {}
        if with_node is not None and isinstance(with_node.value, dict):
            arguments = self._natives(with_node, (*path, "with"), names)
            if "context" in arguments:
                at = with_node.find(("context",))
                remedy = "Rename it: an action that has a parameter `context` is given that by itself."
                self._reader.problems.append(at.problem("is taken", path=(*path, "with", "context"), remedy=remedy))
        action = self._actions.get(name)
        reads_only = action.reads_only if action is not None else (registered or {}).get(name, False)
        return ActionUse(name, own, arguments, options.timeout, options.retries, reads_only)

    def _branch(
        self, node: Node, path: Keys, id: str, following: Step | None, resume: Any, names: tuple[str, ...]
    ) -> Step:
        source = text_of(node.find(("when",))) or ""
        condition = self._reader.template(node.find(("when",)), "condition", source, names, (*path, "when"))
        then, other = node.child("then"), node.child("else")
        if then is None and other is None:
            remedy = "Add `then:` with steps."
            self._reader.problems.append(node.problem("is missing", path=(*path, "then"), remedy=remedy))
        return Branch(
            id,
            node.line,
            following,
            condition=condition,
            source=source,
            then=self._block(then, (*path, "then"), f"{id}.then.", following, resume, names) if then else following,
            other=self._block(other, (*path, "else"), f"{id}.else.", following, resume, names) if other else following,
        )

    def _consent(self, node: Node, path: Keys, names: tuple[str, ...]) -> Any:
        """Read what the user says to facts being kept."""
        given = self._native(node, (*path, "consent"), names)
        if isinstance(given, str):
            remedy = "Write true, false, or a template such as `{{ slots.may_remember }}`."
            self._reader.problems.append(node.problem("is no consent", path=(*path, "consent"), remedy=remedy))
        return given

    def _called(self, node: Node, path: Keys) -> str:
        name = text_of(node.find(("call",))) or ""
        if name not in self._flows:
            remedy = did_you_mean(name, self._flows) or "Write it under `flows:`."
            at = node.find(("call",))
            self._reader.problems.append(at.problem(f"there is no flow {name!r}", path=(*path, "call"), remedy=remedy))
        return name

    def _values(self, node: Node, path: Keys, names: tuple[str, ...]) -> Mapping[str, Any]:
        """Read slots to set; each must be declared."""
        if not isinstance(node.value, dict):
            return {}
        for name in node.value:
            at = node.key_position(name)
            self._slots.known(self._reader, Node(name, at.file, at.line, at.column), name, (*path, name))
        return self._natives(node, path, names)

    def _natives(self, node: Node, path: Keys, names: tuple[str, ...]) -> dict[str, Any]:
        """Read values; one that is a single `{{ ... }}` keeps its kind: a number stays a number."""
        return {key: self._native(inner, (*path, key), names) for key, inner in dict(node.value).items()}  # type: ignore[arg-type]

    def _native(self, node: Node, path: Keys, names: tuple[str, ...]) -> Any:
        if isinstance(node.value, dict):
            return self._natives(node, path, names)
        if isinstance(node.value, list):
            return [self._native(inner, (*path, index), names) for index, inner in enumerate(node.value)]
        if isinstance(node.value, str):
            source = node.value.strip()
            inner = source[2:-2]
            if source.startswith("{{") and source.endswith("}}") and "{{" not in inner and "}}" not in inner:
                return self._reader.template(node, "condition", inner.strip(), names, path)
        return self._reader.value(node, names, path)
