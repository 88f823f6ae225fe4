"""Noticing policies whose scores mean something else by now than when the ranking was trained."""

from collections.abc import Iterable, Mapping


def stale(trained: Mapping[str, str], current: Mapping[str, str]) -> frozenset[str]:
    """Return the policies that are not what they were.

    Args:
        trained: Their fingerprints when the ranking was trained; see `Context.policy_fingerprints`.
        current: Their fingerprints now. What is known at one time only, or as empty, is not held against a policy.
    """
    return frozenset(name for name, then in trained.items() if then and (now := current.get(name)) and now != then)


def remarks_on(policies: Iterable[str]) -> tuple[str, ...]:
    """Return what a trace says of stale policies, one remark each."""
    return tuple(
        f"the policy {name!r} has changed since the ranking was trained: its candidates are judged by the default "
        "table. Run: dialog-core train BOT --only ranking"
        for name in policies
    )
