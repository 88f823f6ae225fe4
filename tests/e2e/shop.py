"""The shop's rules and FAQ in a bot of a test's own."""

from pathlib import Path

CONFIGS = Path(__file__).parents[2] / "configs"


def write_shop_bot(directory: Path, *, language: str = "en", store: str = "memory", more: str = "") -> Path:
    """Write a bot file beside nothing else; `store` is the YAML of its store, `more` are further lines."""
    shop = CONFIGS / "customer_service"
    bot = directory / "bot.yaml"
    bot.write_text(
        f"""version: 1
bot: {{name: Finch, language: {language}}}
knowledge:
  faq: {{path: {shop / f"faq.{language}.yaml"}}}
policies:
  - {{name: rules, use: rules, path: {shop / f"rules.{language}.yaml"}}}
  - {{name: faq, use: bm25, knowledge: faq}}
dispatch: {{tiers: [[rules], [faq]]}}
store: {store}
{more}""",
        encoding="utf-8",
    )
    return bot
