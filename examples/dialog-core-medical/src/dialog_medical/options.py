"""The options of the components. Nothing heavy is imported here."""

from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, TypeAdapter

from dialog_core.configuration import ConfigPath, InputPath, InputPaths, Names, Options

TRIAGE_FILE = Path(__file__).parent / "knowledge" / "triage.yaml"

DISCLAIMER = {"en": "General information, not medical advice.", "zh": "以上是一般信息，不能代替医生的诊断和建议。"}
LEFT_OUT = {
    "en": "[Something about medicines or doses is left out here: ask a doctor or a pharmacist.]",
    "zh": "[此处略去有关用药或剂量的内容，请问医生或药师。]",
}


def _path_if_any(value: Any) -> Any:
    """Take nothing for none, so that `${MEDQUAD:-}` may be empty."""
    return None if value is None or not str(value).strip() else TypeAdapter(ConfigPath).validate_python(value)


MaybePath = Annotated[Path | None, BeforeValidator(_path_if_any)]


class PracticeOptions(Options):
    """Whose bot it is: what rules, flows and policies read as `annotations.practice`."""

    practice: str = Field(default="", description="What the practice is called.")
    phone: str = Field(default="", description="Its phone number, or several, as people are to read them.")
    emergency: str = Field(default="112", min_length=1, description="The local emergency number.")
    out_of_hours: str = Field(default="", description="Whom to call when the practice is closed; default: nobody.")


class LibraryOptions(Options):
    """Quotes what health institutes have published about a condition, and nothing else."""

    path: MaybePath = Field(
        default=None,
        description="The data set the library is: a file or a folder. Default: none; the bot then says so when asked.",
    )
    reader: str = Field(default="medquad", description="The data set reader that reads it.")
    names: InputPaths = Field(
        default=(), description="Tables of other names of conditions, in any language, by the name in the library."
    )
    longest: int = Field(default=900, ge=200, description="Characters that are quoted at most.")
    least: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="How much of a question has to be understood for it to be answered; 1: every word.",
    )


class TriageOptions(Options):
    """Asks what is wrong, since when and how bad, and says how soon it has to be looked at."""

    path: InputPath = Field(default=TRIAGE_FILE, description="The questionnaire.")
    hand_over: bool = Field(
        default=False,
        description="Whether a person takes over where the outcome is an emergency; the bot is silent from then on.",
    )


class NoDiagnosisOptions(Options):
    """Refuses replies that state a diagnosis or a dose, or that stop or start a medicine."""

    quotes: Names = Field(
        default=("library", "triage"),
        description="Policies that quote sources: what they say about doses and medicines is cut out and the rest is "
        "said, where others are refused altogether.",
    )
    strict: Names = Field(
        default=("generative",),
        description="Kinds of policies whose replies nobody has written: there, a sentence that speaks to the user "
        "and names an illness or a medicine is a claim, unless it clearly is none.",
    )
    left_out: dict[str, str] = Field(default=LEFT_OUT, description="What stands in its place, by language.")


class DisclaimerOptions(Options):
    """Adds once a session, and to every reply with medical knowledge, what such knowledge is worth."""

    text: dict[str, str] = Field(default=DISCLAIMER, min_length=1, description="What is added, by language.")
