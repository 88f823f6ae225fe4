"""The analyzer for English."""

from dialog_core import Context
from dialog_retrieval.analysis.options import EnglishAnalyzerOptions
from dialog_retrieval.analysis.words import WordAnalyzer

# What nearly every question has in it and none is about. "not", "no", "before", "without" and their like are missing
# on purpose: they turn questions around.
FUNCTION_WORDS = frozenset(
    """
    a an the this that these those there it its
    i me my mine we us our ours you your yours he him his she her they them their
    am is are was were be been being do does did doing done has have had having
    can could will would shall should may might must
    and or but if so than then as at by for from in into of on onto to with about
    what which who whom whose when where why how
    please hello hi hey thanks thank just also any some
    """.split()
)


class EnglishAnalyzer(WordAnalyzer):
    """Snowball stems of English words; a short list of function words; NFKC and case folding."""

    def __init__(self, options: EnglishAnalyzerOptions, context: Context) -> None:
        super().__init__("english", FUNCTION_WORDS)
