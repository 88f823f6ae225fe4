"""A small file of every format, in exactly the shape it is published in, item by item."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Format:
    """A file and what may go wrong with it.

    Attributes:
        reader: The reader of the format.
        name: The file's usual name.
        items: Sound items, each a text of one or several lines.
        broken: An item that is not of the format, of one kind: a reader has to see it.
        before: What stands before the items.
        between: What stands between them.
        after: What stands after them.
        ids: Whether an item says its id, so that the same twice is a mistake.
        whole: Whether the file's end says that it is whole.
        opening: On which line of an item it begins, counted from 0.
        apart: Whether items can be told apart where one of them is damaged.
    """

    reader: str
    name: str
    items: tuple[str, ...]
    broken: str
    before: str = ""
    between: str = "\n"
    after: str = "\n"
    ids: bool = True
    whole: bool = True
    opening: int = 0
    apart: bool = True

    def text(self, items: Sequence[str]) -> str:
        """Return a file of these items."""
        return f"{self.before}{self.between.join(items)}{self.after}"

    def line(self, items: Sequence[str], number: int) -> int:
        """Return the line on which an item of such a file begins, counted from 1."""
        ahead = self.before + "".join(f"{item}{self.between}" for item in items[:number])
        return ahead.count("\n") + 1 + self.opening


def as_json(*values: Any, indent: int | None = None) -> tuple[str, ...]:
    """Return values as JSON."""
    return tuple(json.dumps(value, ensure_ascii=False, indent=indent) for value in values)


def entries(values: dict[str, Any], indent: int | None = None) -> tuple[str, ...]:
    """Return the entries of a mapping as JSON."""
    return tuple(
        f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False, indent=indent)}" for key, value in values.items()
    )


A_LIST = {"before": "[\n", "between": ",\n", "after": "\n]\n"}
A_MAPPING = {"before": "{\n", "between": ",\n", "after": "\n}\n"}


AREAS = ("east", "west", "north")


def _semi(area: str, stars: str = "") -> dict[str, Any]:
    return {
        "hotel": {
            "book": {"booked": [], "people": "", "day": "", "stay": ""},
            "semi": {"name": "not mentioned", "area": area, "stars": stars},
        },
        "taxi": {"book": {"booked": []}, "semi": {"leaveAt": "", "destination": ""}},
    }


def multiwoz_dialogue(area: str) -> dict[str, Any]:
    """A dialogue of MultiWOZ 2.1."""
    booked = _semi(area, "4")
    booked["hotel"]["book"] = {
        "booked": [{"name": "the tall gate", "reference": "QX7"}],
        "people": "2",
        "day": "sunday",
        "stay": "3",
    }
    return {
        "goal": {"hotel": {"info": {"area": area}}, "taxi": {}, "message": ["Find somewhere to sleep"]},
        "log": [
            {
                "text": f"somewhere to sleep in the {area}, please ",
                "metadata": {},
                "dialog_act": {"Hotel-Inform": [["Area", area]]},
                "span_info": [["Hotel-Inform", "Area", area, 5, 5]],
            },
            {
                "text": "How many stars should it have?",
                "metadata": _semi(area),
                "dialog_act": {"Hotel-Request": [["Stars", "?"]], "general-reqmore": [["none", "none"]]},
                "span_info": [],
            },
            {
                "text": "four, for two, three nights from sunday",
                "metadata": {},
                "dialog_act": {"Hotel-Inform": [["Stars", "4"], ["People", "2"]]},
                "span_info": [],
            },
            {"text": "Done: QX7.", "metadata": booked, "dialog_act": {"Booking-Book": [["Ref", "QX7"]]}},
        ],
    }


MULTIWOZ = Format(
    "multiwoz",
    "data.json",
    entries({f"SNG{number}.json": multiwoz_dialogue(area) for number, area in enumerate(AREAS)}, 2),
    '"SNG9.json": {"goal": {}, "log": [{"text": 7.5, "metadata": {"hotel": "full"}}]}',
    **A_MAPPING,
)
MULTIWOZ_COMPACT = Format(
    "multiwoz",
    "val.compact.jsonl",
    as_json(
        *(
            {
                "id": f"MUL{number}",
                "goal": ["Find a train"],
                "domains": ["train"],
                "turns": [
                    {"speaker": "user", "text": "to ely", "dialog_act": {"Train-Inform": [["Dest", "ely"]]}},
                    {"speaker": "system", "text": "When?", "dialog_act": {"Train-Request": [["Day", "?"]]}},
                ],
            }
            for number in range(3)
        )
    ),
    '{"id": "MUL9", "turns": [{"speaker": "horse", "text": "hay", "dialog_act": {}}]}',
)


def multiwoz22_dialogue(id: str, area: str) -> dict[str, Any]:
    """A dialogue of MultiWOZ 2.2."""
    return {
        "dialogue_id": id,
        "services": ["hotel", "taxi"],
        "turns": [
            {
                "frames": [
                    {
                        "actions": [],
                        "service": "hotel",
                        "slots": [],
                        "state": {
                            "active_intent": "find_hotel",
                            "requested_slots": ["hotel-phone"],
                            "slot_values": {"hotel-area": [area], "hotel-name": ["the tall gate", "tall gate"]},
                        },
                    },
                    {
                        "actions": [],
                        "service": "taxi",
                        "slots": [],
                        "state": {"active_intent": "NONE", "requested_slots": [], "slot_values": {}},
                    },
                ],
                "speaker": "USER",
                "turn_id": "0",
                "utterance": f"is the tall gate in the {area}? their phone?",
            },
            {"frames": [], "speaker": "SYSTEM", "turn_id": "1", "utterance": "It is: 12345."},
        ],
    }


MULTIWOZ22 = Format(
    "multiwoz22",
    "dialogues_001.json",
    as_json(
        *(multiwoz22_dialogue(f"PMUL{n}.json", area) for n, area in enumerate(("east", "west", "north"))), indent=1
    ),
    '{"dialogue_id": "PMUL9.json", "services": [], "turns": [{"frames": {}, "speaker": "USER", "utterance": "x"}]}',
    **A_LIST,
)


def crosswoz_dialogue(name: str) -> dict[str, Any]:
    """A dialogue of CrossWOZ."""
    slots = {"名称": "", "评分": "4.5分以上", "周边景点": "", "selectedResults": []}
    return {
        "sys-usr": [41, 7],
        "goal": [[1, "景点", "评分", "4.5分以上", False]],
        "messages": [
            {
                "content": "你好，找个评分高的地方玩。",
                "dialog_act": [["General", "greet", "none", "none"], ["Inform", "景点", "评分", "4.5分以上"]],
                "role": "usr",
                "user_state": [[1, "景点", "评分", "4.5分以上", True]],
            },
            {
                "content": f"{name}不错。",
                "dialog_act": [["Recommend", "景点", "名称", name]],
                "role": "sys",
                "sys_state": {"景点": {**slots, "selectedResults": [name]}},
                "sys_state_init": {"景点": slots},
            },
        ],
        "final_goal": [[1, "景点", "名称", name, True]],
        "task description": ["你要去一个景点游玩。"],
        "type": "单领域",
    }


CROSSWOZ = Format(
    "crosswoz",
    "train.json",
    entries({str(number): crosswoz_dialogue(name) for number, name in enumerate(("青石园", "云水谷", "古桥"))}, 2),
    '"9": {"messages": [{"content": "x", "role": "usr", "dialog_act": [["Inform", "景点"]]}]}',
    **A_MAPPING,
)
CROSSWOZ_COMPACT = Format(
    "crosswoz",
    "val.compact.jsonl",
    as_json(
        *(
            {
                "id": str(number),
                "type": "单领域",
                "task": ["你要吃饭。"],
                "turns": [
                    {"speaker": "user", "text": "有面馆吗？", "dialog_act": [["Request", "餐馆", "名称", ""]]},
                    {"speaker": "system", "text": "没有。", "dialog_act": [["NoOffer", "餐馆", "none", "none"]]},
                ],
            }
            for number in range(3)
        )
    ),
    '{"id": "9", "turns": [{"speaker": "user", "text": ["x"], "dialog_act": []}]}',
)
KDCONV = Format(
    "kdconv",
    "dev.json",
    as_json(
        *(
            {
                "messages": [
                    {"message": f"听过{name}吗？"},
                    {
                        "attrs": [{"attrname": "作者", "attrvalue": "无名", "name": name}],
                        "message": "听过，作者是无名。",
                    },
                    {"message": "好听。"},
                ],
                "name": name,
            }
            for name in ("山歌", "水歌", "风歌")
        ),
        indent=2,
    ),
    '{"messages": ["听过吗？"], "name": "火歌"}',
    ids=False,
    **A_LIST,
)


def _pair(number: int, wish: str, reply: str, act: str, slot: str, value: str) -> dict[str, Any]:
    return {
        "turn": number,
        "usr": {"transcript": wish, "slu": [{"act": act, "slots": [[slot, value]]}]},
        "sys": {"sent": reply, "DA": ["area"]},
    }


CAMREST = Format(
    "camrest",
    "CamRest676.json",
    as_json(
        *(
            {
                "dialogue_id": number,
                "finished": "True",
                "goal": {"constraints": [["food", "welsh"]], "request-slots": ["phone"], "text": "Task 1: eat."},
                "dial": [
                    _pair(0, "welsh food", "Which part?", "inform", "food", "welsh"),
                    _pair(1, "south. phone?", "It is 123.", "inform", "area", "south"),
                    _pair(2, "and the phone?", "123.", "request", "slot", "phone"),
                ],
            }
            for number in range(3)
        ),
        indent=2,
    ),
    '{"dialogue_id": 9, "dial": [{"turn": 0, "usr": {"transcript": "x"}, "sys": null}]}',
    **A_LIST,
)


def unified_dialogue(dataset: str, number: int) -> dict[str, Any]:
    """A dialogue of ConvLab-3's unified format."""
    return {
        "dataset": dataset,
        "data_split": "validation",
        "dialogue_id": f"{dataset}-validation-{number}",
        "domains": ["hotel"],
        "goal": {"description": "sleep", "inform": {}, "request": {}},
        "turns": [
            {
                "speaker": "user",
                "utterance": "a bed in the east",
                "utt_idx": 0,
                "dialogue_acts": {
                    "binary": [{"intent": "greet", "domain": "general", "slot": ""}],
                    "categorical": [{"intent": "inform", "domain": "hotel", "slot": "area", "value": "east"}],
                    "non-categorical": [
                        {"intent": "inform", "domain": "hotel", "slot": "kind", "value": "bed", "start": 2, "end": 5}
                    ],
                },
                "state": {"hotel": {"area": "east", "stars": ""}},
            },
            {
                "speaker": "system",
                "utterance": "The tall gate.",
                "utt_idx": 1,
                "dialogue_acts": {"binary": [], "categorical": [], "non-categorical": []},
                "db_results": {"hotel": [{"name": "the tall gate"}]},
            },
        ],
    }


