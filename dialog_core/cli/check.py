"""`dialog-core check`: find every mistake before anybody chats."""

from dialog_core.cli.options import BotPath


def check(bot: BotPath) -> None:
    """Find every mistake in a bot's files: the bot file, what it extends, its rules, its knowledge, its training data.

    Each is shown with file, line and column, what is wrong and what to do. Exit code 2 says that there are some.
    What is left out because the bot can do without it, what is deprecated, and what is no mistake and may be one is
    told of as well.

    Example:  dialog-core check configs/customer_service.yaml
    """
    from dialog_core.bot_reader import read_bot_file
    from dialog_core.builder import Builder
    from dialog_core.cli.deprecations import deprecations
    from dialog_core.configuration import ConfigurationError
    from dialog_core.errors import ArtefactError
    from dialog_core.text import strip_controls
    from dialog_core.training.planning import plan
    from dialog_core.training.runner import is_trained
    from dialog_core.training.thresholds import tuned_thresholds

    with deprecations() as old:
        spec = read_bot_file(bot)
        builder = Builder(spec)
        problems = builder.check()
    if problems:
        raise ConfigurationError(problems)
    missing = {one.part for one in builder.left_out}
    policies = ", ".join(policy.name for policy in spec.policies if f"policy {policy.name}" not in missing)
    entries = sum(len(builder.context.knowledge(name)) for name in spec.knowledge if not builder.is_left_out(name))
    known = f" {entries} entries of knowledge." if spec.knowledge else ""
    print(f"{bot}: no problems. Policies: {policies}.{known}")
    for text in old:
        print(f"Deprecated: {strip_controls(text)}")
    for one in builder.left_out:
        print(strip_controls(str(one)))
    for remark in dict.fromkeys(builder.remarks):
        print(f"Worth a look: {remark}")
    untrained = [entry.name for entry in plan(spec) if not is_trained(builder.context.models, entry.name)]
    if untrained:
        print(f"Not trained yet: {', '.join(untrained)}. Run: dialog-core train {bot}")
    if spec.file.dispatch.aim is not None:
        try:
            _, remarks = tuned_thresholds(spec, builder.context)
            told = [remark.verdict for remark in remarks]
        except ArtefactError as error:
            told = [str(error)]
        for text in told:
            print(f"Thresholds: {text}")
