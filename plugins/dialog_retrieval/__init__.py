"""Knowledge, text analysis and retrieval policies."""

from dialog_core import Registry, hookimpl

_ANALYSIS = "dialog_retrieval.analysis"


@hookimpl
def dialog_register(registry: Registry) -> None:
    """Register the retrieval policies and the analyzers they count terms with."""
    registry.policy(
        "bm25",
        "dialog_retrieval.bm25.policy:BM25Policy",
        options="dialog_retrieval.bm25.options:BM25Options",
        category="retrieval",
        check="dialog_retrieval.knowledge.checking:check",
    )
    registry.analyzer("auto", f"{_ANALYSIS}.auto:AutoAnalyzer", options=f"{_ANALYSIS}.options:AutoAnalyzerOptions")
    registry.analyzer(
        "english", f"{_ANALYSIS}.english:EnglishAnalyzer", options=f"{_ANALYSIS}.options:EnglishAnalyzerOptions"
    )
    registry.analyzer(
        "chinese", f"{_ANALYSIS}.chinese:ChineseAnalyzer", options=f"{_ANALYSIS}.options:ChineseAnalyzerOptions"
    )
