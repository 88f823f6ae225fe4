"""A tutor that teaches instead of telling: hints, checked steps, spaced repetition, and care for its pupils."""

from typing import Any

from dialog_core import Registry, hookimpl


@hookimpl
def dialog_register(registry: Registry) -> None:
    """Register the tutor, the guard and the actions; each is imported where a bot uses it."""
    options = "dialog_education.options"
    registry.policy(
        "tutor",
        "dialog_education.tutor.policy:TutorPolicy",
        options=f"{options}:TutorOptions",
        category="flows",
        check="dialog_education.course.checking:check_courses",
    )
    registry.guard(
        "age_appropriate", "dialog_education.guard.age_appropriate:AgeGuard", options=f"{options}:AgeOptions"
    )
    registry.action("check_steps", "dialog_education.actions:check_steps", reads_only=True)
    registry.action("learning_progress", "dialog_education.actions:learning_progress", reads_only=True)


@hookimpl
def dialog_register_commands(cli: Any) -> None:
    """Add the command for teachers."""
    cli.command("progress", "dialog_education.commands:show_progress", help="Show what the learners of a tutor know.")
    cli.command("course", "dialog_education.commands:check_course_files", help="Look for mistakes in course files.")
