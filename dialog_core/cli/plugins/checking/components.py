"""What a plugin registers: whether it is there, does what its kind is for, and is described."""

import inspect
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel

from dialog_core.cli.plugins.checking.finding import Finding, Findings
from dialog_core.errors import PluginError
from dialog_core.plugins import PluginSet
from dialog_core.registry import Registration

VERBS = {  # of each kind, the methods of which it needs one
    "policy": ("propose",),
    "annotator": ("annotate",),
    "guard": ("check_input", "check_output"),
    "ranker": ("rank",),
    "store": ("append",),
    "profile_store": ("put",),
    "observer": ("turn_started", "turn_finished", "policy_failed"),
    "reader": ("read",),
    "writer": ("write",),
    "cleaner": ("clean",),
    "augmenter": ("augment",),
    "recognizer": ("find",),
    "analyzer": ("tokens",),
    "encoder": ("encode",),
    "trainer": ("train",),
    "metric": ("compute",),
    "test_format": ("read",),
    "channel": ("run",),
    "action": ("__call__",),
}


def check_components(plugins: PluginSet, plugin: str) -> Sequence[Finding]:
    """Import everything a plugin registers."""
    found = Findings("Components")
    for entry in plugins.registry:
        if entry.plugin == plugin:
            _check_component(entry, found)
    return found.made


def _check_component(entry: Registration, found: Findings) -> None:
    subject, before = f"{entry.kind} {entry.name}", len(found.made)
    try:
        component = entry.load()
    except PluginError as error:
        missing = isinstance(error.__cause__, ModuleNotFoundError) and entry.missing_package(error.__cause__)
        if missing:
            found.not_checked(subject, missing)
        else:
            found.failed(subject, str(error), "Register it as 'package.module:Class', as it is called there.")
        component = None
    if component is not None and not any(hasattr(component, verb) for verb in VERBS[entry.kind]):
        verbs = " or ".join(VERBS[entry.kind])
        found.failed(subject, f"has no {verbs}", f"That is the method a {entry.kind} is called by.")
    if component is not None and entry.kind == "action" and not inspect.getdoc(component):
        found.failed(subject, "has no docstring", "Say in it what it does: language models that call actions read it.")
    try:
        model = entry.load_options()
    except PluginError as error:
        found.failed(subject, str(error), "Derive the options from dialog_core.configuration.Options.")
        return
    if undescribed := list(_undescribed(model)):
        told = f"the option {undescribed[0]!r} has no description"
        more = f", nor have {len(undescribed) - 1} others" if len(undescribed) > 1 else ""
        found.failed(subject, told + more, "Describe it with Field(description=...): it is its documentation.")
    _check_its_check(entry, subject, found)
    if len(found.made) == before:
        count = len(model.model_fields)
        found.passed(subject, f"{count} option{'' if count == 1 else 's'}" if count else "")


def _check_its_check(entry: Registration, subject: str, found: Findings) -> None:
    try:
        check = entry.load_check()
    except PluginError as error:
        found.failed(subject, str(error), "Register `check` as 'package.module:function'.")
        return
    if check is None:
        return
    try:
        inspect.signature(check).bind("options", "context")
    except TypeError:
        told = f"{entry.check} cannot be called with options and a context"
        found.failed(subject, told, "Define it as `def check(options, context) -> Iterable[Problem]`.")


def _undescribed(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        if not (field.description or "").strip():
            yield f"{prefix}{name}"
        inner: Any = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from _undescribed(inner, f"{prefix}{name}.")
