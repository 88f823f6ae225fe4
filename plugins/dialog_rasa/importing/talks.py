"""Rules, stories and test stories, written as our files have them."""

from collections.abc import Mapping, Sequence
from typing import Any, assert_never

from dialog_core import JsonValue
from dialog_rasa.dialogue.marks import parse_marks
from dialog_rasa.dialogue.values import (
    ANY,
    ActionStep,
    CheckpointStep,
    EntityGiven,
    LoopStep,
    OrStep,
    Rule,
    SlotsStep,
    Step,
    Story,
    UserStep,
)
from dialog_rasa.importing.ledger import Ledger
from dialog_rasa.importing.yaml_text import Apart, Inline


def rule_sections(rules: Sequence[Rule], ledger: Ledger) -> dict[str, Any]:
    """Return what stands in `rules.yaml`."""
    written = [ledger.commented(_rule(rule, ledger), rule.place) for rule in rules]
    return {"rules": ledger.section(Apart(written), "rules", rules[0].place)} if rules else {}


def story_sections(stories: Sequence[Story], ledger: Ledger, construct: str = "story") -> dict[str, Any]:
    """Return what stands in `stories.yaml`, or in a file of test stories.

    Args:
        stories: The stories.
        ledger: Told of each of them.
        construct: What they are called there.
    """
    written = []
    for story in stories:
        ledger.exact(construct, story.name, story.place)
        content = ledger.keys({"story": story.name, "steps": _steps(story.steps, ledger)}, story.place)
        written.append(ledger.commented(content, story.place))
    return {"stories": ledger.section(Apart(written), "stories", stories[0].place)} if written else {}


def _rule(rule: Rule, ledger: Ledger) -> dict[str, Any]:
    written: dict[str, Any] = {"rule": rule.name}
    if rule.at_start:
        written["conversation_start"] = True
    if rule.condition:
        written["condition"] = _steps(rule.condition, ledger)
    written["steps"] = _steps(rule.steps, ledger)
    if not rule.waits:
        written["wait_for_user_input"] = False
    ledger.exact("rule", rule.name, rule.place)
    return ledger.keys(written, rule.place)


def _steps(steps: Sequence[Step], ledger: Ledger) -> list[Any]:
    return [ledger.commented(_step(step, ledger), step.place) for step in steps]


def _step(step: Step, ledger: Ledger) -> dict[str, Any]:
    match step:
        case UserStep():
            return _user(step)
        case ActionStep():
            return {"bot": step.text} if step.text else {"action": step.name}
        case SlotsStep():
            return {"slot_was_set": _slots(step.values)}
        case LoopStep():
            return {"active_loop": step.loop}
        case CheckpointStep():
            slots = {"slot_was_set": _slots(step.slots)} if step.slots else {}
            ledger.exact("checkpoint", step.name, step.place)
            return {"checkpoint": step.name, **slots}
        case OrStep():
            ledger.exact("or", f"{len(step.choices)} choices", step.place)
            return {"or": [_choice(choice, ledger) for choice in step.choices]}
        case _:
            assert_never(step)


def _choice(choice: UserStep | SlotsStep, ledger: Ledger) -> Any:
    written = _step(choice, ledger)
    return ledger.commented(Inline(written) if len(written) == 1 else written, choice.place)


def _user(step: UserStep) -> dict[str, Any]:
    written: dict[str, Any] = {}
    entities = step.entities
    if step.text:
        written["user"], entities = marked(step.text, step.entities)
    if step.intent:
        written["intent"] = step.intent
    if entities:
        written["entities"] = Inline([_entity(one) for one in entities])
    return written


def _entity(entity: EntityGiven) -> Any:
    more = {key: text for key, text in (("role", entity.role), ("group", entity.group)) if text}
    if entity.value == ANY and not more:
        return entity.name
    return {entity.name: entity.value, **more}


def _slots(values: Sequence[tuple[str, JsonValue]]) -> Inline:
    return Inline([name if isinstance(value, str) and value == ANY else {name: value} for name, value in values])


def marked(text: str, entities: Sequence[EntityGiven]) -> tuple[str, tuple[EntityGiven, ...]]:
    """Return a message with its entities marked in it, and those that cannot be: they stand beside it then."""
    spans = _spans(text, entities)
    pieces: list[str] = []
    at = 0
    for start, end, entity in spans:
        pieces += [text[at:start], mark(text[start:end], _said(entity, text[start:end]))]
        at = end
    written = "".join([*pieces, text[at:]])
    read = parse_marks(written)
    expected = [(one.name, one.value, one.role or one.group) for _, _, one in spans]
    if read.text != text or [(one.name, one.value, one.role) for one in read.entities] != expected:
        return text, tuple(entities)
    left = [one for one in entities if not any(one is placed for _, _, placed in spans)]
    return written, tuple(left)


def _spans(text: str, entities: Sequence[EntityGiven]) -> list[tuple[int, int, EntityGiven]]:
    """Return where each entity stands: where it was marked, else where its value does."""
    found: list[tuple[int, int, EntityGiven]] = []
    at = 0
    for entity in entities:
        start, end = entity.start, entity.end
        if start < 0 and isinstance(entity.value, str) and entity.value:
            start = text.find(entity.value, at)
            end = start + len(entity.value)
        whole = not (entity.role and entity.group)  # a mark has room for one of them
        if whole and start >= at and end > start and not {"[", "]"} & set(text[start:end]):
            found.append((start, end, entity))
            at = end
    return found


def _said(entity: EntityGiven, text: str) -> Mapping[str, str]:
    value = "" if entity.value in (text, ANY) else str(entity.value)
    return {"entity": entity.name, "role": entity.role or entity.group, "value": value}


def mark(text: str, fields: Mapping[str, str]) -> str:
    """Return some words with a mark: `[NYC](city:to=New York)`."""
    role, value = fields.get("role", ""), fields.get("value", "")
    return f"[{text}]({fields['entity']}{f':{role}' if role else ''}{f'={value}' if value else ''})"
