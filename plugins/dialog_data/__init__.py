"""Data sets: read, written, cleaned, made larger, parted, labelled."""

from typing import Any

from dialog_core import Registry, hookimpl


@hookimpl
def dialog_register(registry: Registry) -> None:
    """Register readers, writers, and what is done to data sets."""
    _register_readers(registry)
    _register_augmenters(registry)
    _register_cleaners(registry)
    _register_sets(registry)
    _register_talks(registry)
    _register_labelling(registry)


def _register_readers(registry: Registry) -> None:
    registry.reader(
        "yaml",
        "dialog_data.knowledge.yaml_reader:YamlReader",
        options="dialog_data.options:SourceOptions",
        suffixes=(".yaml", ".yml"),
    )
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
    registry.reader("texts", "dialog_data.labelled.texts:TextsReader", options="dialog_data.options:SourceOptions")
    registry.reader(
        "dialogues", "dialog_data.dialogues.reader:DialoguesReader", options="dialog_data.options:SourceOptions"
    )
    registry.reader("auto", "dialog_data.detection:AutoReader", options="dialog_data.options:SourceOptions")
    registry.writer("dialogues", "dialog_data.writers.dialogues:DialoguesWriter")
    registry.writer("knowledge", "dialog_data.writers.knowledge:KnowledgeWriter")
    registry.writer("labelled", "dialog_data.writers.labelled:LabelledWriter")


def _register_sets(registry: Registry) -> None:
    """Published sets of labelled texts and of knowledge, and what a bot has stored."""
    for name, component, options in (
        ("banking77", "Banking77", ""),
        ("beir", "Beir", "Passages"),
        ("braun_nlu", "BraunNlu", ""),
        ("chatterbot", "Chatterbot", "Chatterbot"),
        ("clinc150", "Clinc150", "Clinc150"),
        ("conversations", "Conversations", "Conversations"),
        ("gsm8k", "Gsm8k", ""),
        ("medquad", "MedQuad", ""),
        ("multidogo", "MultiDogo", ""),
        ("squad", "Squad", "Passages"),
    ):
        module = f"dialog_data.sources.set_options:{options}Options" if options else "dialog_data.options:SourceOptions"
        registry.reader(name, f"dialog_data.sources.{name}:{component}Reader", options=module)
    registry.reader(
        "huggingface",
        "dialog_data.sources.huggingface:HuggingFaceReader",
        options="dialog_data.sources.set_options:HuggingFaceOptions",
        suffixes=(".parquet", ".arrow"),
        extra="dialog-core[data]",
    )
    registry.writer("faq", "dialog_data.writers.faq:FaqWriter")
    registry.writer("intents", "dialog_data.writers.intents:IntentsWriter")


def _register_talks(registry: Registry) -> None:
    """Published dialogues, and the usual forms of dialogues."""
    for name, component in (
        ("camrest", "Camrest"),
        ("cima", "Cima"),
        ("context_response", "ContextResponse"),
        ("convlab", "Convlab"),
        ("crosswoz", "Crosswoz"),
        ("dailydialog", "Dailydialog"),
        ("kdconv", "Kdconv"),
        ("multiwoz", "Multiwoz"),
        ("multiwoz22", "Multiwoz22"),
        ("openai_chat", "OpenaiChat"),
        ("personachat", "Personachat"),
        ("sharegpt", "Sharegpt"),
        ("transcript", "Transcript"),
    ):
        own = "sources.transcript_options:Transcript" if name == "transcript" else "options:Source"
        target = f"dialog_data.sources.{name}:{component}Reader"
        registry.reader(name, target, options=f"dialog_data.{own}Options")
    registry.writer("openai_chat", "dialog_data.writers.openai_chat:OpenaiChatWriter")
    registry.writer(
        "sharegpt",
        "dialog_data.writers.sharegpt:SharegptWriter",
        options="dialog_data.writers.sharegpt_options:SharegptWriterOptions",
    )


def _register_labelling(registry: Registry) -> None:
    """What people label, here and with the tools that are usual."""
    registry.reader(
        "labels", "dialog_data.labelling.reader:LabelsReader", options="dialog_data.labelling.options:LabelsOptions"
    )
    for name, component in (("doccano", "Doccano"), ("label_studio", "LabelStudio")):
        options = f"dialog_data.labelling.options:{component}"
        registry.reader(name, f"dialog_data.sources.{name}:{component}Reader", options=f"{options}Options")
        registry.writer(name, f"dialog_data.writers.{name}:{component}Writer", options=f"{options}WriterOptions")


def _register_augmenters(registry: Registry) -> None:
    for name, component in (
        ("paraphrase", "Paraphrase"),
        ("synonyms", "Synonyms"),
        ("templates", "Templates"),
        ("typos", "Typos"),
        ("word_dropout", "WordDropout"),
    ):
        target = f"dialog_data.augmentation.{name}:{component}Augmenter"
        registry.augmenter(name, target, options=f"dialog_data.augmentation.options:{component}Options")


def _register_cleaners(registry: Registry) -> None:
    for name, component in (
        ("control_characters", "ControlCharacters"),
        ("duplicates", "Duplicates"),
        ("empty", "Empty"),
        ("encoding", "Encoding"),
        ("html", "Html"),
        ("language", "Language"),
        ("length", "Length"),
        ("merged_turns", "MergedTurns"),
        ("near_duplicates", "NearDuplicates"),
        ("pii", "Pii"),
        ("repeated", "Repeated"),
        ("toxic", "Toxic"),
        ("unicode", "Unicode"),
        ("whitespace", "Whitespace"),
    ):
        target = f"dialog_data.cleaning.{name}:{component}Cleaner"
        options = f"dialog_data.cleaning.options:{component}Options"
        registry.cleaner(name, target, options=options, extra="dialog-core[data]")


@hookimpl
def dialog_register_commands(cli: Any) -> None:
    """Add the commands on data sets."""
    cli.command(
        "data inspect",
        "dialog_data.commands.inspect:inspect_data",
        help="Show which format a data set has, and what stands in it.",
    )
    cli.command(
        "data stats",
        "dialog_data.commands.stats:data_stats",
        help="Count what stands in data sets: turns, words, labels, acts, duplicates.",
    )
    cli.command(
        "data convert",
        "dialog_data.commands.convert:convert_data",
        help="Read a data set in any format and write it in another.",
    )
    cli.command(
        "data clean",
        "dialog_data.commands.clean:clean_data",
        help="Repair, redact and filter a data set, step by step.",
    )
    cli.command(
        "data augment",
        "dialog_data.commands.augment:augment_data",
        help="Make further examples of those there are.",
    )
    cli.command(
        "data split",
        "dialog_data.commands.split:split_data",
        help="Part a data set for training, validation and test, and see that nothing stands in two parts.",
    )
    cli.command(
        "data leaks",
        "dialog_data.commands.leaks:find_leaks",
        help="Find what stands in the training data and in what is measured on.",
    )
    cli.command(
        "data label",
        "dialog_data.commands.label:label",
        help="Label what users say, one text after the other.",
    )
    cli.command(
        "data agreement",
        "dialog_data.commands.agreement:agreement",
        help="Measure how far annotators agree, and settle what they do not.",
    )
