"""Typing mistakes."""

import random

from dialog_core.datasets import LabelledText
from dialog_data.augmentation.options import TyposOptions
from dialog_data.augmentation.segments import changed, joined, segments_of
from dialog_data.augmentation.variants import TextAugmenter
from dialog_data.augmentation.words import WORD, is_han, like, with_words

ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
NEIGHBOURS = {
    letter: "".join(
        other
        for near in (row - 1, row, row + 1)
        if 0 <= near < len(ROWS)
        for other in ROWS[near][max(place - 1, 0) : place + 2]
        if other != letter
    )
    for row, letters in enumerate(ROWS)
    for place, letter in enumerate(letters)
}

# Characters that the same pinyin brings up and that are exchanged every day, however little they mean the same.
SOUND_ALIKE = (
    "的得地 在再 做作坐座 他她它 那哪 以已 象像相向 帐账 订定 须需 带戴待 近进 叫较 会回 是事试式市 有又友 "
    "时十实 不部步 名明 电店点 号好 元员原园 员圆 么吗嘛 道到 没每美 化话画 平瓶苹 请情清晴 间件见 期其齐起 单担 "
    "退推 换还欢 货或获 发法 票漂飘 钱前 码马妈 查茶差 收手首 送松 价加家假 费非飞 快块 里理力利 办半 保包报 "
    "用永 服付附复 现线 天填甜 安按 行型形 生声升 量亮 使始 机鸡级 想响 要药 新心 重中种 东动 气汽"
)
ALIKE = {
    character: "".join(other for other in group if other != character)
    for group in SOUND_ALIKE.split()
    for character in group
}


class TyposAugmenter(TextAugmenter[TyposOptions]):
    """Makes typing mistakes in what users say."""

    def vary(self, text: LabelledText, chance: random.Random) -> LabelledText:
        """Return the text with some of its words misspelt."""
        pieces = segments_of(text)
        words = [word for piece in pieces if piece.entity is None for word in WORD.findall(piece.text)]
        able = [number for number, word in enumerate(words) if self._can(word)]
        if not able:
            return text
        count = min(max(round(self.options.share * len(words)), 1), len(able))
        chosen = set(chance.sample(able, count))
        begin = 0

        def misspelt(piece: str) -> str:
            nonlocal begin
            first, begin = begin, begin + len(WORD.findall(piece))
            return with_words(piece, lambda n, word: _misspelt(word, chance) if first + n in chosen else word)

        return joined(text, changed(pieces, misspelt))

    def _can(self, word: str) -> bool:
        if is_han(word):
            return word in ALIKE
        return len(word) >= self.options.shortest and word.isalpha()


def _misspelt(word: str, chance: random.Random) -> str:
    if is_han(word):
        return chance.choice(ALIKE[word])
    place = chance.randrange(1, len(word))  # the first letter is seldom wrong
    made = {
        "exchanged": word[: place - 1] + word[place] + word[place - 1] + word[place + 1 :],
        "left out": word[:place] + word[place + 1 :],
        "doubled": word[:place] + word[place] + word[place:],
    }
    near = NEIGHBOURS.get(word[place].lower())
    if near:
        made["beside it"] = word[:place] + like(chance.choice(near), word[place]) + word[place + 1 :]
    return chance.choice([other for other in made.values() if other != word] or [word])
