"""The kinds of emergencies that are answered differently."""

from typing import Literal, get_args

Kind = Literal["medical", "self_harm", "poisoning", "violence", "danger"]
KINDS: tuple[Kind, ...] = get_args(Kind)
