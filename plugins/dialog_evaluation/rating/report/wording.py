"""How what ratings say is put, in a terminal and on a page."""

from dialog_evaluation.rating.report.findings import Findings, Standing

# Krippendorff 2004, "Content Analysis", section 11.4: conclusions from .8 on, tentative ones from .667 on.
RELIABLE, TENTATIVE = 0.8, 0.667


def percent(value: float) -> str:
    """Return a share as people read it."""
    return f"{100 * value:.0f} %"


def p_value(value: float) -> str:
    """Return a probability as people read it."""
    return "p < .001" if value < 0.001 else f"p = {value:.3f}".replace("0.", ".")


def verdict(standing: Standing) -> str:
    """Return in one sentence who is better."""
    if not standing.significant:
        return f"Which of the two is better is not told: {p_value(standing.p_value)}, sign test."
    ahead = standing.bot if standing.wins > standing.losses else standing.other
    return f"{ahead} is better: {p_value(standing.p_value)}, sign test."


def agreement(findings: Findings) -> str:
    """Return in one sentence how far raters agree; empty where that cannot be told."""
    alpha = findings.agreement.get("alpha")
    if alpha is None:
        return ""
    if alpha >= RELIABLE:
        meaning = "reliable"
    elif alpha >= TENTATIVE:
        meaning = "good enough for tentative conclusions"
    elif alpha > 0:
        meaning = "low"
    else:
        meaning = "no better than chance"
    low, high = findings.agreement.get("alpha_low"), findings.agreement.get("alpha_high")
    between = "" if low is None or high is None else f" ({low:.2f} to {high:.2f})"
    count = int(findings.agreement["items"])
    pairs = "1 pair" if count == 1 else f"{count:,} pairs"
    return f"Krippendorff's alpha {alpha:.2f}{between} over {pairs} that several have rated: {meaning}."
