"""Whether the sections of a bot file agree with one another: tiers with policies, wordings with languages."""

from collections.abc import Iterable

from dialog_core.bot_file import ComponentSpec
from dialog_core.configuration import Node, Problem, did_you_mean
from dialog_core.wording import spoken_of


class Agreement:
    """Looks at a bot file as a whole, and notes down where its sections contradict one another."""

    def __init__(self, node: Node, problems: list[Problem]) -> None:
        self._node = node
        self._problems = problems

    def tiers(self, names: list[str]) -> tuple[tuple[str, ...], ...]:
        """Return the tiers; every policy stands in exactly one."""
        node = self._node.find(("dispatch", "tiers"))
        written = self._node.child("dispatch")
        if written is None or written.child("tiers") is None or not isinstance(node.value, list):
            return (tuple(names),)
        tiers: list[tuple[str, ...]] = []
        seen: dict[str, int] = {}
        for number, tier in enumerate(node.value):
            members = tier.value if isinstance(tier.value, list) else [tier]
            tiers.append(tuple(str(member.value) for member in members))
            for place, member in enumerate(members):
                name, path = str(member.value), ("dispatch", "tiers", number, place)
                if name in seen:
                    self._report(
                        member, path, f"{name!r} stands in two tiers", f"Remove it here or on line {seen[name]}."
                    )
                elif names and name not in names:
                    self._report(member, path, f"no policy is named {name!r}", did_you_mean(name, names))
                seen[name] = member.line
        for name in names:
            if name not in seen:
                self._report(
                    node, ("dispatch", "tiers"), f"the policy {name!r} is in no tier", "Add it, or remove the policy."
                )
        return tuple(tier for tier in tiers if tier)

    def grounding(self, tiers: tuple[tuple[str, ...], ...]) -> None:
        """See that an option called `grounded_in` names policies of earlier tiers: others have found nothing yet."""
        node = self._node.child("policies")
        place = {name: number for number, tier in enumerate(tiers) for name in tier}
        for number, item in enumerate(node.value if node is not None and isinstance(node.value, list) else ()):
            named, called = item.child("grounded_in"), item.child("name") or item.child("use")
            own = str(called.value) if called is not None else ""
            listed = named.value if named is not None and isinstance(named.value, list) else [named]
            for member in listed:
                if member is None or not isinstance(member.value, str) or own not in place:
                    continue  # there is none, or it has been reported already
                path = ("policies", number, "grounded_in")
                if member.value not in place:
                    remedy = did_you_mean(member.value, [name for name in place if name != own])
                    self._report(member, path, f"no policy is named {member.value!r}", remedy)
                elif place[member.value] >= place[own]:
                    message = f"{member.value!r} is not asked before {own!r}, which can see nothing of what it finds"
                    remedy = f"Put {member.value!r} into an earlier tier under `dispatch.tiers`."
                    self._report(member, path, message, remedy)

    def languages(self, known: tuple[str, ...]) -> None:
        """See that what is worded in several languages is worded in those the bot speaks."""
        bot = self._node.child("bot")
        greeting = bot.child("greeting") if bot is not None else None
        for node, path in ((greeting, ("bot", "greeting")), (self._node.child("fallback"), ("fallback",))):
            for tag, text in node.value.items() if node is not None and isinstance(node.value, dict) else ():
                if spoken_of(known, tag) is None:
                    remedy = f"Add it to `bot.languages`, or write it in one of {', '.join(known)}."
                    self._report(text, (*path, tag), f"{tag!r} is none of the bot's languages", remedy)

    def _report(self, node: Node, path: Iterable[str | int], message: str, remedy: str) -> None:
        self._problems.append(node.problem(message, path=path, remedy=remedy))


def only_there(tiers: Iterable[tuple[str, ...]], policies: Iterable[ComponentSpec]) -> tuple[tuple[str, ...], ...]:
    """Return the tiers with the policies that are there; a tier of which none is left goes."""
    names = {policy.name for policy in policies}
    kept = (tuple(name for name in tier if name in names) for tier in tiers)
    return tuple(tier for tier in kept if tier)
