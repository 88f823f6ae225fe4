"""Running `dialog-core` as people do."""

import os
import subprocess
import sys
from pathlib import Path

COMMAND = str(Path(sys.executable).parent / "dialog-core")


def run(
    *arguments: str | Path, input: str | bytes | None = None, cwd: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the command and return what it said; whatever it was given, it must not show a traceback."""
    data = input.encode() if isinstance(input, str) else input
    done = subprocess.run(
        [COMMAND, *map(str, arguments)],
        input=data,
        capture_output=True,
        cwd=cwd,
        timeout=60,
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "100", **environment},
    )
    out, err = done.stdout.decode(), done.stderr.decode()
    assert "Traceback" not in out + err, err
    return subprocess.CompletedProcess(done.args, done.returncode, out, err)
