"""Readers of dialogues, labelled text and knowledge."""

from dialog_core import Registry, hookimpl


@hookimpl
def dialog_register(registry: Registry) -> None:
    """Register the dataset readers."""
    registry.reader("yaml", "dialog_data.knowledge.yaml_reader:YamlReader", suffixes=(".yaml", ".yml"))
    registry.reader(
        "csv",
        "dialog_data.knowledge.csv_reader:CsvReader",
        options="dialog_data.options:CsvOptions",
        suffixes=(".csv", ".tsv"),
    )
    registry.reader(
        "jsonl",
        "dialog_data.knowledge.jsonl_reader:JsonlReader",
        options="dialog_data.options:JsonlOptions",
        suffixes=(".jsonl", ".ndjson"),
    )
    registry.reader(
        "markdown",
        "dialog_data.knowledge.markdown_reader:MarkdownReader",
        options="dialog_data.options:MarkdownOptions",
        suffixes=(".md", ".markdown"),
    )
    registry.reader(
        "documents",
        "dialog_data.documents.reader:DocumentsReader",
        options="dialog_data.options:DocumentsOptions",
        suffixes=(".txt", ".html", ".htm", ".pdf", "/"),
        extra="dialog-core[data]",
    )
    registry.reader(
        "labelled", "dialog_data.labelled.reader:LabelledReader", options="dialog_data.options:LabelledOptions"
    )
    registry.reader("dialogues", "dialog_data.dialogues.reader:DialoguesReader")
