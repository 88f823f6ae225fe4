"""The page of hooks: each with its exact signature, and what the objects they are given can do."""

import inspect
from collections.abc import Iterator
from typing import Any

from dialog_core import hookspecs
from dialog_core.cli.commands import CommandRegistry
from dialog_core.registry import Registry
from reference_pages.markdown import MADE, first_paragraph, join, paragraphs, section_entries, table

INTRODUCTION = """\
Here you look up the hooks a plugin may implement. A plugin is a module that an entry point of the group `dialog_core`
names:

```toml
[project.entry-points.dialog_core]
echo = "dialog_core_echo"
```

It implements the hooks it needs, each marked with `dialog_core.hookimpl`, and may leave out arguments it has no use
for. A hook name that does not exist, and a plugin without any hook, are refused when the plugin is loaded. Why there
are so few hooks is told in [Plugins](../explanation/plugins.md); a whole plugin is made in
[Write a policy](../how-to/write-a-policy.md)."""

ORDER = (
    "dialog_register",
    "dialog_register_commands",
    "dialog_turn_started",
    "dialog_turn_finished",
    "dialog_policy_failed",
)
OBSERVER = "An observer. One that raises is logged, and the turn goes on."
HOMES = {"CommandRegistry": "dialog_core.cli.commands"}
REGISTRATION = "What is registered is described by these arguments:"


def page() -> str:
    """Return the page."""
    return join(MADE, "# Hooks", INTRODUCTION, *(part for name in names() for part in _hook(name)))


def names() -> list[str]:
    """Return the names of all hooks, in the order of a bot's life."""
    found = [name for name in vars(hookspecs) if name.startswith("dialog_")]
    return sorted(found, key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name))


def signature(name: str) -> str:
    """Return a hook's signature as one writes it."""
    return f"def {name}{inspect.signature(getattr(hookspecs, name))}".replace("'", "")


def _hook(name: str) -> Iterator[str]:
    hook = getattr(hookspecs, name)
    types = sorted({str(type_) for type_ in hook.__annotations__.values() if type_} & _known_types(hook))
    own = [type_ for type_ in types if type_ not in HOMES]
    imports = [f"from dialog_core import {', '.join([*own, 'hookimpl'])}"]
    imports += [f"from {HOMES[type_]} import {type_}" for type_ in types if type_ in HOMES]
    yield f"## `{name}`"
    yield f"```python\n{chr(10).join(imports)}\n\n\n@hookimpl\n{signature(name)}: ...\n```"
    yield from paragraphs(hook)
    if "registry" in hook.__annotations__:
        yield _methods(Registry, "registry", skip=("registering", "withdraw", "get", "names"))
        yield REGISTRATION
        yield _arguments()
    elif "cli" in hook.__annotations__:
        yield _methods(CommandRegistry, "cli", skip=("registering", "get"))
    else:
        yield OBSERVER


def _known_types(hook: Any) -> set[str]:
    return {str(type_) for type_ in hook.__annotations__.values() if str(type_)[:1].isupper()}


def _methods(owner: type, called: str, skip: tuple[str, ...]) -> str:
    rows = []
    for name, method in vars(owner).items():
        if name.startswith("_") or name in skip or not inspect.isfunction(method):
            continue
        rows.append((f"`{called}.{name}({_call(method)})`", first_paragraph(method)))
    return table(("call", "does"), rows)


def _call(method: Any) -> str:
    """Return the parameters of a method as a caller writes them."""
    shown = []
    for parameter in list(inspect.signature(method).parameters.values())[1:]:
        if parameter.kind is parameter.VAR_KEYWORD:
            shown.append(f"**{parameter.name}")
        elif parameter.kind is parameter.KEYWORD_ONLY:
            shown.append(f"{parameter.name}=...")
        else:
            shown.append(parameter.name)
    return ", ".join(shown)


def _arguments() -> str:
    from dialog_core.registry import Registration

    told = section_entries(Registration, "Attributes")
    return table(("argument", "says"), [(f"`{name}`", text) for name, text in told.items() if name != "plugin"])
