"""What the three domain plugins add to the start of a bot, each built as a wheel and installed apart."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from benchmarks._table import median, print_table
from benchmarks.startup import until_prompt

EXAMPLES = Path(__file__).parent.parent / "examples"
DOMAINS = {"customer-service": "customer_service", "education": "education", "medical": "medical"}
RUNS = 11
TARGET = 0.15  # seconds that all three may add
BARE = "version: 1\npolicies: [{use: rules, path: rules.yaml}]\n"
RULES = "rules: [{name: hello, when: hello, say: Hello!}]\n"


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        root = Path(home)
        environment = {**os.environ, "XDG_STATE_HOME": home, "TERM": "xterm-256color", "COLUMNS": "100", "LINES": "30"}
        environment["PYTHONPATH"] = os.pathsep.join(str(install(domain, root)) for domain in DOMAINS)
        bots = write_bots(root)
        times: dict[str, list[float]] = {name: [] for name in bots}
        for _ in range(RUNS):
            for name, bot in bots.items():
                command = [str(Path(sys.executable).parent / "dialog-core"), "chat", str(bot)]
                times[name].append(until_prompt(command, environment))
    base = median(times["a bot of one rule"])
    rows = [
        (
            name,
            f"{median(took):.3f}",
            f"{min(took):.3f}",
            f"{median([one - other for one, other in zip(took, times['a bot of one rule'], strict=True)]) * 1000:+.0f}",
            f"< +{TARGET * 1000:.0f}" if name.startswith("the same") else "",
            f"{median(took) / base:.2f}",
        )
        for name, took in times.items()
    ]
    header = ("chat, to the first prompt", "median s", "best s", "added ms", "target", "ratio")
    print_table(f"Domain plugins, {RUNS} runs of each in turn; added: the middle of the differences", header, rows)


def write_bots(root: Path) -> Mapping[str, Path]:
    """Return a bare bot, the same with all three plugins, and the bots that the plugins bring along."""
    bare = root / "bare"
    bare.mkdir()
    (bare / "rules.yaml").write_text(RULES, encoding="utf-8")
    (bare / "bot.yaml").write_text(BARE, encoding="utf-8")
    names = ", ".join(DOMAINS.values())
    (bare / "all.yaml").write_text(f"{BARE}plugins: [{names}]\n", encoding="utf-8")
    bots = {"a bot of one rule": bare / "bot.yaml", "the same with all three plugins": bare / "all.yaml"}
    for domain in DOMAINS:
        for language, file in (("English", "bot.yaml"), ("Chinese", "bot.zh.yaml")):
            bots[f"{domain}'s own bot, {language}"] = root / f"dialog-core-{domain}" / file
    return bots


def install(domain: str, root: Path) -> Path:
    """Build a plugin as its users get it, and install it into a folder of its own."""
    project = root / f"dialog-core-{domain}"
    shutil.copytree(EXAMPLES / project.name, project, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    pip = (sys.executable, "-m", "pip", "-q", "--disable-pip-version-check")
    offline = ("--no-index", "--no-deps")
    site, wheels = root / "site" / domain, root / "wheels" / domain
    subprocess.run([*pip, "wheel", *offline, "--no-build-isolation", "-w", wheels, project], check=True)
    subprocess.run([*pip, "install", *offline, "--target", site, *wheels.glob("*.whl")], check=True)
    shutil.rmtree(project / "src")
    return site
