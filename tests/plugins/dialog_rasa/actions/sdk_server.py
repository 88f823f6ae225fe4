"""A real action server for tests: `python -m rasa_sdk`, from the environment that `make test` makes for it."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ENVIRONMENT = Path(f"{sys.prefix}-rasa-sdk")
SHOP = Path(__file__).parent / "shop"
PATIENCE = 60.0  # seconds for it to start, on a machine that is busy


def sdk_python() -> Path:
    """Return the Python that has Rasa's SDK; without one the test is skipped."""
    if not (ENVIRONMENT / ".ready").exists():
        pytest.skip(f"Rasa's SDK is not installed in {ENVIRONMENT.name}: `make {ENVIRONMENT.name}/.ready` does it")
    return ENVIRONMENT / "bin" / "python"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def serving(folder: Path, module: str, *, port: int = 0) -> Iterator[str]:
    """Serve the actions of a module in a folder, and yield the address of the webhook."""
    python, port = sdk_python(), port or free_port()
    log = folder / f"server-{port}.log"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COV"))}
    with log.open("wb") as output:
        server = subprocess.Popen(
            [str(python), "-m", "rasa_sdk", "--actions", module, "--port", str(port)],
            cwd=folder,
            env={**environment, "SANIC_HOST": "127.0.0.1", "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # it has children, and all of them are to end
        )
    try:
        _wait(server, f"http://127.0.0.1:{port}/health", log)
        yield f"http://127.0.0.1:{port}/webhook"
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait(timeout=30)


def shop_in(folder: Path) -> Path:
    """Copy the actions of the shop into a folder, so that nothing is written beside the tests."""
    shutil.copytree(SHOP, folder / "shop", ignore=shutil.ignore_patterns("__pycache__"))
    return folder / "shop"


def _wait(server: "subprocess.Popen[bytes]", health: str, log: Path) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    give_up_at = time.monotonic() + PATIENCE
    while time.monotonic() < give_up_at:
        if server.poll() is not None:
            break
        try:
            with opener.open(health, timeout=1):
                return
        except (OSError, urllib.error.URLError):
            time.sleep(0.05)
    pytest.fail(f"the action server did not start:\n{log.read_text(errors='replace')[-2000:]}")
