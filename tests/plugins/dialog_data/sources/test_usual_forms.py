"""OpenAI chats, ShareGPT, pairs of context and response, transcripts."""

import json
from pathlib import Path

import pytest

from dialog_core.testing import make_context
from tests.plugins.dialog_data.sources.formats import OPENAI_CHAT, SHAREGPT, TRANSCRIPT
from tests.plugins.dialog_data.sources.reading import problems_of, read_text, said


def test_chats_keep_names_calls_parts_and_roles(tmp_path: Path) -> None:
    first, second, third = read_text("openai_chat", tmp_path / "chats.jsonl", OPENAI_CHAT.text(OPENAI_CHAT.items))
    assert said(first) == [("system", "Be kind."), ("user", "hi"), ("bot", "Hello!")]
    assert [dict(turn.metadata) for turn in first.turns] == [{}, {"name": "Ada"}, {"weight": 0}]
    assert said(second) == [
        ("system", "Use the clock."),
        ("user", "what time?"),
        ("bot", ""),
        ("system", "ten"),
        ("bot", "Ten."),
    ]
    assert second.turns[0].metadata == {"role": "developer"}
    assert second.turns[1].metadata["content"] == [{"type": "text", "text": "what "}, {"type": "text", "text": "time?"}]
    assert second.turns[2].metadata["tool_calls"][0]["function"]["name"] == "clock"
    assert second.turns[3].metadata == {"role": "tool", "tool_call_id": "c1"}
    assert "tools" in second.metadata
    assert said(third) == [("user", "  bye\n")]


def test_a_picture_is_kept_beside_the_text(tmp_path: Path) -> None:
    parts = [{"type": "text", "text": "what is it?"}, {"type": "image_url", "image_url": {"url": "data:,x"}}]
    row = json.dumps({"messages": [{"role": "user", "content": parts}]})
    (dialogue,) = read_text("openai_chat", tmp_path / "chats.jsonl", row)
    assert said(dialogue) == [("user", "what is it?")]
    assert dialogue.turns[0].metadata == {"content": parts}


def test_a_list_of_chats_is_read_as_well(tmp_path: Path) -> None:
    content = "[\n" + ",\n".join(OPENAI_CHAT.items) + "]"
    assert len(read_text("openai_chat", tmp_path / "chats.json", content)) == 3


def test_a_message_that_neither_says_nor_calls_anything_is_told(tmp_path: Path) -> None:
    path = tmp_path / "chats.jsonl"
    path.write_text('{"messages": [{"role": "assistant", "content": null}]}')
    assert problems_of("openai_chat", path) == [
        "chats.jsonl:1:1: messages[0]: the message has no content, and calls nothing"
    ]


def test_sharegpt_knows_several_speakers_and_a_prompt_beside(tmp_path: Path) -> None:
    first, second, third = read_text("sharegpt", tmp_path / "chats.json", SHAREGPT.text(SHAREGPT.items))
    assert (first.id, said(first)) == ("a", [("user", "hi"), ("bot", "Hello!")])
    assert [turn.role for turn in second.turns] == ["system", "user", "system", "system", "bot"]
    assert [turn.metadata.get("role") for turn in second.turns[2:4]] == ["function_call", "observation"]
    assert second.metadata["tools"] == "[]"
    assert said(third) == [("user", "bye"), ("bot", "")]


def test_sharegpt_may_stand_line_by_line(tmp_path: Path) -> None:
    rows = "".join(f"{json.dumps(json.loads(item))}\n" for item in SHAREGPT.items)
    for name in ("chats.jsonl", "chats.json"):
        assert [one.id for one in read_text("sharegpt", tmp_path / name, rows)] == ["a", "b", "c"]


def test_conversations_behind_a_stray_quote_are_not_lost_without_a_word(tmp_path: Path) -> None:
    good, bad = SHAREGPT.items[0], SHAREGPT.items[2].replace('"bye"', '""bye"')
    path = tmp_path / "chats.json"
    path.write_text(SHAREGPT.text([good, bad, *(good.replace('"a"', f'"{number}"') for number in range(5))]))
    reader = make_context("data").create("reader", {"use": "sharegpt", "on_error": "skip"})
    assert [one.id for one in reader.read(path)] == ["a"]
    assert "nothing behind it can be read" in str(reader.skipped.problems[-1])


def test_of_a_pair_the_reply_is_the_bots(tmp_path: Path) -> None:
    content = 'context\tresponse\tsource\nIs it open?\t"Until ""six""."\tforum\n'
    (dialogue,) = read_text("context_response", tmp_path / "train.tsv", content)
    assert said(dialogue) == [("user", "Is it open?"), ("bot", 'Until "six".')]
    assert dialogue.metadata == {"source": "forum", "split": "train", "line": 2}


def test_earlier_contexts_come_before_in_their_order(tmp_path: Path) -> None:
    content = "context/1,context/0,context,response\nfirst,second,third,fourth\n,,third,fourth\n"
    first, second = read_text("context_response", tmp_path / "pairs.csv", content)
    assert said(first) == [("user", "first"), ("bot", "second"), ("user", "third"), ("bot", "fourth")]
    assert said(second) == [("user", "third"), ("bot", "fourth")]


def test_a_wrong_reply_was_not_said(tmp_path: Path) -> None:
    content = (
        "Context,Utterance,Label\nhow ? __eou__ __eot__ so __eou__ see ? __eou__ __eot__,thanks __eou__,1\na,b,0\n"
    )
    right, wrong = read_text("context_response", tmp_path / "pairs.csv", content)
    assert said(right) == [("bot", "how ?"), ("user", "so\nsee ?"), ("bot", "thanks")]
    assert said(wrong) == [("user", "a")]
    assert (wrong.metadata["wrong_response"], wrong.metadata["label"]) == ("b", "0")


