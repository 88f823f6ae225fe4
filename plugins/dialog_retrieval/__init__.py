"""Text analysis and retrieval policies."""

from dialog_core import Registry, hookimpl


@hookimpl
def dialog_register(registry: Registry) -> None:
    """Register the retrieval policies and the analyzers they count terms with."""
    registry.policy(
        "bm25",
        "dialog_retrieval.bm25:BM25Policy",
        options="dialog_retrieval.options:BM25Options",
        category="retrieval",
        check="dialog_retrieval.knowledge:check",
    )
    registry.analyzer(
        "auto", "dialog_retrieval.auto:AutoAnalyzer", options="dialog_retrieval.options:AutoAnalyzerOptions"
    )
    registry.analyzer(
        "english", "dialog_retrieval.english:EnglishAnalyzer", options="dialog_retrieval.options:EnglishAnalyzerOptions"
    )
    registry.analyzer(
        "chinese", "dialog_retrieval.chinese:ChineseAnalyzer", options="dialog_retrieval.options:ChineseAnalyzerOptions"
    )
