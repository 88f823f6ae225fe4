"""What changed between two runs, in words."""

from collections.abc import Mapping

from dialog_evaluation.runs.info import RunInfo

_MANY = {
    "policy": "policies",
    "annotator": "annotators",
    "guard": "guards",
    "knowledge": "knowledge",
    "file": "files",
}
_ONE = {"bot": "name, language or greeting", "tiers": "tiers of policies", "framework": "dialog-core"}
SAME, UNKNOWN = "nothing", "not told"


def changes(before: RunInfo, now: RunInfo) -> list[str]:
    """Return what changed, the bot first, then what it was put to."""
    found = _parts(before.parts, now.parts) if before.parts and now.parts else []
    if not found and before.fingerprint != now.fingerprint and not (before.parts and now.parts):
        found.append(UNKNOWN)
    if before.mode != now.mode:
        found.append(f"mode: {before.mode} → {now.mode}")
    if not same_data(before, now):
        names = [", ".join(file.path for file in one.files) for one in (before, now)]
        found.append(f"data: {names[0]} → {names[1]}" if names[0] != names[1] else f"data: other content of {names[0]}")
    options = [name for name in {**before.options, **now.options} if before.options.get(name) != now.options.get(name)]
    options = [name for name in options if name != "mode"]
    if options:
        found.append(f"options: {', '.join(sorted(options))}")
    return found or [SAME]


def same_data(before: RunInfo, now: RunInfo) -> bool:
    """Whether two runs are of files with the same content."""
    return [file.sha256 for file in before.files] == [file.sha256 for file in now.files]


def same_rows(before: RunInfo, now: RunInfo) -> bool:
    """Whether two runs put the same messages to the bot, in the same way."""
    chosen = ("limit", "split", "seed")
    return (
        same_data(before, now)
        and before.mode == now.mode
        and all(before.options.get(name) == now.options.get(name) for name in chosen)
    )


def _parts(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    found: dict[str, list[str]] = {}
    for name in [*before, *(name for name in now if name not in before)]:
        if before.get(name) == now.get(name):
            continue
        how = "added" if name not in before else "removed" if name not in now else "changed"
        kind, _, own = name.partition(" ")
        if own and kind in _MANY:
            found.setdefault(f"{_MANY[kind]} {how}", []).append(own)
        else:
            found.setdefault("changed", []).append(_ONE.get(name, name))
    return [f"{kind}: {', '.join(names)}" for kind, names in found.items()]
