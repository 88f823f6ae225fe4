"""Pictures of flows: what is in them, and the command that draws them."""

import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dialog_core.testing import write_bot
from dialog_rules.flow_file import read_flows
from dialog_rules.flow_graph import Block, Box, Graph, graphs_of
from dialog_rules.flow_layout import Placed, lay_out
from dialog_rules.flow_mermaid import mermaid
from dialog_rules.flow_svg import svg
from dialog_rules.svg_text import width_of, wrap
from tests.docs.blocks import blocks_of
from tests.plugins.dialog_rules.flow_texts import APPOINTMENT, QUIZ, RETURN

Draw = Callable[..., list[Graph]]
ROOT = Path(__file__).parents[3]
SVG = "{http://www.w3.org/2000/svg}"

NESTED = """
slots:
  a: {type: boolean}
  b: {options: [one, two, three, four, five, six, seven, eight, nine, ten, eleven]}
actions:
  look: {url: "http://localhost/{{ a }}"}
flows:
  deep:
    title: [{text: Tief, language: de}, {text: Deep, language: en}]
    steps:
      - when: slots.a
        then:
          - when: slots.b == 'one'
            then:
              - do: look
                with: {a: "{{ slots.a }}"}
                otherwise:
                  - when: error
                    then: [{continue: true}]
                    else: [{say: "No luck"}, {end: lost}]
              - say: Found
            else:
              - collect: a
                otherwise: [{say: "Too bad"}, {continue: true}]
              - hand_over: "{{ slots.b }} is too much"
        else:
          - when: slots.b
            then: {set: {b: null, a: true}}
      - choose: b
        otherwise: {continue: true}
      - call: other
  other:
    steps: [{say: "<b>&\\"quoted\\"</b>"}]
"""


@pytest.fixture
def draw(write_rules: Callable[..., Path]) -> Draw:
    return lambda text, language="en": graphs_of(read_flows([write_rules(text)]), language)


def all_boxes(block: Block) -> Iterator[Box]:
    for box in block.boxes:
        yield box
        for _, branch in box.branches:
            yield from all_boxes(branch)


def test_every_step_is_in_the_graph_once(draw: Draw) -> None:
    (deep, other) = draw(NESTED)
    kinds = [box.kind for box in all_boxes(deep.block)]
    assert kinds == [
        *("start", "when", "when", "do", "when", "continue", "say", "end", "say", "ask", "say", "hand_over"),
        *("when", "set", "choose", "continue", "call", "end"),
    ]
    assert [box.kind for box in all_boxes(other.block)] == ["start", "say", "end"]
    ids = [box.id for box in all_boxes(deep.block)]
    assert len(set(ids)) == len(ids)


def test_titles_and_texts_are_in_the_language_of_the_bot(draw: Draw) -> None:
    assert [graph.title for graph in draw(NESTED, "de")] == ["Tief", "other"]
    assert [graph.title for graph in draw(NESTED, "en-GB")] == ["Deep", "other"]
    assert [graph.title for graph in draw(NESTED, "fr")] == ["Tief", "other"]


def test_mermaid_has_each_way_once(draw: Draw) -> None:
    text = mermaid(draw(NESTED))
    ways = [line.strip() for line in text.splitlines() if "-->" in line or "-.->" in line]
    assert len(ways) == len(set(ways))
    for way in (
        "f1_start --> f1_1",
        "f1_1 -->|yes| f1_1_then_1",
        "f1_1_then_1_then_1 -->|otherwise| f1_1_then_1_then_1_otherwise_1",
        "f1_1_then_1_then_1_otherwise_1 -->|yes| f1_1_then_1_then_2",  # `continue` goes on behind the action
        "f1_1_then_1_else_1_otherwise_1 --> f1_1_then_1_else_2",
        "f1_1_else_1 -->|no| f1_2",
        "f1_2 -->|otherwise| f1_3",
        "f1_3 -.-> f2_start",
    ):
        assert way in ways
    assert not [way for way in ways if way.startswith("f1_1_then_1_else_2")]  # nothing follows a hand-over
    assert "#60;b#62;#38;#34;quoted#34;#60;/b#62;" in text


def test_mermaid_of_a_small_flow(draw: Draw) -> None:
    assert (
        mermaid(draw(APPOINTMENT, "zh")[1:])
        == """flowchart TD
  subgraph f1["查询营业时间"]
    f1_start(["查询营业时间<br>营业时间"])
    f1_1["我们每天十点到二十二点营业。"]
    f1_start --> f1_1
    f1_end(["completed"])
    f1_1 --> f1_end
  end
"""
    )


@pytest.mark.parametrize("text", [RETURN, APPOINTMENT, QUIZ, NESTED], ids=["return", "appointment", "quiz", "nested"])
def test_boxes_are_in_the_frame_and_never_overlap(draw: Draw, text: str) -> None:
    for graph in draw(text):
        picture = lay_out(graph.block)
        assert len(picture.boxes) == len(list(all_boxes(graph.block)))
        for box in picture.boxes:
            assert -picture.left <= box.x
            assert box.x + box.width <= picture.right
            assert box.y >= 0
            assert box.y + box.height <= picture.height
        for number, one in enumerate(picture.boxes):
            assert not [other for other in picture.boxes[:number] if overlap(one, other)]


