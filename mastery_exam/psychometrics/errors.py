"""The errors that the psychometric core raises; each text tells the author what to change."""

from collections.abc import Mapping


class PsychometricsError(ValueError):
    """Base of the errors of this package."""


class AssemblyError(PsychometricsError):
    """A test cannot be assembled as asked; the text is the reason."""


class BankTooSmallError(AssemblyError):
    """A competency has fewer items than the forms need.

    `shortages` maps each short competency to the number of items that are missing.
    """

    def __init__(self, shortages: Mapping[str, int]) -> None:
        self.shortages = dict(shortages)
        named = "; ".join(f"{competency}: {count} more needed" for competency, count in self.shortages.items())
        super().__init__(f"The bank has too few items ({named}). Add items, or ask for fewer or shorter forms.")


class FormsNotParallelError(AssemblyError):
    """No disjoint forms exist, or none were found, within the tolerance and with one whole number of marks needed."""


class QuotaError(AssemblyError):
    """The content quotas cannot be met by the items that may still be given."""


class NotEnoughDataError(PsychometricsError):
    """There are too few responses for the estimate that was asked for."""
