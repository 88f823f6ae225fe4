from pathlib import Path
from xml.etree import ElementTree

from dialog_evaluation.conversations.junit import write_junit
from dialog_evaluation.conversations.outcome import Line, Mismatch, Outcome
from tests.plugins.dialog_evaluation.outcomes import located

# What the schema of the Jenkins plugin and of GitLab's and Azure's readers have in common.
ATTRIBUTES = {
    "testsuites": {"name", "tests", "failures", "errors", "skipped", "time"},
    "testsuite": {"name", "file", "tests", "failures", "errors", "skipped", "time"},
    "testcase": {"name", "classname", "file", "line", "time"},
}


def written(tmp_path: Path, *outcomes: Outcome) -> ElementTree.Element:
    path = tmp_path / "deep" / "report.xml"
    write_junit(outcomes, path)
    assert path.read_bytes().startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    return ElementTree.parse(path).getroot()


def test_every_verdict_has_its_form(tmp_path: Path) -> None:
    wrong = Mismatch("bot", '"Bye!"', '"Hm"', ("Bye!", "Hm"))
    said = (Line("user", "bye"), Line("bot", "Hm"))
    root = written(
        tmp_path,
        Outcome(located("good"), "passed", 0.25),
        Outcome(located("bad", line=9), "failed", 0.5, 1, (wrong,), conversation=said, why=("rules: best", "more")),
        Outcome(located("worse", "other.tests.yaml"), "error", 0.1, 0, error="StoreError: no\nmore"),
        Outcome(located("later", "other.tests.yaml"), "not run"),
    )
    assert dict(root.attrib) == {
        "name": "dialog-core test",
        "tests": "4",
        "failures": "1",
        "errors": "1",
        "skipped": "1",
        "time": "0.850",
    }
    assert [suite.get("name") for suite in root] == ["shop.tests.yaml", "other.tests.yaml"]
    for element in root.iter():
        assert set(element.attrib) == ATTRIBUTES.get(element.tag, set(element.attrib))
    bad = root.findall(".//testcase")[1]
    assert (bad.get("line"), bad.get("classname"), bad.get("time")) == ("11", "shop.tests", "0.500")
    failure = bad.find("failure")
    assert failure is not None
    assert failure.get("message") == 'step 2: bot: expected "Bye!", got "Hm"'
    assert failure.text is not None
    for part in ("shop.tests.yaml:11", "expected", "The conversation:", "user: bye", "Why: rules: best"):
        assert part in failure.text
    error = root.find(".//error")
    assert error is not None
    assert error.get("message") == "step 1: StoreError: no"
    assert root.find(".//skipped") is not None


def test_what_xml_cannot_hold_is_left_out(tmp_path: Path) -> None:
    wrong = Mismatch("bot", "<a & b>", "\x1b[31m\x00\ud800\ufffe]]>", ("", ""))
    root = written(tmp_path, Outcome(located("\x07 <name> 你好"), "failed", 0, 1, (wrong,)))
    case = root.find(".//testcase")
    assert case is not None
    assert case.get("name") == " <name> 你好"
    assert "<a & b>" in str(case[0].text)
    assert "]]>" in str(case[0].text)
