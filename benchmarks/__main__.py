"""Run benchmarks by name; without a name, all of them."""

import argparse
import importlib
from pathlib import Path


def main() -> None:
    names = sorted(file.stem for file in Path(__file__).parent.glob("*.py") if not file.stem.startswith("_"))
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of: {', '.join(names)} (default: all)")
    wanted = parser.parse_args().names or names
    for unknown in sorted(set(wanted) - set(names)):
        parser.error(f"there is no benchmark {unknown!r}; there are {', '.join(names)}")
    for name in wanted:
        importlib.import_module(f"benchmarks.{name}").main()
        print()


if __name__ == "__main__":
    main()
