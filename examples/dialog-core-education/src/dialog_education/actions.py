"""What flows and language models of a bot may look up: whether steps are right, and what a pupil knows."""

from typing import Any

from dialog_core import ActionContext
from dialog_education.algebra.expressions import Undefined, unknowns
from dialog_education.algebra.parsing import NotMathematics, parse, parse_equation
from dialog_education.algebra.steps import check_calculation, check_solving
from dialog_education.algebra.symbolic import solutions
from dialog_education.schedule.progress import FACT, decode


def check_steps(task: str, steps: str) -> dict[str, Any]:
    """Check how somebody worked out a number or solved an equation.

    Args:
        task: What was to be done: `3 + 2 × 7`, or `3x + 5 = 20`.
        steps: What they wrote, line by line or with arrows between.
    """
    from fractions import Fraction

    try:
        if "=" in task or "＝" in task:
            equation = parse_equation(task)
            (letter,) = unknowns(equation.left) | unknowns(equation.right) or {"x"}
            found = solutions(equation, letter) or frozenset()
            wanted = tuple(Fraction(int(one.p), int(one.q)) for one in found if one.is_Rational)
            checked = check_solving(equation, wanted, letter, steps)
        else:
            checked = check_calculation(parse(task, ()), steps)
    except (NotMathematics, Undefined) as error:
        return {"read": False, "reason": str(error)}
    except ValueError:
        return {"read": False, "reason": "letters"}
    mistake = checked.kind if not checked.right and not checked.open else ""
    return {"read": True, "right": checked.right, "open": checked.open, "wrong": checked.wrong, "mistake": mistake}


def learning_progress(context: ActionContext) -> dict[str, Any]:
    """Return what the pupil knows: how many questions are mastered, being learnt and due, and the days in a row."""
    progress = decode(context.user.facts.get(FACT))
    mastered = sum(one.mastered for one in progress.items.values())
    return {
        "mastered": mastered,
        "learning": len(progress.items) - mastered,
        "due": len(progress.due(progress.items, context.now)),
        "streak": progress.streak_at(context.now),
    }
