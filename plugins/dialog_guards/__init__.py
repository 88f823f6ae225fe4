"""What watches over messages and replies, and keeps a record of them."""

from typing import Any

from dialog_core import Registry, hookimpl


@hookimpl
def dialog_register(registry: Registry) -> None:
    """Register guards, recognizers and the audit log; their modules are imported when a bot uses them."""
    registry.guard(
        "pii",
        "dialog_guards.personal_data.guard:PiiGuard",
        options="dialog_guards.personal_data.options:PiiGuardOptions",
    )
    registry.guard(
        "blocklist",
        "dialog_guards.blocklist.guard:Blocklist",
        options="dialog_guards.blocklist.options:BlocklistOptions",
        check="dialog_guards.blocklist.guard:check",
    )
    registry.guard("length", "dialog_guards.limits.length:Length", options="dialog_guards.limits.options:LengthOptions")
    registry.guard(
        "repetition",
        "dialog_guards.limits.repetition:Repetition",
        options="dialog_guards.limits.options:RepetitionOptions",
    )
    registry.guard(
        "prompt_injection",
        "dialog_guards.prompt_injection.guard:PromptInjection",
        options="dialog_guards.prompt_injection.options:PromptInjectionOptions",
    )
    registry.guard("topics", "dialog_guards.topics.guard:Topics", options="dialog_guards.topics.options:TopicsOptions")
    registry.guard(
        "emergencies",
        "dialog_guards.emergencies.guard:EmergenciesGuard",
        options="dialog_guards.emergencies.options:EmergenciesOptions",
        check="dialog_guards.emergencies.checking:check",
    )
    registry.observer(
        "audit_log", "dialog_guards.audit.log:AuditLog", options="dialog_guards.audit.options:AuditLogOptions"
    )
    registry.recognizer(
        "pii",
        "dialog_guards.recognizers.pii:PiiRecognizer",
        options="dialog_guards.recognizers.options:PiiOptions",
    )
    registry.recognizer(
        "presidio",
        "dialog_guards.recognizers.presidio:PresidioRecognizer",
        options="dialog_guards.recognizers.options:PresidioOptions",
        extra="dialog-core[pii]",
    )


@hookimpl
def dialog_register_commands(cli: Any) -> None:
    """Add the commands on audit logs."""
    cli.command(
        "audit verify",
        "dialog_guards.audit.command:verify",
        help="Find out whether an audit log is as it was written.",
    )
