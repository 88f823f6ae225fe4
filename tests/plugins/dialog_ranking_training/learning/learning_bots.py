"""A small shop's bot with conversations in a real database."""

from datetime import UTC, datetime
from pathlib import Path

from dialog_core import Bot, FeedbackGiven, ReplyEdited

BOT = """\
version: 1
bot: {name: Finch, language: en}
knowledge: {faq: {path: faq.yaml}}
policies: [{name: faq, use: bm25, knowledge: faq}]
store: {use: sqlite, path: conversations.db, synchronous: "off"}
fallback: I do not know that.
"""

FAQ = """\
# The shop's knowledge.
entries:
  - id: shipping
    questions:
      - How much is shipping?
      - What does delivery cost?
    answer: "Shipping costs 4 euros."

  - id: returns
    question: Can I send something back?   # within limits
    answer: Within thirty days.
"""

GNOMES = ("garden gnomes?", "any gnomes for the garden", "do you have gnomes in your garden range")


def shop(directory: Path, bot: str = BOT) -> Path:
    """Return a bot file, its knowledge beside it."""
    (directory / "faq.yaml").write_text(FAQ)
    file = directory / "bot.yaml"
    file.write_text(bot)
    return file


def busy_shop(directory: Path, bot: str = BOT) -> Path:
    """Return a bot file, with a topic and two edits in its conversations."""
    file = shop(directory, bot)
    with Bot.load(file) as loaded:
        for number, text in enumerate(GNOMES):
            loaded.reply(text, conversation=f"gnome-{number}", client_id="1")
        loaded.reply("How much is shipping?", conversation="edited", client_id="1")
        loaded.record("edited", [ReplyEdited("1", "Shipping costs 5 euros.", datetime.now(UTC), author="Ann")])
        loaded.reply("Who owns the shop?", conversation="owner", client_id="1")
        loaded.record("owner", [ReplyEdited("1", "Alder owns it.", datetime.now(UTC), author="Ann")])
        loaded.record("gnome-0", [FeedbackGiven("1", "bad", datetime.now(UTC))])
    return file
