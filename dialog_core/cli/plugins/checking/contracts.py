"""Runs the contracts through pytest, in a process of its own, and tells how they went."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree

from dialog_core import testing
from dialog_core.cli.plugins.checking.finding import Finding, Findings
from dialog_core.cli.plugins.checking.suites import ASYNCHRONOUS, CONTRACTS, Suite, class_name, suites_of
from dialog_core.plugins import PluginSet

PATIENCE = 600.0  # seconds
_FILE = """from dialog_core.cli.plugins.checking.contract_tests import classes

globals().update(classes({plugin!r}))
"""
_SETTINGS = "[pytest]\naddopts = --import-mode=importlib\nfilterwarnings = default\n"


def check_contracts(plugins: PluginSet, plugin: str, folder: Path | None) -> Sequence[Finding]:
    """Run the contract of every component that can be built."""
    found = Findings("Contracts")
    suites = suites_of(plugins, plugin, folder)
    if not suites:
        return found.made
    if find_spec("pytest") is None:
        found.not_checked("contracts", "they need pytest, which is not installed. Run: pip install pytest")
        return found.made
    runnable = [_why_not(suite) for suite in suites]
    results = {} if all(runnable) else _run(plugin)
    if isinstance(results, str):
        found.failed("contracts", f"they could not be run: {results}", "Subclass them in the package's own tests.")
        return found.made
    left_out: dict[str, list[str]] = {}
    for number, (suite, why_not) in enumerate(zip(suites, runnable, strict=True)):
        if why_not:
            left_out.setdefault(why_not, []).append(suite.title)
        else:
            _tell(suite, results.get(class_name(number), []), found)
    for why_not, titles in left_out.items():
        found.not_checked(", ".join(titles), why_not)
    return found.made


def _why_not(suite: Suite) -> str:
    contract = CONTRACTS[suite.registration.kind][0]
    if suite.make is None:
        return suite.why_not
    if not hasattr(testing, contract):
        return f"there is no {contract}"
    if suite.registration.kind in ASYNCHRONOUS and find_spec("pytest_asyncio") is None:
        return "its contract needs pytest-asyncio, which is not installed. Run: pip install pytest-asyncio"
    return ""


def _tell(suite: Suite, tests: list[tuple[str, str]], found: Findings) -> None:
    contract = CONTRACTS[suite.registration.kind][0]
    failed = [(name, why) for name, why in tests if why]
    if not failed:
        found.passed(suite.title, f"{contract}: {len(tests)} tests")
        return
    name, why = failed[0]
    more = f" ({len(failed) - 1} more failed)" if len(failed) > 1 else ""
    remedy = f"Subclass dialog_core.testing.{contract} in the package's own tests, and run them."
    found.failed(suite.title, f"{name.removeprefix('test_').replace('_', ' ')}: {why}{more}", remedy)


def _run(plugin: str) -> dict[str, list[tuple[str, str]]] | str:
    """Return of every class its tests, each with why it failed; or in words, why none could be run."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        (work / "pytest.ini").write_text(_SETTINGS, encoding="utf-8")
        (work / "test_contracts.py").write_text(_FILE.format(plugin=plugin), encoding="utf-8")
        written = work / "results.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-c", "pytest.ini", "--rootdir", ".", "-p", "no:cacheprovider"]
        if find_spec("pytest_asyncio") is not None:
            command += ["-o", "asyncio_default_fixture_loop_scope=function"]
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
        environment |= {"PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}
        try:
            done = subprocess.run(
                [*command, f"--junitxml={written}", "test_contracts.py"],
                cwd=work,
                env=environment,
                capture_output=True,
                timeout=PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return f"they do not end within {PATIENCE:.0f} s"
        if not written.is_file():
            return (done.stderr or done.stdout).decode(errors="replace").strip().rpartition("\n")[2]
        root = ElementTree.parse(written).getroot()
    results: dict[str, list[tuple[str, str]]] = {}
    for case in root.iter("testcase"):
        problems = [child for child in case if child.tag in ("failure", "error")]
        if case.find("skipped") is not None:
            continue
        if problems and not case.get("classname"):  # the file itself could not be imported
            return (problems[0].text or "").strip().rpartition("\n")[2]
        why = problems[0].get("message", "failed").partition("\n")[0] if problems else ""
        results.setdefault(case.get("classname", "").rpartition(".")[2], []).append((case.get("name", ""), why))
    return results