def test_distractors_are_candidates_and_what_was_said_is_the_last(tmp_path: Path) -> None:
    content = "Context,Ground Truth Utterance,Distractor_0,Distractor_1\na,right,wrong,odd\n"
    (dialogue,) = read_text("context_response", tmp_path / "test.csv", content)
    assert dialogue.turns[1].metadata == {"candidates": ["wrong", "odd", "right"]}
    assert dialogue.metadata["split"] == "test"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (
            "context,answer\na,b\n",
            "pairs.csv:1:1: there is no column 'response'. The header row needs context,response.",
        ),
        ("context,response,context\na,b,c\n", "pairs.csv:1:1: the column 'context' stands there twice."),
        ("context,response\na,b\nc\n", "pairs.csv:3:1: the row has 1 cell, and there are 2 columns"),
        ('context,response\na,b\n"c,d\n', "pairs.csv:3:1: this is no table row: unexpected end of data"),
        ("context,response\n , \na,\n", None),
        ("context,response,label\na,b,1\n,,1\n", "pairs.csv:3:1: neither context nor response says anything"),
    ],
)
def test_what_is_no_table_of_pairs_is_told(tmp_path: Path, content: str, told: str | None) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text(content)
    if told is None:
        assert len(read_text("context_response", path, content)) == 1
    else:
        assert problems_of("context_response", path)[0].startswith(told)


def test_a_quote_that_is_never_closed_does_not_swallow_the_rest(tmp_path: Path) -> None:
    content = 'context,response\na,b\n"c,d\ne,f\n'
    found = read_text("context_response", tmp_path / "pairs.csv", content, on_error="skip")
    assert [said(one) for one in found] == [[("user", "a"), ("bot", "b")], [("user", "e"), ("bot", "f")]]


def test_a_transcript_goes_on_where_a_line_is_indented(tmp_path: Path) -> None:
    first, second, third = read_text("transcript", tmp_path / "calls.txt", TRANSCRIPT.text(TRANSCRIPT.items))
    assert said(first) == [("user", "Is it open?"), ("bot", "Until six.\nAnd on Sundays\nuntil four.")]
    assert said(second) == [("user", "hello"), ("user", "anybody there?"), ("bot", "Yes.")]
    assert second.turns[2].metadata == {"speaker": "Agent"}
    assert said(third) == [("user", "几点关门？"), ("bot", "六点。")]


@pytest.mark.parametrize(
    "line",
    [
        "[10:02] User: at 7:30: sharp",
        "[2024-05-01 10:02:31] User: at 7:30: sharp",
        "2024-05-01T10:02 User: at 7:30: sharp",
        "12/31/24, 10:02 PM - User: at 7:30: sharp",
        "10:02 User: at 7:30: sharp",
    ],
)
def test_a_time_before_the_name_stays_with_the_turn(tmp_path: Path, line: str) -> None:
    (dialogue,) = read_text("auto", tmp_path / "calls.txt", f"{line}\nBot: yes")
    assert said(dialogue) == [("user", "at 7:30: sharp"), ("bot", "yes")]
    assert dialogue.turns[0].metadata["time"] in line
    assert "10:02" in dialogue.turns[0].metadata["time"]


@pytest.mark.parametrize(
    ("text", "options", "roles"),
    [
        ("A: hi\nB: hello", {}, ["user", "bot"]),
        ("A: hi\nB: hello", {"bot": ["A"]}, ["bot", "user"]),
        ("A: hi\nB: hello", {"bot": ["B"]}, ["user", "bot"]),
        ("Q: why?\nA: so", {}, ["user", "bot"]),
        ("Ada: hi\nMax: hello", {"user": ["Ada"], "bot": ["Max"]}, ["user", "bot"]),
        ("甲：在吗\n乙：在", {"bot": ["甲"]}, ["bot", "user"]),
        ("System: be kind\nHuman: hi", {}, ["system", "user"]),
        ("User: see http://x.org: there\nhttps://y.org too", {}, ["user"]),
        ("User:\nBot: hello?", {}, ["user", "bot"]),
    ],
)
def test_who_is_who_follows_from_the_names(
    tmp_path: Path, text: str, options: dict[str, object], roles: list[str]
) -> None:
    (dialogue,) = read_text("transcript", tmp_path / "calls.txt", text, **options)
    assert [turn.role for turn in dialogue.turns] == roles


def test_a_third_speaker_is_not_swallowed(tmp_path: Path) -> None:
    path = tmp_path / "calls.txt"
    path.write_text("User: hi\nSupervisor: let me\nBot: hello\n\nhello\n")
    assert problems_of("transcript", path) == [
        "calls.txt:2:1: the speaker 'Supervisor' is not known. Name the speaker with `user` or `bot`; if the line goes "
        "on with what was said, indent it.",
        "calls.txt:5:1: nobody is named who says this. Write `User: hello`.",
    ]


def test_who_speaks_first_and_is_not_known_is_asked_for_by_name(tmp_path: Path) -> None:
    path = tmp_path / "calls.txt"
    path.write_text("[2024-05-01 10:00] Anna: hi\nSupport: hello\n")
    assert problems_of("transcript", path)[-1].startswith("calls.txt:1:1: the speaker 'Anna' is not known. Name the")
