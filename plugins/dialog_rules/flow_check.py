"""Finds what is wrong with flows as a whole: steps nobody reaches, and flows that call each other for ever."""

from collections.abc import Mapping

from dialog_core.configuration import Node
from dialog_rules.flow import Ask, Call, Flow, HandOver, Step
from dialog_rules.reader import FileReader

Sources = Mapping[str, tuple[FileReader, Node]]


def find_faults(flows: Mapping[str, Flow], sources: Sources) -> None:
    """Look at all flows together; mistakes are noted down with the readers of their files."""
    for name, flow in flows.items():
        _report_unreachable(flow, *sources[name])
    endless = set(flows) - _fixed_point(flows, _can_end)
    for name in endless:
        call = next((step for step in flows[name].walk() if isinstance(step, Call) and step.flow in endless), None)
        if call is not None:
            message = f"the flow {name!r} never ends: it always goes on to {call.flow!r}, and so round again"
            _report(*sources[name], name, call, message, "Put the call behind a `when:`, or end the flow before it.")
    silent = _fixed_point(flows, _can_end_unasked)
    edges = {name: _unasked_calls(flow, flows, silent) for name, flow in flows.items()}
    for name, calls in edges.items():
        for call in calls:
            if name not in endless and call.flow in edges and _leads_to(call.flow, name, edges):
                message = (
                    f"the flow {name!r} comes back to itself through {call.flow!r} without asking the user anything"
                )
                _report(*sources[name], name, call, message, "Ask something on the way, or remove the call.")


def _report(reader: FileReader, node: Node, name: str, step: Step, message: str, remedy: str) -> None:
    at = Node(None, node.file, step.line, 1)
    for inner, _ in _steps_of(node.child("steps")):
        if inner.line == step.line:
            at = inner
            break
    reader.problems.append(at.problem(message, path=("flows", name, "steps"), remedy=remedy))


def _report_unreachable(flow: Flow, reader: FileReader, node: Node) -> None:
    reached: set[Step] = set()
    waiting = [flow.first]
    while waiting:
        step = waiting.pop()
        if step is not None and step not in reached:
            reached.add(step)
            waiting.extend(step.edges.values())
    lost = [step for step in flow.walk() if step not in reached and not getattr(step, "implied", False)]
    for number, step in enumerate(lost):
        if number and _block_of(lost[number - 1]) == _block_of(step)[: len(_block_of(lost[number - 1]))]:
            continue  # one complaint about each block is enough
        remedy = "Remove it, or take away the `end`, `hand_over` or `continue` before it."
        _report(reader, node, flow.name, step, "this step is never reached", remedy)


def _block_of(step: Step) -> tuple[str, ...]:
    return tuple(step.id.split(".")[:-1])


def _steps_of(node: Node | None) -> list[tuple[Node, str]]:
    items = node.value if node is not None and isinstance(node.value, list) else [node] if node is not None else []
    found: list[tuple[Node, str]] = []
    for item in items:
        if isinstance(item, Node) and isinstance(item.value, dict):
            found.append((item, ""))
            for key in ("then", "else", "otherwise"):
                found.extend(_steps_of(item.child(key)))
    return found


def _fixed_point(flows: Mapping[str, Flow], holds: object) -> set[str]:
    """Return the flows of which `holds(flow, those known so far)` is true, until no more are found."""
    assert callable(holds)
    known: set[str] = set()
    while True:
        more = {name for name, flow in flows.items() if name not in known and holds(flow, known, flows)}
        if not more:
            return known
        known |= more


def _can_end(flow: Flow, ending: set[str], flows: Mapping[str, Flow]) -> bool:
    return _finishes(flow, ending, flows, asking=True)


def _can_end_unasked(flow: Flow, silent: set[str], flows: Mapping[str, Flow]) -> bool:
    return _finishes(flow, silent, flows, asking=False)


def _finishes(flow: Flow, passable: set[str], flows: Mapping[str, Flow], *, asking: bool) -> bool:
    """Whether a way leads to the end of a flow, through calls of `passable` flows only."""
    seen: set[Step] = set()
    waiting: list[Step | None] = [flow.first]
    while waiting:
        step = waiting.pop()
        if step is None:
            return True
        if step in seen or (isinstance(step, Ask) and not asking):
            continue
        seen.add(step)
        if isinstance(step, Call) and step.flow in flows and step.flow not in passable:
            continue
        edges = step.edges
        if not edges and not (isinstance(step, HandOver) and not asking):
            return True
        for label, following in edges.items():
            if label == "otherwise" and following is None:
                continue
            waiting.append(following)
        if asking and "otherwise" in edges and edges["otherwise"] is None and not isinstance(step, Ask):
            return True  # an action that fails ends the flow
    return False


def _unasked_calls(flow: Flow, flows: Mapping[str, Flow], silent: set[str]) -> list[Call]:
    """Return the calls that are come to without a question before them."""
    found: list[Call] = []
    seen: set[Step] = set()
    waiting = [flow.first]
    while waiting:
        step = waiting.pop()
        if step is None or step in seen or isinstance(step, Ask):
            continue
        seen.add(step)
        if isinstance(step, Call):
            found.append(step)
            if step.flow in flows and step.flow not in silent:
                continue
        waiting.extend(step.edges.values())
    return found


def _leads_to(start: str, goal: str, edges: Mapping[str, list[Call]]) -> bool:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name == goal:
            return True
        if name not in seen:
            seen.add(name)
            waiting.extend(call.flow for call in edges.get(name, ()))
    return False
