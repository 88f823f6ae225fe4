"""What the check of a plugin finds."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Status = Literal["passed", "failed", "not checked", "deprecated"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        section: What it belongs to.
        subject: What was looked at.
        status: How that went.
        message: What is wrong, or why it could not be checked, or what is worth telling.
        remedy: What to do about it.
    """

    section: str
    subject: str
    status: Status
    message: str = ""
    remedy: str = ""


@dataclass(slots=True)
class Findings:
    """The findings of one section, as they are made."""

    section: str
    made: list[Finding] = field(default_factory=list)

    def passed(self, subject: str, message: str = "") -> None:
        """Note down that something is as it should be."""
        self.made.append(Finding(self.section, subject, "passed", message))

    def failed(self, subject: str, message: str, remedy: str) -> None:
        """Note down that something is wrong."""
        self.made.append(Finding(self.section, subject, "failed", message, remedy))

    def not_checked(self, subject: str, why: str) -> None:
        """Note down that something could not be looked at."""
        self.made.append(Finding(self.section, subject, "not checked", why))

    def deprecated(self, subject: str, message: str) -> None:
        """Note down that something works and will not in a later version."""
        self.made.append(Finding(self.section, subject, "deprecated", message))

    def expect(self, holds: object, subject: str, message: str, remedy: str) -> None:
        """Note down whether something is as it should be."""
        if holds:
            self.passed(subject)
        else:
            self.failed(subject, message, remedy)


@dataclass(frozen=True, slots=True)
class PluginReport:
    """Everything that was found.

    Attributes:
        plugin: What bot files call it.
        distribution: The package it comes in.
        version: Of that package.
        findings: In the order they were made.
    """

    plugin: str
    distribution: str
    version: str
    findings: Sequence[Finding]

    def count(self, status: Status) -> int:
        """Return how many findings have a status."""
        return sum(finding.status == status for finding in self.findings)

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        return {
            "plugin": self.plugin,
            "distribution": self.distribution,
            "version": self.version,
            "failed": self.count("failed"),
            "findings": [asdict(finding) for finding in self.findings],
        }
