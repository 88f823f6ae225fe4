"""What a turn in the middle of a flow costs more than one without: the same messages, to a bot with flows and without.

Both bots have rules, BM25 and a SQLite file. One has a flow as well, which is under way: its messages are answers,
corrections, an answer that will not do, and a question for the others. The two take turns, message by message.
"""

import tempfile
import time
from pathlib import Path

from benchmarks._table import median, percentile, print_table
from dialog_core import Bot

ROUNDS = 300
TARGET = "<= 1.0"  # ms at the median
START = "I would like to return my order"
MESSAGES = (
    "4512",
    "it is broken",
    "no, it does not fit",
    "when do you open?",
    "ann at example",
    "ann@example.org",
    "sorry, it's bob@example.org",
    "no",
)
FLOWS = """
entities: {order: '\\d{4,6}'}
slots:
  order: {ask: What is the number of your order?, invalid: An order number has four to six digits.}
  reason:
    ask: What is wrong with it?
    options:
      damaged: {label: It is damaged, when: ["[broken|damaged|cracked]"]}
      size: {label: It does not fit, when: ["[too small|too big|wrong size]"]}
      other: Something else
  email: {type: email, ask: Where may we write to?}
  sure: {type: boolean, ask: "Shall I send you a label for order {{ slots.order }}?"}
flows:
  return:
    start: {when: ["return (my|an|the) (order|parcel)"]}
    steps:
      - collect: order
      - choose: reason
      - collect: email
      - collect: sure
      - when: slots.sure
        then: {say: "The label for {{ slots.order }} is on its way."}
        else: {say: All right.}
"""
RULES = """
rules:
  - {name: hours, when: "when do you open", say: At nine.}
  - {name: hello, when: "[hello|hi]", say: Hello!}
"""
BOT = """version: 1
bot: {{name: Finch, language: en}}
knowledge: {{faq: {{path: faq.yaml}}}}
policies:
  - {{name: rules, use: rules, path: rules.yaml}}
  - {{name: faq, use: bm25, knowledge: faq}}
{flows}store: {{use: sqlite, path: {name}.db, synchronous: "off"}}
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        with_flows, without = (_bot(Path(directory), name) for name in ("flows", "plain"))
        times: dict[str, list[float]] = {"with a flow under way": [], "without flows": []}
        for number in range(ROUNDS):
            conversation = f"c{number}"
            for bot in (with_flows, without):
                bot.reply(START, conversation=conversation)
            for text in MESSAGES:
                for title, bot in zip(times, (with_flows, without), strict=True):
                    started = time.perf_counter()
                    bot.reply(text, conversation=conversation)
                    times[title].append(time.perf_counter() - started)
            assert not with_flows.conversation(conversation).flows, "the flow should have come to its end"
        with_flows.close()
        without.close()
    rows = [(title, _ms(median(taken)), _ms(percentile(taken, 0.95)), "") for title, taken in times.items()]
    more = median(times["with a flow under way"]) - median(times["without flows"])
    rows.append(("the difference", _ms(more), "", TARGET))
    print_table("A turn in the middle of a flow", ("", "p50 ms", "p95 ms", "target"), rows)


def _ms(seconds: float) -> str:
    return f"{1e3 * seconds:.3f}"


def _bot(directory: Path, name: str) -> Bot:
    entries = "".join(
        f"- {{id: e{number}, questions: [What is article {number} made of?], answer: Of wood.}}\n"
        for number in range(100)
    )
    flows = "  - {name: tasks, use: flows, path: flows.yaml}\n" if name == "flows" else ""
    files = {"faq.yaml": f"entries:\n{entries}", "rules.yaml": RULES, "flows.yaml": FLOWS}
    for path, text in files.items():
        (directory / path).write_text(text, encoding="utf-8")
    bot = directory / f"bot_{name}.yaml"
    bot.write_text(BOT.format(flows=flows, name=name), encoding="utf-8")
    return Bot.load(bot)


if __name__ == "__main__":
    main()
