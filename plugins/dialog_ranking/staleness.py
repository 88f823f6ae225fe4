"""Noticing policies whose scores mean something else by now than when the ranking was trained."""

from collections.abc import Iterable, Mapping

RETRAIN = "Run: dialog-core train BOT --only ranking"


def stale(trained: Mapping[str, str], current: Mapping[str, str]) -> frozenset[str]:
    """Return the policies that are not what they were.

    Args:
        trained: Their fingerprints when the ranking was trained; see `Context.policy_fingerprints`.
        current: Their fingerprints now. What is known at one time only, or as empty, is not held against a policy.
    """
    return frozenset(name for name, then in trained.items() if then and (now := current.get(name)) and now != then)


def remark_on_stranger(policy: str, kind: str, known: bool) -> str:
    """Return what a trace says of a policy that was not there in training.

    Args:
        policy: Its name.
        kind: Its kind.
        known: Whether something was learnt about policies of that kind.
    """
    told = f"of the kind {kind!r}" if kind else "of a kind it does not tell"
    unknown = f"the policy {policy!r}, {told}, was not there when the ranking was trained"
    if known:
        return f"{unknown}: its candidates are judged as those of its kind are in general. {RETRAIN}"
    return f"{unknown}, nor was any of that kind: its candidates are judged by the default table. {RETRAIN}"


def remarks_on(policies: Iterable[str]) -> tuple[str, ...]:
    """Return what a trace says of stale policies, one remark each."""
    return tuple(
        f"the policy {name!r} has changed since the ranking was trained: its candidates are judged by the default "
        f"table. {RETRAIN}"
        for name in policies
    )