def overlap(one: Placed, other: Placed) -> bool:
    apart = one.x + one.width <= other.x or other.x + other.width <= one.x
    return not (apart or one.y + one.height <= other.y or other.y + other.height <= one.y)


@pytest.mark.parametrize("text", [RETURN, APPOINTMENT, QUIZ, NESTED], ids=["return", "appointment", "quiz", "nested"])
def test_no_arrow_crosses_a_box(draw: Draw, text: str) -> None:
    for graph in draw(text):
        picture = lay_out(graph.block)
        for arrow in picture.arrows:
            for (x1, y1), (x2, y2) in zip(arrow.points, arrow.points[1:], strict=False):
                for box in picture.boxes:
                    across = min(x1, x2) < box.x + box.width - 1 and max(x1, x2) > box.x + 1
                    down = min(y1, y2) < box.y + box.height - 1 and max(y1, y2) > box.y + 1
                    assert not (across and down), (graph.name, box.box.id, arrow)


def test_the_picture_needs_nothing_from_elsewhere_and_follows_the_mode_of_the_reader(draw: Draw) -> None:
    picture = svg(draw(NESTED))
    root = ElementTree.fromstring(picture)
    assert {element.tag for element in root.iter()} <= {
        f"{SVG}{name}" for name in ("svg", "style", "rect", "g", "title", "path", "text", "tspan")
    }
    assert "http" not in picture.replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert "@media (prefers-color-scheme: dark)" in picture
    texts = [element.text for element in root.iter(f"{SVG}text")]
    assert '<b>&"quoted"</b>' in texts
    assert "{b} is too much" in {element.text for element in root.iter(f"{SVG}tspan")} or "…" in picture


def test_text_is_broken_where_its_script_allows() -> None:
    assert wrap("one two three", 10, 45, 9) == ["one two", "three"]
    assert wrap("你好，我想预约明天的座位。", 10, 65, 9) == ["你好，我想预", "约明天的座", "位。"]
    assert wrap("unbreakable" * 3, 10, 60, 2)[1].endswith("…")
    for line in wrap("a few words and 几个汉字 in one " * 9, 13, 200, 4):
        assert width_of(line, 13) <= 200


def test_the_picture_in_the_documentation_is_what_its_page_draws(tmp_path: Path) -> None:
    page = ROOT / "docs" / "how-to" / "write-flows.md"
    (text,) = (block.text for block in blocks_of(page) if block.told.get("file") == "flows.yaml")
    path = tmp_path / "flows.yaml"
    path.write_text(text, encoding="utf-8")
    picture = (ROOT / "docs" / "images" / "flows.svg").read_text(encoding="utf-8")
    assert svg(graphs_of(read_flows([path]), "en")) == picture, "run `flows graph` for the page's bot again"


# --- The command


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    text = """
    version: 1
    bot: {name: Shop, language: en}
    policies:
      - {name: tasks, use: flows, path: [return.yaml, quiz.yaml]}
    """
    return write_bot(tmp_path, text, **{"return.yaml": RETURN.replace("send_label", "labels"), "quiz.yaml": QUIZ})


def graph(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("dialog-core")), "flows", "graph", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=60)


def test_the_command_prints_mermaid_and_writes_pictures(bot: Path) -> None:
    done = graph(bot)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("flowchart TD\n")
    assert done.stdout.count("subgraph") == 3
    out = bot.parent / "pictures" / "flows.svg"
    done = graph(bot, "--flow", "quiz", "--out", out)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert next(element.text for element in ElementTree.parse(out).iter(f"{SVG}text")) == "quiz"
    assert graph(bot, "--format", "svg").stdout.startswith("<svg")


def test_wrong_use_of_the_command_is_told_in_a_line(bot: Path) -> None:
    done = graph(bot, "--flow", "quizz")
    assert (done.returncode, done.stdout) == (2, "")
    assert "there is no flow 'quizz'. Did you mean 'quiz'?" in done.stderr
    bot.write_text("version: 1\npolicies:\n  - {name: rules, use: rules, path: rules.yaml}\n")
    (bot.parent / "rules.yaml").write_text("rules:\n  - {name: hi, when: hi, say: Hello}\n")
    done = graph(bot)
    assert done.returncode == 2
    assert "this bot has no flows" in done.stderr
    assert "Traceback" not in done.stderr


def test_mistakes_in_the_flows_are_shown_with_their_place(bot: Path) -> None:
    (bot.parent / "quiz.yaml").write_text(QUIZ.replace("choose: capital", "choose: capitol"))
    done = graph(bot)
    assert done.returncode == 2
    assert "quiz.yaml:" in done.stderr
