"""What the import wants its reader to know: questions the file leaves open, and warnings."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Question:
    """Something the file does not decide; `assumed` is what was done meanwhile."""

    id: str  # the option of `ImportOptions` that answers it
    question: str
    example: str
    options: tuple[str, ...]
    assumed: str

    def as_dict(self) -> dict[str, object]:
        """Return the question as the report writes it."""
        return {
            "id": self.id,
            "question": self.question,
            "example": self.example,
            "options": list(self.options),
            "assumed": self.assumed,
        }


# Questions whose assumption is no more than an example: the answer is needed before anything is forecast.
ARBITRARY = ("start",)


@dataclass
class Notes:
    """The questions and warnings of one import, in the order they arose."""

    questions: list[Question] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def ask(self, question: Question) -> None:
        """Add a question, once."""
        if question not in self.questions:
            self.questions.append(question)

    def warn(self, sentence: str) -> None:
        """Add a warning, once."""
        if sentence not in self.warnings:
            self.warnings.append(sentence)


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Return a number with its noun.

    >>> counted(1, "row"), counted(1200, "row"), counted(2, "series", "series")
    ('1 row', '1,200 rows', '2 series')
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def listed(names: list[str], limit: int = 8) -> str:
    """Return names in one line, the rest counted.

    >>> listed(["a", "b", "c"], limit=2)
    'a, b and 1 more'
    """
    shown = ", ".join(names[:limit])
    return shown if len(names) <= limit else f"{shown} and {len(names) - limit} more"
