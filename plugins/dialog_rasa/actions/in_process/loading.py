"""Importing a module of custom actions, and finding the actions in it."""

import importlib
import inspect
import logging
import pkgutil
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from dialog_core import PluginError
from dialog_rasa.actions.in_process.running import function_of
from dialog_rasa.actions.in_process.standing_in import NAME, sdk, standing_in
from dialog_rasa.actions.in_process.workshop import Workshop

logger = logging.getLogger(__name__)


def actions_of(module_name: str, *, beside: str | Path = "") -> dict[str, Callable[..., Any]]:
    """Return the actions of a module, or of a package and all its modules, each by the name stories call it.

    Each is a function with one parameter, `call`: what `call_json` returns. It returns what a server would answer,
    `{"events": [...], "responses": [...]}`, or `{"rejected": "why"}`; an action that fails raises an error that says
    at which line of the file. It can be registered as an action of dialog-core:
    `registry.action("action_search", "shop_actions.in_process:action_search")`, with

        from dialog_rasa.actions.in_process import actions_of

        action_search = actions_of("shop_actions.actions")["action_search"]

    Asynchronous actions run in a thread of the module's own, one loop for all of them, as on a server: one that blocks
    holds up the others there, but not the bot. The others run in the threads that dialog-core calls them in, several at
    once if several users ask.

    Args:
        module_name: The module, as one would import it.
        beside: A file of a package (its `__file__`) that the module has to lie beside. Many projects call theirs
            `actions`; of two that are installed, Python finds one.

    Raises:
        PluginError: It cannot be imported, or is another one; or its actions have no name, or two of different files
            have the same. With the line. Of two in one file the later one counts.
    """
    with standing_in():
        module = _import(module_name)
        if beside:
            _compare(module, Path(beside).resolve().parent.parent)
        modules = [module, *(_import(name) for name in _below(module))]
        classes = list(_classes(modules))
    workshop = Workshop(module_name)
    actions: dict[str, Any] = {}
    for cls in classes:
        action, name = _made(cls)
        if name in actions:
            places = f"{_place(type(actions[name]))} and {_place(cls)}"
            if type(actions[name]).__module__ != cls.__module__:
                raise PluginError(f"two actions are called {name!r}: {places}. Give one of them another name")
            logger.warning("two actions are called %r: %s. The later one counts", name, places)  # as with Rasa's SDK
        actions[name] = action
    return {name: function_of(action, name, _folder(module), workshop) for name, action in actions.items()}


def _import(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        missing = error.name or ""
        if missing == name or name.startswith(f"{missing}."):
            raise PluginError(f"there is no module {name!r} to take custom actions from ({error})") from error
        where = _line_of(error)
        if missing.split(".")[0] == NAME:
            raise PluginError(
                f"{where}{missing} is a part of Rasa's SDK that has no substitute here. Install rasa-sdk, or run these "
                "actions on an action server (`action_server:` of the policy `stories`)"
            ) from error
        raise PluginError(f"{where}{name} needs {missing!r}, which is not installed. Install it") from error
    except SyntaxError as error:
        place = f"{Path(error.filename).name}:{error.lineno}: " if error.filename else ""
        raise PluginError(f"{place}{name} is no Python: {error.msg}") from error
    except (Exception, SystemExit) as error:
        told = " ".join(str(error).split())[:300]
        raise PluginError(f"{_line_of(error)}{name} cannot be imported: {type(error).__name__}: {told}") from error


def _compare(module: ModuleType, folder: Path) -> None:
    """Refuse a module that is another project's."""
    found = _folder(module).resolve()
    if not found.is_relative_to(folder):
        raise PluginError(
            f"the module {module.__name__!r} is found in {found}, and not in {folder}, where it belongs: another "
            "package has one of that name. Install them into environments of their own, or run one on an action server"
        )


def _below(module: ModuleType) -> Iterator[str]:
    """Return the names of a package's modules, all the way down; programs (`__main__`) are left alone."""
    for _, name, is_package in pkgutil.iter_modules(getattr(module, "__path__", ()), f"{module.__name__}."):
        if name.endswith(".__main__"):
            continue
        yield name
        if is_package:
            yield from _below(_import(name))


def _classes(modules: list[ModuleType]) -> Iterator[type]:
    """Return the classes of actions that stand in these modules, or are imported there from a file of theirs."""
    toolkit = sdk()
    seen: set[type] = set()
    for module in modules:
        for value in list(vars(module).values()):
            if (
                inspect.isclass(value)
                and value not in seen
                and issubclass(value, toolkit.Action)
                and value.__module__.split(".")[0] != NAME
                and not value.__module__.startswith(toolkit.__name__)
                and not inspect.isabstract(value)
            ):
                seen.add(value)
                if not _is_base(value, toolkit):
                    yield value


def _is_base(cls: type, toolkit: ModuleType) -> bool:
    """Whether a class is only there for others to build on: it has no name, and others do."""
    nameless = (toolkit.Action.name, toolkit.FormValidationAction.name)
    return getattr(cls, "name", None) in nameless and bool(cls.__subclasses__())


def _made(cls: type) -> tuple[Any, str]:
    try:
        action: Any = cls()
        name = action.name()
    except NotImplementedError as error:
        raise PluginError(f"{_place(cls)}: {cls.__name__} has no name. Give it a method `name`") from error
    except Exception as error:
        told = f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
        raise PluginError(f"{_place(cls)}: {cls.__name__} cannot be made: {told}") from error
    if not isinstance(name, str) or not name:
        raise PluginError(f"{_place(cls)}: the name of {cls.__name__} is {name!r}; it has to be a text")
    return action, name


def _folder(module: ModuleType) -> Path:
    """Return the folder that the module's own code is in."""
    file = getattr(module, "__file__", None)
    if file is not None:
        return Path(file).parent
    return Path(next(iter(getattr(module, "__path__", ())), "."))


def _place(cls: type) -> str:
    """Return where a class stands, as in `actions.py:12`."""
    try:
        return f"{Path(inspect.getsourcefile(cls) or '?').name}:{inspect.getsourcelines(cls)[1]}"
    except (OSError, TypeError):
        return f"{cls.__module__}.{cls.__qualname__}"


def _line_of(error: BaseException) -> str:
    """Return the line that raised it, outside of Python's machinery of imports and ours; as in `actions.py:3: `."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if not frame.filename.startswith("<frozen")]
    own = [frame for frame in frames if frame.filename != importlib.__file__ and not _is_ours(frame.filename)]
    return f"{Path(own[-1].filename).name}:{own[-1].lineno}: " if own else ""


def _is_ours(file: str) -> bool:
    return Path(file).is_relative_to(Path(__file__).parent)
