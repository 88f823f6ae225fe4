from pathlib import Path

import pytest

from dialog_core.bot_reader import read_bot_file
from dialog_core.builder import Builder
from dialog_core.configuration import ConfigurationError
from dialog_core.testing import make_context, write_bot
from dialog_generative.checking import check
from dialog_generative.options import GenerativeOptions

BOT = """
version: 1
policies:
  - {name: rules, use: rules, path: rules.yaml}
  - {name: llm, use: openai, model: small, base_url: "http://127.0.0.1:9/v1", OPTIONS}
dispatch: {tiers: TIERS}
"""
RULES = "rules: [{name: hello, when: hello, say: Hello!}]\n"


def find_order(number: str) -> str:
    return number


def problems(tmp_path: Path, prompt: str | bytes, **options: object) -> list[str]:
    file = tmp_path / "p.j2"
    file.write_bytes(prompt if isinstance(prompt, bytes) else prompt.encode())
    context = make_context("llm", actions={"find_order": find_order})
    found = check(GenerativeOptions(prompt=file, **options), context)  # type: ignore[arg-type]
    return [str(problem).replace(f"{tmp_path}/", "") for problem in found]


def block(text: str) -> str:
    return f'{{% extends "default" %}}\n{{% block system %}}\n{text}\n{{% endblock %}}\n'


@pytest.mark.parametrize(
    ("prompt", "told"),
    [
        (block("{{ persna }}"), "p.j2:3: nothing is called `persna` in a prompt. Did you mean 'persona'?"),
        (block("{{ city }}"), "p.j2:3: nothing is called `city` in a prompt. If it is a slot, write slots.city."),
        (block("{{ persona | uper }}"), "p.j2:3: no filter is named 'uper'. Did you mean 'upper'?"),
        (block("{% if now is deffined %}{% endif %}"), "p.j2:3: no test is named 'deffined'. Did you mean 'defined'?"),
        (block("{{ persona.upper() }}"), "p.j2:3: the method `.upper()` cannot be called here. Use a filter, such as"),
        (block("{% if %}"), "p.j2:3: expected an expression, got 'end of statement block'"),
        ("{% block system %}{% endblock %}{% block qestion %}{% endblock %}", "p.j2:1: nothing uses the block `qest"),
        ("{% block system %}{% endblock %}", 'p.j2: the prompt has no block `question`. Add it, or begin '),
        ('{% extends "defualt" %}', "p.j2:1: a prompt can extend nothing but `default`. Write {% extends"),
        (block('{% include "other.j2" %}'), "p.j2:3: a prompt cannot use other files. Write the text itself."),
        ('{% extends "default" %}\n\nYou are Aria.\n', "p.j2:3: what stands outside of the blocks `system` and "),
        (b"\n\xff\n", "p.j2:2: the prompt is not text in UTF-8. Save it as UTF-8."),
        (" " * 200_000, "p.j2: the prompt has 200,000 bytes; at most 100,000 are read"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_prompt_is_told_with_its_line(tmp_path: Path, prompt: str | bytes, told: str) -> None:
    assert told in "\n".join(problems(tmp_path, prompt))


@pytest.mark.parametrize(
    "prompt",
    [
        '{% extends "default" %}',
        "{% block system %}{% endblock %}{% block question %}{{ question }}{% endblock %}",
        block("{% set name = slots.name or 'you' %}{{ name }}{% for e in evidence %}{{ loop.index }}{% endfor %}"),
        block("{{ now.date().isoformat() }} {{ super() }} {{ self.question() }} {# a comment #}"),
        block("{% macro m(x) %}{{ x }}{% endmacro %}{{ m(1) }} {{ range(3) | join }}"),
    ],
)  # fmt: skip
def test_a_prompt_that_works_is_not_complained_about(tmp_path: Path, prompt: str) -> None:
    assert problems(tmp_path, prompt) == []


def test_a_tool_there_is_none_of_is_told_with_the_one_that_is_meant(tmp_path: Path) -> None:
    told = problems(tmp_path, block(""), tools=("find_order", "find_oder"))
    assert told == ["tools[1]: there is no action 'find_oder'. Did you mean 'find_order'?"]


@pytest.mark.parametrize(
    ("policy", "told"),
    [
        ("use: openai, model: m, tools: [nothing]", "3:48: policies[0].tools[0]: there is no action 'nothing'."),
        ("use: openai, model: m, tools: nothing", "3:47: policies[0].tools: there is no action 'nothing'."),
        ("use: transformers", "3:5: policies[0].model: there is no model: none is named, and none is trained."),
    ],
)
def test_what_no_file_shows_is_told_with_its_place_in_the_bot_file(tmp_path: Path, policy: str, told: str) -> None:
    path = write_bot(tmp_path, f"version: 1\npolicies:\n  - {{name: llm, {policy}}}\n")
    (problem,) = Builder(read_bot_file(path)).check()
    assert f"bot.yaml:{told}" in str(problem)


def test_a_model_that_is_to_be_trained_need_not_be_named(tmp_path: Path) -> None:
    training = "training: [{component: llm, method: scratch}]"
    path = write_bot(tmp_path, f"version: 1\npolicies: [{{name: llm, use: transformers}}]\n{training}\n")
    assert Builder(read_bot_file(path)).check() == []


@pytest.mark.parametrize(
    ("options", "tiers", "told"),
    [
        ("grounded_in: [ruls]", "[[rules], [llm]]", "no policy is named 'ruls'. Did you mean 'rules'?"),
        ("grounded_in: rules", "[[rules, llm]]", "'rules' is not asked before 'llm', which can see nothing"),
        ("grounded_in: rules", "[[llm], [rules]]", "Put 'rules' into an earlier tier under `dispatch.tiers`."),
        ("grounded_in: [llm]", "[[rules], [llm]]", "'llm' is not asked before 'llm'"),
    ],
)  # fmt: skip
def test_what_is_not_asked_before_cannot_be_stood_on(tmp_path: Path, options: str, tiers: str, told: str) -> None:
    path = write_bot(tmp_path, BOT.replace("OPTIONS", options).replace("TIERS", tiers), **{"rules.yaml": RULES})
    with pytest.raises(ConfigurationError) as caught:
        read_bot_file(path)
    assert "bot.yaml:4:" in str(caught.value)
    assert told in str(caught.value)


def test_a_grounded_bot_is_fine_and_its_prompt_is_watched(tmp_path: Path) -> None:
    text = BOT.replace("OPTIONS", "grounded_in: rules, prompt: p.j2").replace("TIERS", "[[rules], [llm]]")
    path = write_bot(tmp_path, text, **{"rules.yaml": RULES, "p.j2": block("Hi")})
    builder = Builder(read_bot_file(path))
    assert builder.check() == []
    assert tmp_path / "p.j2" in builder.context.files
