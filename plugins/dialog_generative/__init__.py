"""Language models as policies: run here, or behind an OpenAI-compatible endpoint."""

from dialog_core import Registry, hookimpl


@hookimpl
def dialog_register(registry: Registry) -> None:
    """Register the policies that let a language model answer, and the guard that wants their replies grounded."""
    registry.policy(
        "transformers",
        "dialog_generative.local.policy:TransformersPolicy",
        options="dialog_generative.local.options:TransformersOptions",
        category="generative",
        check="dialog_generative.checking:check_local",
        extra="dialog-core[generative]",
    )
    registry.policy(
        "openai",
        "dialog_generative.endpoint.policy:OpenAIPolicy",
        options="dialog_generative.endpoint.options:OpenAIOptions",
        category="generative",
        check="dialog_generative.checking:check",
        extra="dialog-core[endpoint]",
    )
    registry.guard(
        "groundedness",
        "dialog_generative.grounding.guard:GroundednessGuard",
        options="dialog_generative.grounding.options:GroundednessOptions",
    )
