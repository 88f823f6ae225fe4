"""The questionnaire: how soon a complaint has to be looked at, by rules that a clinician can read and change."""
