"""Imports one plugin in a process of its own, and watches what that does: `python -m ... NAME` prints JSON.

It is run by `loading`. An audit hook sees what Python code does to files, to the network and to other programs, so that
nothing has to be replaced that a plugin might have got hold of before.
"""

import contextlib
import io
import json
import os
import sys
import time
from typing import Any

HEAVY = frozenset(
    "accelerate bm25s cv2 datasets faiss gensim jax keras matplotlib nltk numpy openai onnxruntime pandas peft polars "
    "presidio_analyzer scipy sentence_transformers sklearn spacy sympy tensorflow torch transformers trl".split()
)
"""Packages that take a tenth of a second or more to import, and that a bot needs only when it uses them."""
CONNECTING = ("socket.connect", "socket.getaddrinfo", "socket.sendto", "urllib.Request")
CHANGING = ("os.mkdir", "os.remove", "os.rename", "os.rmdir", "shutil.rmtree", "shutil.copyfile")
RUNNING = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn")


class Watch:
    """What was done while it watched."""

    def __init__(self) -> None:
        self.on = False
        self.done: dict[str, list[str]] = {"network": [], "files": [], "programs": []}
        sys.addaudithook(self._note)

    def _note(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.on:
            return
        if event in CONNECTING:
            self.done["network"].append(f"{event} {arguments[-1]!r:.100}")
        elif event in RUNNING:
            self.done["programs"].append(f"{arguments[0]!r:.100}")
        elif event in CHANGING or (event == "open" and _writes(*arguments)):
            self.done["files"].append(os.fsdecode(arguments[0]) if isinstance(arguments[0], str | bytes) else "?")


def _writes(path: Any, mode: str | None, flags: int) -> bool:
    if not isinstance(path, str | bytes) or os.fsdecode(path) == os.devnull:
        return False
    return bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND)) or any(c in (mode or "") for c in "wax+")


def probe(name: str) -> dict[str, Any]:
    """Load a plugin, then the options of what it registers; return what that did and took."""
    from dialog_core import configuration
    from dialog_core.errors import PluginError
    from dialog_core.plugins import PluginSet, find_plugin

    _ = configuration.Options  # every bot imports it, so it is not the plugin's to pay for
    plugin, plugins, watch = find_plugin(name), PluginSet(), Watch()
    told: dict[str, Any] = {"error": "", "options": {}, "registers": []}
    printed, before = io.StringIO(), set(sys.modules)
    started, watch.on = time.process_time(), True
    with contextlib.redirect_stdout(printed):
        try:
            plugins.add_installed(plugin)
        except PluginError as error:
            told["error"] = str(error)
    told["seconds"], told["heavy"] = time.process_time() - started, sorted(HEAVY & _new(before))
    told["registers"] = [f"{entry.kind} {entry.name}" for entry in plugins.registry]
    for entry in plugins.registry:
        known = set(sys.modules)
        with contextlib.redirect_stdout(printed):
            try:
                entry.load_options()
            except PluginError as error:
                told["options"][f"{entry.kind} {entry.name}"] = str(error)
        if heavy := sorted(HEAVY & _new(known)):
            told["options"][f"{entry.kind} {entry.name}"] = f"its options import {', '.join(heavy)}"
    watch.on = False
    return {**told, **watch.done, "printed": printed.getvalue()[:200]}


def _new(before: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in set(sys.modules) - before}


if __name__ == "__main__":
    print(json.dumps(probe(sys.argv[1])))
