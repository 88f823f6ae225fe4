"""A model on a hub is fetched once, without anything that would have to be unpickled or run."""

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.slow

REVISION = "a" * 40
EXTRA = {"pytorch_model.bin": b"pickled", "modeling.py": b"print('run')", "onnx/model.onnx": b"another copy"}

ASK = """
import sys
from dialog_core import PluginError
from dialog_generative.local.model_files import Wanted, find

for name in sys.argv[1:]:
    try:
        folder = find(Wanted(name)).weights
        print(*sorted(path.name for path in folder.iterdir()))
    except PluginError as error:
        print("error:", error)
"""


class Hub:
    """A server that has one model, as the hub has it."""

    def __init__(self, directory: Path) -> None:
        self.files = {path.name: path.read_bytes() for path in directory.iterdir()} | EXTRA
        self.asked: list[str] = []
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                pass

            def do_HEAD(self) -> None:
                self.answer(body=False)

            def do_GET(self) -> None:
                self.answer(body=True)

            def answer(self, *, body: bool) -> None:
                path = urlsplit(self.path).path
                hub.asked.append(path)
                status, content, headers = hub.find(path)
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(content))}.items():
                    self.send_header(name, value)
                self.end_headers()
                if body:
                    self.wfile.write(content)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def find(self, path: str) -> tuple[int, bytes, dict[str, str]]:
        name = path.partition(f"/resolve/{REVISION}/")[2]
        if path.startswith("/shop/model/resolve/") and name in self.files:
            content = self.files[name]
            return 200, content, {"ETag": f'"{_hash(content)}"', "X-Repo-Commit": REVISION}
        if path == "/api/models/shop/model/revision/main":
            siblings = [{"rfilename": name} for name in self.files]
            told: object = {"id": "shop/model", "sha": REVISION, "private": False, "siblings": siblings}
            return 200, json.dumps(told).encode(), {"Content-Type": "application/json"}
        if path == f"/api/models/shop/model/tree/{REVISION}":
            told = [
                {"type": "file", "path": name, "size": len(content), "oid": _hash(content)[:40]}
                for name, content in self.files.items()
            ]
            return 200, json.dumps(told).encode(), {"Content-Type": "application/json"}
        return 404, b"", {"X-Error-Code": "RepoNotFound"}


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def hub(models: Path) -> Iterator[Hub]:
    found = Hub(models / "taught")
    yield found
    found.server.shutdown()
    found.server.server_close()


def ask(hub: Hub, cache: Path, *names: str, **environment: str) -> list[str]:
    """Look for models in a process of its own, for the hub's client reads its settings when it is imported."""
    root = Path(__file__).parents[4]
    settings = {
        "HF_ENDPOINT": f"http://127.0.0.1:{hub.server.server_port}",
        "HF_HOME": str(cache),
        "HF_HUB_DISABLE_XET": "1",
        "HF_HUB_OFFLINE": "0",
        "PYTHONPATH": os.pathsep.join((str(root), str(root / "plugins"))),
        **environment,
    }
    done = subprocess.run(
        [sys.executable, "-c", ASK, *names],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_only_what_is_needed_is_fetched_and_only_once(hub: Hub, tmp_path: Path) -> None:
    [first, second] = ask(hub, tmp_path, "shop/model", "shop/model")
    assert first == second
    assert "model.safetensors" in first
    assert "tokenizer.json" in first
    assert "chat_template.jinja" in first
    for name in EXTRA:
        assert name not in first
        assert not any(path.endswith(name) for path in hub.asked)
    asked = len(hub.asked)
    assert ask(hub, tmp_path, "shop/model", HF_HUB_OFFLINE="1") == [first]
    assert len(hub.asked) == asked


def test_a_model_the_hub_does_not_have_is_told_in_one_line(hub: Hub, tmp_path: Path) -> None:
    [told] = ask(hub, tmp_path, "shop/other")
    assert told.startswith("error: the model 'shop/other' is neither a folder here nor to be had from the hub")
    assert "name a folder" in told
