"""Where a conversation stands in its flows: what the events say, made ready to go on from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dialog_core import ActiveFlow, Turn
from dialog_rules.flow import Ask, Flow, FlowBook, Step

State = dict[str, Any]
"""What a flow remembers from turn to turn, as small JSON; what is missing is as in a new flow.

    tries      how many answers to the open question would not do
    asking     the question that is open, where an earlier one is asked again
    confirm    the flow to turn to if the user says yes, and the message that asked for it
    order      the slots in the order they were answered
    acted      whether an action has changed something
    fixed      the slots whose values it may have used, and which therefore cannot be corrected any more
    told       what was said, as checksums: a correction that goes over steps again does not say it again
    marks      values of slots as they were before a question was answered, to go back to
    said       what was said before the action that is running
    ran        how many actions ran in this turn
    checking   the answer that an action is judging
    unchecked  answers given before their question, for an action to judge when it comes, by slot
"""


@dataclass(slots=True)
class Frame:
    """A flow under way."""

    flow: Flow
    step: Step | None
    state: State = field(default_factory=dict)

    @property
    def asked(self) -> Ask | None:
        """The question that is open."""
        asking = self.flow.steps.get(self.state.get("asking", ""))
        step = asking if isinstance(asking, Ask) else self.step
        return step if isinstance(step, Ask) else None


def active_flows(turn: Turn, policy: str) -> Sequence[ActiveFlow]:
    """Return the innermost flows of a policy, outermost first."""
    flows = turn.conversation.flows
    first = len(flows)
    while first and flows[first - 1].policy == policy:
        first -= 1
    return flows[first:]


def frames_of(active: Sequence[ActiveFlow], book: FlowBook) -> list[Frame] | None:
    """Return where the flows stand; None if the file no longer has such a flow or step."""
    frames: list[Frame] = []
    for one in active:
        flow = book.flows.get(one.name)
        step = flow.steps.get(one.step) if flow is not None else None
        if flow is None or step is None:
            return None
        frames.append(Frame(flow, step, _own(one.state)))
    return frames


def _own(value: Any) -> Any:
    """Return a copy of a JSON value, to be changed: what events hold belongs to them."""
    if isinstance(value, Mapping):
        return {key: _own(inner) for key, inner in value.items()}
    return [_own(inner) for inner in value] if isinstance(value, list | tuple) else value
