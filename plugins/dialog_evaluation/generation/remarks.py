"""What looks wrong about a file of dialogues, or about the bot that was asked."""

from collections.abc import Mapping

from dialog_evaluation.generation.asking import FAILURES_IN_A_ROW, Asked
from dialog_evaluation.replies.cases import Cases
from dialog_evaluation.replies.words import has_han

TOKENIZED = (" .", " ?", " !", " 。")  # how texts end that were cut into tokens and put together with blanks
FEW = 100  # replies; with fewer, figures are mostly chance
LEAKED = 0.05  # the share of pairs from which on figures say more about memory than about understanding
MIXED = 0.1  # the share of the rarer script from which on a file counts as mixed


def remarks_on(asked: Asked, cases: Cases, leaked: Mapping[str, float] | None) -> list[str]:
    """Return the remarks, each a sentence or two."""
    remarks = [f"Broken off after {len(asked.answers)} of {cases.count} replies."] if asked.interrupted else []
    count = len(asked.answers)
    if asked.given_up:
        remarks.append(
            f"After {FAILURES_IN_A_ROW} failures in a row no more was asked: {count} of {cases.count} replies were "
            f"measured. {asked.given_up}"
        )
    empty = sum(said.status != "answered" for _, said in asked.answers)
    if empty:
        remarks.append(f"{empty} of {count} questions got no reply, which counts as an empty one.")
    if asked.unmeasured:
        remarks.append(
            f"How likely people's replies are could not be told for {len(asked.unmeasured)} dialogues, which "
            f"perplexity leaves out. {asked.unmeasured[0]}"
        )
    elif not any(said.likelihood for _, said in asked.answers):
        remarks.append(
            "There is no perplexity: only a policy that runs its model itself can say how likely a reply is; endpoints "
            "cannot."
        )
    if leaked is not None and leaked["pairs"] >= LEAKED:
        remarks.append(
            f"{100 * leaked['pairs']:.1f} % of the questions stand in the training data with the very same reply: the "
            "figures are too good."
        )
    remarks += [*_mixed(asked), *_tokenized(asked)]
    if count < FEW:
        remarks.append(
            f"Only {count} {'reply was' if count == 1 else 'replies were'} measured: see how wide the intervals are."
        )
    return [*remarks, *cases.remarks]


def _mixed(asked: Asked) -> list[str]:
    gold = [case.reply for case, _ in asked.answers]
    chinese = sum(has_han(reply) for reply in gold) / len(gold)
    if MIXED < chinese < 1 - MIXED:
        return [
            f"{100 * chinese:.0f} % of the replies have Chinese in them: figures of several languages together say "
            "little, better measure each by itself."
        ]
    return []


def _tokenized(asked: Asked) -> list[str]:
    cut = sum(case.reply.endswith(TOKENIZED) for case, _ in asked.answers)
    if cut <= MIXED * len(asked.answers):
        return []
    return [
        f"{100 * cut / len(asked.answers):.0f} % of the replies end like “Hello .”, cut into tokens. Words cut in two "
        "(“do n't”) match nothing a bot says that writes as people do: its figures are a little too low."
    ]
