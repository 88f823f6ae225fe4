"""What the kernel itself registers, by the hook everybody uses: a ranker, and stores of conversations and profiles."""

from dialog_core.hookspecs import hookimpl
from dialog_core.registry import Registry


@hookimpl
def dialog_register(registry: Registry) -> None:
    """Register the default ranker, the stores of conversations, and those of profiles."""
    registry.ranker("table", "dialog_core.ranking:TableRanker")
    registry.store("memory", "dialog_core.stores.memory:MemoryStore")
    registry.store(
        "sqlite", "dialog_core.stores.sqlite:SQLiteStore", options="dialog_core.stores.options:SQLiteOptions"
    )
    registry.profile_store("memory", "dialog_core.stores.memory_profiles:MemoryProfileStore")
    registry.profile_store(
        "sqlite",
        "dialog_core.stores.sqlite_profiles:SQLiteProfileStore",
        options="dialog_core.stores.options:SQLiteProfilesOptions",
    )
