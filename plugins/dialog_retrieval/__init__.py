"""Knowledge, text analysis and retrieval policies."""

from typing import Any

from dialog_core import Registry, hookimpl

_ANALYSIS = "dialog_retrieval.analysis"
_DENSE = "dialog_retrieval.dense"
_COMMANDS = "dialog_retrieval.commands"
_HYBRID = "dialog_retrieval.hybrid"


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
    registry.policy(
        "faiss",
        f"{_DENSE}.policy:FaissPolicy",
        options=f"{_DENSE}.options:FaissOptions",
        category="retrieval",
        check=f"{_DENSE}.checking:check",
        extra="dialog-core[retrieval]",
    )
    registry.policy(
        "hybrid",
        f"{_HYBRID}.policy:HybridPolicy",
        options=f"{_HYBRID}.options:HybridOptions",
        category="retrieval",
        check=f"{_HYBRID}.checking:check",
    )
    registry.encoder("lsa", f"{_DENSE}.lsa:LsaEncoder", options=f"{_DENSE}.options:LsaOptions")
    registry.encoder(
        "sentence-transformers",
        f"{_DENSE}.sentence_encoder:SentenceTransformersEncoder",
        options=f"{_DENSE}.options:SentenceTransformersOptions",
        extra="dialog-core[encoders]",
    )
    registry.analyzer("auto", f"{_ANALYSIS}.auto:AutoAnalyzer", options=f"{_ANALYSIS}.options:AutoAnalyzerOptions")
    registry.analyzer(
        "english", f"{_ANALYSIS}.english:EnglishAnalyzer", options=f"{_ANALYSIS}.options:EnglishAnalyzerOptions"
    )
    registry.analyzer(
        "chinese", f"{_ANALYSIS}.chinese:ChineseAnalyzer", options=f"{_ANALYSIS}.options:ChineseAnalyzerOptions"
    )


@hookimpl
def dialog_register_commands(cli: Any) -> None:
    """Add the commands that build knowledge and look into it."""
    cli.command(
        "knowledge build", f"{_COMMANDS}.build:build", help="Read a bot's knowledge and make what is searched ready."
    )
    cli.command(
        "knowledge stats", f"{_COMMANDS}.stats:stats", help="Count what a bot knows, and find what is wrong with it."
    )
    cli.command("knowledge search", f"{_COMMANDS}.search:search", help="See what each retriever finds, side by side.")
