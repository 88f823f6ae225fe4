"""The analyzer for Chinese, which writes no spaces."""

from collections.abc import Callable, Sequence
from functools import partial

import regex

from dialog_core import Context, PluginError
from dialog_retrieval.options import ChineseAnalyzerOptions
from dialog_retrieval.terms import Terms, bigrams, content_of, scan

# What nearly every question has in it and none is about. Text is cut where one stands, so that no pair of characters
# reaches across it. Words that turn a question around (不, 没, 前, 后) are missing on purpose.
FUNCTION_WORDS = frozenset(
    """
    请问 请 您好 你好 谢谢 麻烦 我想 想要 想问 问一下 问下 一下 帮我 告诉我 知道
    我们 你们 您们 他们 她们 它们 我 你 您 他 她 它 咱们 自己 大家
    的 地 得 了 着 过 吗 呢 吧 啊 呀 嘛 哦 哈 啦 呗
    是 是不是 是否 有 有没有 在 会 会不会 能 能不能 能否 可以 可不可以 可否 要 要不要 想 应该 需要
    什么 怎么 怎样 怎么样 怎么办 如何 哪 哪里 哪儿 哪些 哪个 谁 几 多少 多久 为什么 为啥 何时 什么时候
    这 那 这个 那个 这些 那些 这里 那里 这样 那样
    和 与 或 或者 及 跟 而 但 但是 如果 因为 所以 就 都 也 还 还是 又 再 才 只 很 太 更 最 已经 被 把 给 对 从 到 为
    """.split()
)
_FUNCTION = regex.compile("|".join(sorted(FUNCTION_WORDS, key=len, reverse=True)))


class ChineseAnalyzer:
    """Pairs of characters (or jieba's words) between function words; words and numbers in other scripts stay whole.

    Raises:
        PluginError: The segmenter is jieba, and it is not installed.
    """

    def __init__(self, options: ChineseAnalyzerOptions, context: Context) -> None:
        self._cut = _jieba() if options.segmenter == "jieba" else _pairs

    def tokens(self, text: str) -> Sequence[str]:
        """Return the content terms; the function words where there are none."""
        return content_of(self.split(text))

    def split(self, text: str) -> Terms:
        """Return the content terms and the function words."""
        terms = Terms([], [])
        for token, unspaced in scan(text):
            if unspaced:
                self._cut(token, terms)
            else:
                terms.content.append(token)
        return terms


def _pairs(run: str, terms: Terms) -> None:
    at = 0
    for match in _FUNCTION.finditer(run):
        if match.start() > at:
            terms.content.extend(bigrams(run[at : match.start()]))
        terms.function.append(match[0])
        at = match.end()
    if at < len(run):
        terms.content.extend(bigrams(run[at:]))


def _jieba() -> Callable[[str, Terms], None]:
    try:
        import jieba
    except ModuleNotFoundError as error:
        raise PluginError(
            "the analyzer 'chinese' with `segmenter: jieba` needs the package 'jieba', which is not installed. "
            "Run: pip install 'dialog-core[retrieval]', or write `segmenter: bigrams`."
        ) from error
    jieba.setLogLevel("WARNING")  # it announces the loading of its dictionary on the terminal
    return partial(_words, jieba.Tokenizer())


def _words(tokenizer: "jieba.Tokenizer", run: str, terms: Terms) -> None:
    for word in tokenizer.lcut_for_search(run):
        (terms.function if word in FUNCTION_WORDS else terms.content).append(word)
