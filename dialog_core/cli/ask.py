"""`dialog-core ask`: one question, or lines of questions from a pipe."""

import json
import queue
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import ExitStack, redirect_stdout
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dialog_core.cli.options import BotPath, Conversation, NoStore, UserName, kept_in_memory
from dialog_core.cli.wrong_use import WrongUse

if TYPE_CHECKING:
    from dialog_core.bot import Bot
    from dialog_core.reply import Reply


def ask(
    bot: BotPath,
    text: Annotated[str | None, typer.Argument(help="What to ask.", show_default=False)] = None,
    jsonl: Annotated[
        bool,
        typer.Option(
            "--jsonl",
            help='Read lines {"id", "conversation", "user", "text"} and write lines {"id", "conversation", "text", '
            '"policy", "probability", "trace"} in the same order.',
        ),
    ] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Also print the trace, as JSON.")] = False,
    conversation: Conversation = "",
    user: UserName = "",
    no_store: NoStore = False,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, help="With --jsonl: questions under way at once.")] = 4,
) -> None:
    """Ask a bot one question, or a file of them.

    Examples:
      dialog-core ask bot.yaml "when do you open?"

      dialog-core ask bot.yaml --jsonl < questions.jsonl > answers.jsonl

    Questions of one conversation are answered one after the other. Exit code 1 says that a line could not be read.
    """
    if (text is None) != jsonl:
        raise WrongUse("give a TEXT to ask, or --jsonl to read questions from standard input (not both)")
    from dialog_core.bot import Bot, new_conversation_id
    from dialog_core.text import strip_controls

    answers = sys.stdout
    with ExitStack() as stack:
        if jsonl:  # what a plugin prints is no line of answers
            stack.enter_context(redirect_stdout(sys.stderr))
        loaded = stack.enter_context(Bot.load(bot, **kept_in_memory(no_store)))
        for remark in loaded.remarks:
            print(strip_controls(f"note: {remark}"), file=sys.stderr)
        if text is not None:
            reply = loaded.reply(text, conversation=conversation or new_conversation_id(), user=user)
            print(strip_controls(reply.text))
            for report in () if explain or reply.trace is None else reply.trace["policies"]:
                if report["error"]:  # the reply does not tell, and may be the fallback for this reason alone
                    print(strip_controls(f"note: {report['policy']} failed: {report['error']}"), file=sys.stderr)
            if explain:
                print(json.dumps(reply.trace, ensure_ascii=False, indent=2))
            return
        failed = False
        for line in answer_lines(loaded, sys.stdin.buffer, jobs, user):
            failed = failed or "error" in line
            answers.write(json.dumps(line, ensure_ascii=False) + "\n")
            answers.flush()
        if failed:
            raise typer.Exit(1)


def answer_lines(bot: "Bot", lines: Any, jobs: int, user: str = "") -> Iterator[dict[str, Any]]:
    """Answer questions as they arrive and yield the answers in the order of the questions.

    A thread reads ahead, at most `jobs` questions, so that a slow policy works on several at once while a partner at
    the other end of a pipe still gets each answer as soon as it is there.
    """
    under_way: queue.Queue[tuple[Any, Future[Reply] | str] | BaseException | None] = queue.Queue(maxsize=jobs)

    def read() -> None:
        try:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    under_way.put(_ask_line(bot, number, line, user))
            under_way.put(None)
        except BaseException as error:
            under_way.put(error)

    threading.Thread(target=read, name="ask-reader", daemon=True).start()
    while (item := under_way.get()) is not None:
        if isinstance(item, BaseException):
            raise item
        id, outcome = item
        if isinstance(outcome, str):
            yield {"id": id, "error": outcome}
            continue
        reply = outcome.result()
        yield {
            "id": id,
            "conversation": reply.conversation_id,
            "text": reply.text,
            "policy": reply.policy,
            "probability": reply.probability,
            "trace": reply.trace,
        }


def _ask_line(bot: "Bot", number: int, line: bytes, user: str) -> "tuple[Any, Future[Reply] | str]":
    """Start answering one line; a complaint stands in for the answer of one that cannot be read."""
    from dialog_core.bot import new_conversation_id

    try:
        question = json.loads(line)
    except ValueError as error:
        return None, f"line {number} is not JSON: {error}"
    if not isinstance(question, dict):
        return None, f'line {number} is not an object; write {{"id": ..., "conversation": ..., "text": ...}}'
    id = question.get("id")
    if not isinstance(question.get("text"), str):
        return id, f'line {number} has no "text"'
    conversation = str(question.get("conversation") or new_conversation_id())
    client_id = "" if id is None else str(id)
    user = str(question.get("user") or user)
    return id, bot.submit(question["text"], conversation=conversation, client_id=client_id, user=user)
