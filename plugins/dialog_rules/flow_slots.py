"""Reads the slots of flows, and finds slots that are used and not declared."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from dialog_core.configuration import Node, check, did_you_mean
from dialog_rules.expression import Expression, ExpressionError
from dialog_rules.flow_options import OptionOptions, SlotOptions
from dialog_rules.flow_slot import Option, Slot
from dialog_rules.pattern_reader import Entity
from dialog_rules.reader import FileReader, Keys, text_of
from dialog_rules.say import PlainText, Variant

_EMAIL = r"[A-Za-z0-9][A-Za-z0-9_.+-]{0,63}@[A-Za-z0-9]{1,63}(?:[.-][A-Za-z0-9]{1,63}){1,8}"
_USED = re.compile(r"\bslots\s*(?:\.\s*([A-Za-z_]\w*)|\[\s*['\"]([^'\"]+)['\"]\s*\])")
_OTHERS = ("locale",)  # slots the kernel knows


class SlotReader:
    """Reads slots.

    Attributes:
        slots: Those read so far, by name.
        nodes: Where they are written.
    """

    def __init__(self, entities: Mapping[str, Entity]) -> None:
        self.slots: dict[str, Slot] = {}
        self.nodes: dict[str, tuple[FileReader, Node]] = {}
        self._entities = entities

    def read(self, reader: FileReader, root: Node, name: str, node: Node) -> None:
        """Read what stands under the name of a slot."""
        path: Keys = ("slots", name)
        self.nodes[name] = reader, node
        if node.value is None:  # `name:` alone is a text
            node = Node({}, node.file, node.line, node.column)
        options, problems = check(SlotOptions, node, path)
        reader.problems.extend(problems)
        self.slots[name] = Slot(name)
        if options is None:
            return
        forms: list[Entity] = []
        pattern = node.child("pattern")
        if options.pattern is not None and pattern is not None:
            try:
                forms.append(Entity(name, Expression(options.pattern)))
            except ExpressionError as error:
                reader.report(pattern, error.offset, error.message, (*path, "pattern"), error.remedy)
        entities = options.from_entity or (name,)
        if options.type == "date":
            entities = (*entities, "date")
        elif options.type in ("number", "integer"):
            entities = (*entities, "number")
        elif options.type == "email":
            entities = (*entities, "email")
            forms.append(Entity(name, Expression(_EMAIL)))
        forms.extend(self._entities[entity] for entity in entities if entity in self._entities)
        convert_node = node.child("convert")
        convert = None
        if convert_node is not None and (source := text_of(convert_node)) is not None:
            convert = reader.template(convert_node, "condition", source, ("value",), (*path, "convert"))
        kind = "choice" if options.options is not None and options.type == "text" else options.type
        self.slots[name] = Slot(
            name=name,
            type=kind,
            entities=tuple(dict.fromkeys(entities)),
            role=options.role,
            forms=tuple(forms),
            patterned=options.pattern is not None or (kind == "text" and bool(forms)),
            options=self.options(reader, node, path),
            convert=convert,
            keep=options.keep,
        )

    def options(self, reader: FileReader, node: Node, path: Keys) -> tuple[Option, ...]:
        """Read what can be chosen: a label for each value, or a list of labels."""
        listed = node.child("options")
        if listed is None or not isinstance(listed.value, dict | list):
            return ()
        path = (*path, "options")
        pairs: list[tuple[str | int, Node]]
        pairs = list(listed.value.items()) if isinstance(listed.value, dict) else list(enumerate(listed.value))
        if not pairs:
            reader.problems.append(listed.problem("is empty", path=path, remedy="Write what can be chosen."))
        made: list[Option] = []
        for key, inner in pairs:
            if isinstance(inner.value, dict):
                _, problems = check(OptionOptions, inner, (*path, key))
                reader.problems.extend(problems)
                label = reader.say(inner, "label", (), (*path, key))
                if any(not isinstance(variant.text, PlainText) for variant in label):
                    remedy = "Write the words: what users pick is compared with them."
                    reader.problems.append(
                        inner.problem("a label cannot be a template", path=(*path, key, "label"), remedy=remedy)
                    )
                    label = ()
                when = reader.patterns(inner, "when", (*path, key), broad=False)
            else:
                text = text_of(inner)
                if text is None or not text.strip():
                    reader.problems.append(inner.problem("needs a text", path=(*path, key), remedy="Write a label."))
                    continue
                label, when = (Variant(PlainText(text.strip())),), ()
            value = key if isinstance(key, str) else label[0].render(None) if label else ""
            if value in [option.value for option in made]:
                reader.problems.append(inner.problem(f"{value!r} can be chosen twice", path=(*path, key)))
            made.append(Option(value, label, when))
        return tuple(made)

    def declare_choices(self, reader: FileReader, node: Node, path: Keys) -> None:
        """Declare the slots of `choose` steps that nobody has declared."""
        for step in _all_steps(node.child("steps")):
            choose = step.child("choose")
            if choose is None or not isinstance(choose.value, str) or choose.value in self.slots:
                continue
            name = choose.value
            if not name.isidentifier():
                remedy = "Use letters, digits and underscores, beginning with a letter."
                reader.problems.append(
                    choose.problem(f"{name!r} cannot be the name of a slot", path=path, remedy=remedy)
                )
            # Without its options, which other steps may have different ones of.
            self.slots[name] = Slot(name, "choice", entities=(name,))

    def known(self, reader: FileReader, node: Node, name: str, path: Keys) -> bool:
        """Say whether a slot is declared, and report it if not."""
        if name in self.slots or name in _OTHERS:
            return True
        remedy = did_you_mean(name, self.slots)
        if not remedy.startswith("Did"):
            remedy = f"Declare it under `slots:`, for example `{name}: {{type: text}}`."
        reader.problems.append(node.problem(f"there is no slot {name!r}", path=path, remedy=remedy))
        return False

    def check_uses(self, reader: FileReader, root: Node) -> None:
        """Report slots that templates and conditions name and nobody declared."""
        for section in ("slots", "flows", "messages"):
            node = root.child(section)
            for text, path in _texts(node, (section,)) if node is not None else ():
                source = str(text.value)
                for match in _USED.finditer(source):
                    name = match[1] or match[2]
                    if name in self.slots or name in _OTHERS:
                        continue
                    remedy = did_you_mean(name, self.slots)
                    if not remedy.startswith("Did"):
                        remedy = "Declare it under `slots:`."
                    reader.report(text, match.start(), f"there is no slot {name!r}", path, remedy)
        actions = root.child("actions")
        for text, path in _texts(actions, ("actions",)) if actions is not None else ():
            if "json" in path and (used := _USED.search(str(text.value))):
                name = used[1] or used[2]
                given = f"`with: {{{name}: '{{{{ slots.{name} }}}}'}}`"
                remedy = f"Give it to the action, {given}, and write {{{{ {name} }}}} here."
                reader.report(text, used.start(), "an action knows its arguments and no slots", path, remedy)


def _texts(node: Node, path: Keys) -> Iterator[tuple[Node, Keys]]:
    value: Any = node.value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _texts(inner, (*path, index))
    elif isinstance(value, str) and "slots" in value:
        is_expression = path[-1] in ("when", "if", "validate", "convert") and "start" not in path[2:-1]
        is_expression = is_expression or path[2:] == ("start", "if")
        if is_expression or "{{" in value or "{%" in value:
            yield node, path


def _all_steps(node: Node | None) -> Iterator[Node]:
    items = node.value if node is not None and isinstance(node.value, list) else [node] if node is not None else []
    for item in items:
        if isinstance(item, Node) and isinstance(item.value, dict):
            yield item
            for key in ("then", "else", "otherwise"):
                yield from _all_steps(item.child(key))
