"""What a flow has to know of the flows it calls: their questions and their slots."""

from collections.abc import Iterator, Mapping

from dialog_rules.flow import Ask, Call, Do, Flow, SetSlots
from dialog_rules.flow_slot import Slot


def gather(flows: Mapping[str, Flow], slots: Mapping[str, Slot]) -> None:
    """Tell each flow the questions and slots of itself and of the flows it calls."""
    for flow in flows.values():
        family = list(_family(flow, flows, {}))
        asks: dict[str, Ask] = {}
        changes: dict[str, None] = {}
        for member in family:
            for step in member.walk():
                if isinstance(step, Ask):
                    asks.setdefault(step.slot.name, step)
                elif isinstance(step, SetSlots):
                    changes.update(dict.fromkeys(step.values))
                elif isinstance(step, Do):
                    changes.update(dict.fromkeys(step.set))
        flow.asks = tuple(asks.values())
        flow.changes = tuple(changes)
        kept = {name for name, slot in slots.items() if slot.keep}
        flow.touched = tuple(name for name in dict.fromkeys((*asks, *changes)) if name not in kept)


def _family(flow: Flow, flows: Mapping[str, Flow], seen: dict[str, None]) -> Iterator[Flow]:
    if flow.name in seen:
        return
    seen[flow.name] = None
    yield flow
    for step in flow.walk():
        if isinstance(step, Call) and step.flow in flows:
            yield from _family(flows[step.flow], flows, seen)
