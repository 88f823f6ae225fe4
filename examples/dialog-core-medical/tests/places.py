"""Where things are that several tests need."""

import os
from pathlib import Path

import dialog_medical

PROJECT = Path(__file__).parents[1]
DATA = Path(os.environ.get("DIALOG_CORE_DATA") or PROJECT.parents[2] / "shared" / "data")
MEDQUAD = DATA / "medquad" / "dev_slice_NIDDK_NINDS_CDC.jsonl"
NO_MEDQUAD = f"MedQuAD is not at {MEDQUAD}; set DIALOG_CORE_DATA to the folder that has it"
KNOWLEDGE = Path(dialog_medical.__file__).parent / "knowledge"
