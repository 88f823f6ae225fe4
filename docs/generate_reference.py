"""Writes the pages under `docs/reference/` that are made from the code: options, command line, hooks, API.

python docs/generate_reference.py            # writes them
python docs/generate_reference.py --check    # says which are out of date (exit status 1) and writes nothing
"""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS))

from reference_pages import api, cli, hooks, options  # noqa: E402 - the folder has to be on the path first

PAGES: Mapping[str, Callable[[], str]] = {
    "reference/options.md": options.page,
    "reference/cli.md": cli.page,
    "reference/hooks.md": hooks.page,
    "reference/api.md": api.page,
}


def main(arguments: list[str]) -> int:
    """Write the pages, or with `--check` compare them; return the exit status."""
    stale = []
    for name, make in PAGES.items():
        path, text = DOCS / name, make()
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
            if "--check" not in arguments:
                path.write_text(text, encoding="utf-8")
    verb = "is out of date" if "--check" in arguments else "written"
    sys.stdout.writelines(f"docs/{name}: {verb}\n" for name in stale)
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