CONVLAB = Format(
    "convlab",
    "dialogues.json",
    as_json(*(unified_dialogue("ours", number) for number in range(3)), indent=2),
    '{"dataset": "ours", "data_split": "train", "dialogue_id": "x", "turns": [{"speaker": "user", "utt_idx": 0}]}',
    **A_LIST,
)
CAMREST_UNIFIED = Format(
    "camrest",
    "dialogues.json",
    as_json(*(unified_dialogue("camrest", number) for number in range(3)), indent=2),
    '{"dataset": "camrest", "data_split": "train", "dialogue_id": "x", "turns": []}',
    **A_LIST,
)


def cima_context(word: str) -> dict[str, Any]:
    """A context of CIMA."""
    return {
        "past_convo": ["Please fill in the blank.", f"is it {word}?"],
        "img": '"pictures/cat.png"',
        "prep": "sotto",
        "engPrep": "under",
        "grammarRules": "[]",
        "studentActions": ["True", "False", "False", "False"],
        "tutorResponses": ["Nearly. Which end?", "It ends in a."],
        "tutorActions": [[True, False, True, False, False], [False, True, False, False, False]],
        "tutorKeys": [],
    }


CIMA = Format(
    "cima",
    "dataset.json",
    entries({str(number): cima_context(word) for number, word in enumerate(("rosso", "verdo", "giallo"))}, 2),
    '"9": {"past_convo": ["x", "y"], "tutorResponses": ["z"], "tutorActions": [[1, 2]], "studentActions": []}',
    before='{"prepDataset": {\n',
    between=",\n",
    after='\n}, "shapeDataset": {}}\n',
)
DAILYDIALOG = Format(
    "dailydialog",
    "dialogues_text.txt",
    (
        "Is the shop open ? __eou__ It is , until six . __eou__",
        "I won ! __eou__ No ! __eou__ I did . __eou__",
        "Sit down . __eou__ Thank you . __eou__",
    ),
    "Where is it ?",
    ids=False,
    whole=False,
)
PERSONACHAT = Format(
    "personachat",
    "valid_self_original.txt",
    (
        "1 your persona: i bake bread.\n2 your persona: i get up early.\n"
        "3 hello , how are you ?\ttired , i baked all night .\t\ti swim .|no .|tired , i baked all night .\n"
        "4 what bread ?\trye .\t\tyes .|rye .",
        "1 partner's persona: i row.\n2 hi .\thello . do you row ?\t\tno .|hello . do you row ?",
        "1 your persona: i sing.\n2 __SILENCE__\thi there !\t\twhat .|hi there !\n3 hi !\tdo you sing ?",
    ),
    "1 your persona: i walk.\n3 hi !\thello .",
    ids=False,
    whole=False,
    opening=0,
)


