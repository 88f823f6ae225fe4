"""What figures are called and what they mean, for those who read a report."""

from dialog_evaluation.wording import Wording

WORDINGS = {
    "in_scope_accuracy": Wording("In-scope accuracy", "of messages the bot knows about, decided right"),
    "out_of_scope_recall": Wording("Out-of-scope recall", "of messages about something else, rejected"),
    "out_of_scope_precision": Wording("Out-of-scope precision", "of messages rejected, rightly so"),
    "accuracy": Wording("Accuracy", "of all messages, decided right"),
    "macro_f1": Wording("Macro F1", "mean over labels, rare ones counting the same"),
    "auroc": Wording("AUROC", "how well the score tells out of scope from in scope", percent=False),
    "expected_calibration_error": Wording(
        "Calibration error", "gap between stated and real probability; less is better", percent=False
    ),
}
