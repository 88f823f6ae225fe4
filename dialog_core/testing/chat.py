"""A conversation with a bot, told as it goes."""

from typing import Any

from dialog_core.bot import Bot
from dialog_core.events import UserSaid
from dialog_core.reply import Reply

FALLBACK = "fallback"


class TestChat:
    """Talks to a bot and checks what it says; every step returns the chat, so that a conversation reads as one.

        TestChat(bot).user("hi").bot("Hello!").user("my name is Ann").bot_contains("Ann").slots(name="Ann")

    A check that fails shows the conversation so far and why the bot said what it said.
    """

    __test__ = False  # its name begins with Test, and it is no test

    def __init__(self, bot: Bot, conversation: str = "test", *, user: str = "") -> None:
        """Begin, or go on with, a conversation.

        Args:
            bot: Whom to talk to.
            conversation: Which conversation.
            user: Who is talking.
        """
        self._bot = bot
        self._conversation = conversation
        self._user = user
        self._reply: Reply | None = None

    @property
    def reply(self) -> Reply:
        """What the bot said last, with its trace."""
        if self._reply is None:
            raise AssertionError("nobody has said anything yet: begin with .user(...) or .greeted(...)")
        return self._reply

    def user(self, text: str, *, client_id: str = "") -> "TestChat":
        """Say something to the bot."""
        self._reply = self._bot.reply(text, conversation=self._conversation, client_id=client_id, user=self._user)
        return self

    def greeted(self, text: str) -> "TestChat":
        """Open the conversation, and check how the bot greets."""
        __tracebackhide__ = True
        greeting = self._bot.greet(self._conversation)
        if greeting is None:
            raise AssertionError(self._told(f"expected the greeting {text!r}, but there was none"))
        self._reply = greeting
        return self.bot(text)

    def bot(self, *texts: str) -> "TestChat":
        """Check what the bot says, message by message."""
        __tracebackhide__ = True
        said = tuple(message.text for message in self.reply.messages)
        return self._check(said == texts, f"expected the bot to say {_shown(texts)}, not {_shown(said)}")

    def bot_contains(self, *parts: str) -> "TestChat":
        """Check that these stand in what the bot says."""
        __tracebackhide__ = True
        text = self.reply.text
        missing = tuple(part for part in parts if part not in text)
        return self._check(not missing, f"expected {_shown(missing)} in {text!r}")

    def policy(self, name: str) -> "TestChat":
        """Check which policy answers."""
        __tracebackhide__ = True
        return self._check(
            self.reply.policy == name, f"expected the policy {name!r} to answer, not {self.reply.policy!r}"
        )

    def fallback(self) -> "TestChat":
        """Check that nobody knows what to say."""
        __tracebackhide__ = True
        return self.policy(FALLBACK)

    def quick_replies(self, *texts: str) -> "TestChat":
        """Check what the user may pick."""
        __tracebackhide__ = True
        offered = self.reply.quick_replies
        return self._check(offered == texts, f"expected the quick replies {_shown(texts)}, not {_shown(offered)}")

    def slots(self, **expected: Any) -> "TestChat":
        """Check slot values; None says that a slot is not set."""
        __tracebackhide__ = True
        slots = self._bot.conversation(self._conversation).slots
        wrong = [
            f"expected the slot {name!r} to be {value!r}, not {slots.get(name)!r}"
            for name, value in expected.items()
            if slots.get(name) != value
        ]
        return self._check(not wrong, "; ".join(wrong))

    def _check(self, holds: bool, complaint: str) -> "TestChat":
        __tracebackhide__ = True
        if not holds:
            raise AssertionError(self._told(complaint))
        return self

    def _told(self, complaint: str) -> str:
        """Return the complaint with the conversation and the reason for the last reply."""
        lines = [complaint, "", "The conversation:"]
        for event in self._bot.conversation(self._conversation).messages:
            if isinstance(event, UserSaid):
                lines.append(f"  user: {event.message.text}")
            else:
                who = getattr(event, "policy", "") or "bot"
                lines.append(f"  {who}: {event.text}")
        trace = self._reply.trace if self._reply is not None else None
        if trace is not None:
            lines += ["", f"Why: {trace['reason']}"]
            lines += [
                f"  {report['policy']}: {report['status']}" + (f" ({report['error']})" if report["error"] else "")
                for report in trace["policies"]
            ]
            lines += [
                f"  {ranked['probability']:.2f} {ranked['policy']}: {ranked['text']!r:.80}"
                for ranked in trace["candidates"]
            ]
            lines += [f"  {part['part']}: {part['verdict']}" for part in trace["parts"]]
        return "\n".join(lines)


def _shown(texts: tuple[str, ...]) -> str:
    return " and ".join(map(repr, texts)) or "nothing"
