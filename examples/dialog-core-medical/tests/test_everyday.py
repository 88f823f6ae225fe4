"""What the bots say is let through by their own guards, and what they take for everyday is no emergency."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from places import KNOWLEDGE

from dialog_core import Bot
from dialog_core.configuration import read_yaml
from dialog_core.interfaces import Refuse
from dialog_medical.guards.claims import claims_in

PACKAGE = KNOWLEDGE.parent
PROJECT = Path(__file__).parents[1]
SAID = ("say", "ask", "answer", "invalid", "text", "greeting", "fallback", "cancelled", "switch", "en", "zh")


def texts_in(value: object, key: str = "") -> list[str]:
    if isinstance(value, dict):
        return [text for name, child in value.items() for text in texts_in(child, str(name))]
    if isinstance(value, list):
        return [text for child in value for text in texts_in(child, key)]
    return [value] if isinstance(value, str) and key in SAID else []


@pytest.mark.parametrize("folder", ["bots", "rules", "flows", "knowledge"])
def test_no_text_of_the_package_is_refused_by_its_own_guard(folder: str) -> None:
    files = [path for path in sorted((PACKAGE / folder).glob("*.yaml")) if not path.name.startswith("names.")]
    texts = [(path.name, text) for path in files for text in texts_in(read_yaml(path).plain())]
    assert texts
    assert not [(name, text) for name, text in texts if claims_in(text)]


EVERYDAY = """\
my head hurts|i have a headache and a fever|my son has a fever what should i do|i've got a rash on my arm
i twisted my ankle|been throwing up since yesterday|my knee hurts when i walk|Severe, or getting worse
65 or older|3 days|no|我头疼|孩子发烧了怎么办|咳嗽好几天了|拉肚子|我头疼，还有点发烧|三天了|很严重，或越来越重
65 岁以上|没有|嗓子疼|崴脚了
"""
# Each begins or ends like an everyday complaint, or is nearly one.
EMERGENCIES = """\
my head hurts and i can't move my arm|i have a headache and a stiff neck and i am confused
my son has a fever and a seizure|my stomach hurts and i am vomiting blood|my back hurts and my legs are numb
i've got a rash and my throat is closing|i cut my wrist|i am having a stroke|my chest hurts|my heart hurts
my left arm hurts|i have chest pain|my baby has a fever and won't wake up|i am bleeding
i have a headache since i hit my head and passed out|worst headache of my life|sudden terrible headache
i have a fever and i can't breathe|throwing up blood|i took all my pills|i want to die
my son swallowed a battery|i have trouble breathing|my throat is closing up
my husband has a headache and his face is drooping|my neck hurts after the crash and i cannot feel my hands
i am pregnant and bleeding|我头疼，半边身子动不了|孩子发烧抽搐了|我胸口疼|我肚子疼得晕过去了|吐血了
我咳嗽喘不上气|头疼得要炸了，看不见了|我不想活了|割腕了|起疹子，喉咙肿得喘不过气|孩子发烧叫不醒|怀孕出血
拉肚子拉血，站不起来|我吃了一瓶安眠药|突然头晕，说不出话|心脏疼|摔到头昏过去了
"""


@pytest.fixture(scope="module", params=["bot.yaml", "bot.zh.yaml"])
def bot(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    forgetful = tmp_path_factory.mktemp("everyday") / "bot.yaml"
    forgetful.write_text(f"extends: {PROJECT / request.param}\nstore: memory\n", encoding="utf-8")
    with Bot.load(forgetful) as bot:
        yield bot


def split(texts: str) -> list[str]:
    return [text.strip() for text in texts.strip().replace("\n", "|").split("|")]


def test_everyday_complaints_go_to_the_questionnaire(bot: Bot) -> None:
    assert not [text for text in split(EVERYDAY) if isinstance(bot.judge(text, "emergencies"), Refuse)]


def test_emergencies_that_begin_like_them_do_not(bot: Bot) -> None:
    assert len(split(EMERGENCIES)) > 40
    assert not [text for text in split(EMERGENCIES) if not isinstance(bot.judge(text, "emergencies"), Refuse)]
