"""Health information with its sources, a cautious questionnaire, appointments. Never a diagnosis, never a dose."""

from dialog_core import Registry, hookimpl


@hookimpl
def dialog_register(registry: Registry) -> None:
    """Register the components and actions; their modules are imported when a bot uses them."""
    options = "dialog_medical.options"
    registry.annotator("practice", "dialog_medical.practice:PracticeAnnotator", options=f"{options}:PracticeOptions")
    registry.policy(
        "health_library",
        "dialog_medical.library.policy:LibraryPolicy",
        options=f"{options}:LibraryOptions",
        check="dialog_medical.library.reading:check",
        category="retrieval",
    )
    registry.policy(
        "triage",
        "dialog_medical.triage.policy:TriagePolicy",
        options=f"{options}:TriageOptions",
        check="dialog_medical.triage.reading:check",
        category="flows",
    )
    registry.guard(
        "no_diagnosis", "dialog_medical.guards.no_diagnosis:NoDiagnosis", options=f"{options}:NoDiagnosisOptions"
    )
    registry.guard("disclaimer", "dialog_medical.guards.disclaimer:Disclaimer", options=f"{options}:DisclaimerOptions")
    actions = "dialog_medical.appointments.actions"
    registry.action("find_doctors", f"{actions}:find_doctors", reads_only=True)
    registry.action("check_day", f"{actions}:check_day", reads_only=True)
    registry.action("find_times", f"{actions}:find_times", reads_only=True)
    registry.action("check_name", f"{actions}:check_name", reads_only=True)
    registry.action("book_appointment", f"{actions}:book_appointment")
