"""The bot the benchmarks ask: the customer-service bot's rules and FAQ, filled up to 100 entries."""

from pathlib import Path

import yaml

ROOT = Path(__file__).parent.parent
CONFIGS = ROOT / "configs" / "customer_service"
ENTRIES = 100


def write_bot(directory: Path, *, store: str) -> Path:
    """Write the bot with exactly 100 entries of knowledge; `store` is the YAML of its store."""
    entries = yaml.safe_load((CONFIGS / "faq.en.yaml").read_text(encoding="utf-8"))["entries"][:ENTRIES]
    for number in range(ENTRIES - len(entries)):
        item = f"article {number} of the catalogue"
        questions = [f"What is {item} made of?", f"Which material is {item}?"]
        entries.append(
            {"id": f"article_{number}", "questions": questions, "answer": f"It is made of wood no. {number}."}
        )
    (directory / "faq.yaml").write_text(yaml.safe_dump({"entries": entries}, allow_unicode=True), encoding="utf-8")
    bot = directory / "bot.yaml"
    bot.write_text(
        f"""version: 1
bot: {{name: Finch, language: en}}
knowledge:
  faq: {{path: faq.yaml}}
policies:
  - {{name: rules, use: rules, path: {CONFIGS / "rules.en.yaml"}}}
  - {{name: faq, use: bm25, knowledge: faq}}
dispatch: {{tiers: [[rules], [faq]]}}
store: {store}
""",
        encoding="utf-8",
    )
    return bot


def phrasings(bot: Path) -> list[str]:
    """Return every phrasing of the knowledge beside a bot that `write_bot` wrote."""
    entries = yaml.safe_load((bot.parent / "faq.yaml").read_text(encoding="utf-8"))["entries"]
    return [phrasing for entry in entries for phrasing in entry["questions"]]


def questions() -> list[str]:
    """Return what the bot is asked: the second phrasing of every entry, and some small talk."""
    entries = yaml.safe_load((CONFIGS / "faq.en.yaml").read_text(encoding="utf-8"))["entries"]
    return [entry["questions"][1] for entry in entries] + ["hello", "thanks", "where is my order", "good evening"]