def personachat_dialogue(persona: str) -> dict[str, Any]:
    """A dialogue of `personachat_self_original.json`."""
    return {
        "personality": [persona, "i like rain ."],
        "utterances": [
            {"candidates": ["no .", "hello !"], "history": ["hi !"]},
            {"candidates": ["never .", "rain is nice ."], "history": ["hi !", "hello !", "it rains ."]},
        ],
    }


PERSONACHAT_JSON = Format(
    "personachat",
    "personachat_self_original.json",
    as_json(*(personachat_dialogue(persona) for persona in ("i bake .", "i row .", "i sing .")), indent=1),
    '{"personality": ["i walk ."], "utterances": [{"history": "hi", "candidates": []}]}',
    before='{"train": [\n',
    between=",\n",
    after="\n]}\n",
    ids=False,
)
OPENAI_CHAT = Format(
    "openai_chat",
    "chats.jsonl",
    as_json(
        {
            "messages": [
                {"role": "system", "content": "Be kind."},
                {"role": "user", "content": "hi", "name": "Ada"},
                {"role": "assistant", "content": "Hello!", "weight": 0},
            ]
        },
        {
            "messages": [
                {"role": "developer", "content": "Use the clock."},
                {"role": "user", "content": [{"type": "text", "text": "what "}, {"type": "text", "text": "time?"}]},
                {
                    "role": "assistant",
                    "content": None,
                    "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "clock", "arguments": "{}"}}],
                },
                {"role": "tool", "tool_call_id": "c1", "content": "ten"},
                {"role": "assistant", "content": "Ten."},
            ],
            "tools": [{"type": "function", "function": {"name": "clock"}}],
        },
        {"messages": [{"role": "user", "content": "  bye\n"}]},
    ),
    '{"messages": [{"role": "king", "content": "kneel"}]}',
    ids=False,
)
SHAREGPT = Format(
    "sharegpt",
    "sharegpt.json",
    as_json(
        {"id": "a", "conversations": [{"from": "human", "value": "hi"}, {"from": "gpt", "value": "Hello!"}]},
        {
            "id": "b",
            "system": "Be kind.",
            "tools": "[]",
            "conversations": [
                {"from": "human", "value": "time?"},
                {"from": "function_call", "value": '{"name": "clock", "arguments": {"zone": "UTC"}}'},
                {"from": "observation", "value": "ten"},
                {"from": "gpt", "value": "Ten."},
            ],
        },
        {"id": "c", "conversations": [{"from": "user", "value": "bye"}, {"from": "assistant", "value": ""}]},
        indent=2,
    ),
    '{"id": "d", "conversations": [{"from": "human", "value": {"x": 1}}]}',
    **A_LIST,
)
CONTEXT_RESPONSE = Format(
    "context_response",
    "pairs.csv",
    ("Is it open?,Until six.,a1", '"One, two",Three.,a2', '"on two\nlines",Yes.,a3'),
    "Is it,open,a4,a5",
    before="context,response,note\n",
    ids=False,
    whole=False,
)
TRANSCRIPT = Format(
    "transcript",
    "calls.txt",
    (
        "User: Is it open?\nBot: Until six.\n  And on Sundays\n  until four.",
        "Customer: hello\nCustomer: anybody there?\nAgent: Yes.",
        "用户：几点关门？\n客服：六点。",
    ),
    "User: hello\nHorse: hay",
    between="\n\n",
    ids=False,
    whole=False,
)

TALKS = (
    MULTIWOZ,
    MULTIWOZ_COMPACT,
    MULTIWOZ22,
    CROSSWOZ,
    CROSSWOZ_COMPACT,
    KDCONV,
    CAMREST,
    CAMREST_UNIFIED,
    CONVLAB,
    CIMA,
    DAILYDIALOG,
    PERSONACHAT,
    PERSONACHAT_JSON,
    OPENAI_CHAT,
    SHAREGPT,
    CONTEXT_RESPONSE,
    TRANSCRIPT,
)
"""The formats of dialogues."""
