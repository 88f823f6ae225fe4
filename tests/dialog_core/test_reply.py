from datetime import UTC, datetime

from dialog_core.candidate import ActionCall, ActionResult
from dialog_core.events import BotSaid, Evidence
from dialog_core.reply import Reply

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def test_a_reply_sums_up_its_messages() -> None:
    first = BotSaid("At nine.", NOON, "1", "faq", 0.9, (Evidence("a"),), ("Thanks",))
    second = BotSaid("Which day?", NOON, "1", "flows", None, (Evidence("b"),), ("Mon", "Tue"))
    reply = Reply("c", "1", (first, second))

    assert reply.text == "At nine.\n\nWhich day?"
    assert (reply.policy, reply.probability) == ("faq", 0.9)
    assert reply.evidence == (Evidence("a"), Evidence("b"))
    assert reply.quick_replies == ("Mon", "Tue")


def test_a_reply_without_messages_says_nothing() -> None:
    reply = Reply("c", "1", ())
    assert (reply.text, reply.policy, reply.probability, reply.evidence, reply.quick_replies) == ("", "", None, (), ())


def test_a_result_is_fine_unless_it_says_what_went_wrong() -> None:
    assert ActionResult(ActionCall("a")).ok
    assert not ActionResult(ActionCall("a"), error="no").ok
