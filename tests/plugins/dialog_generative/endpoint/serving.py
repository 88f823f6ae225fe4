"""A real OpenAI-compatible server: `transformers serve`, with a small model of random weights."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.language_models import save_llama

START = 90.0  # seconds it may take to start on a busy machine


def save_talkative_model(directory: Path, at_least: int = 10) -> Path:
    """Save a model that never says nothing: what it says makes no sense, but it says at least so many tokens."""
    save_llama(directory, window=2048)
    path = directory / "generation_config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "min_new_tokens": at_least}))
    return directory


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Server:
    """A server of one model.

    Attributes:
        model: What the model is called there.
        url: What `base_url` has to be.
    """

    def __init__(self, model: Path, port: int) -> None:
        self.model = str(model)
        self.url = f"http://127.0.0.1:{port}/v1"
        self._port = port
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Server":
        command = [str(Path(sys.executable).with_name("transformers")), "serve", self.model, "--device", "cpu"]
        environment = {**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
        self._process = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(self._port)],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        give_up = time.monotonic() + START
        while not self._is_healthy():
            assert self._process.poll() is None, "transformers serve has ended"
            assert time.monotonic() < give_up, "transformers serve does not start"
            time.sleep(0.2)
        return self

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _is_healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self._port}/health", timeout=2) as response:
                return bool(response.status == 200)
        except (urllib.error.URLError, OSError):
            return False
