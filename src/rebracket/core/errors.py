"""What can go wrong, as one tree.

RebracketError
├── InputError         exit 1: a file or value of the user's cannot be used
│   └── SpanError      a time span that cannot exist
├── RefusedError       exit 1: the data cannot answer what was asked
│   └── UnhealthyError exit 1: what an encoder makes of the data says nothing
├── UsageError         exit 2: the command line or a recipe is wrong
└── MissingExtraError  exit 2: an optional package is needed; names the install command

Anything else that reaches the user is a bug.
"""

__all__ = [
    "InputError",
    "MissingExtraError",
    "RebracketError",
    "RefusedError",
    "SpanError",
    "UnhealthyError",
    "UsageError",
]


class RebracketError(Exception):
    """The root: one line for the user, and the exit status it ends with."""

    exit_code = 1


class InputError(RebracketError):
    """A file or value of the user's cannot be used; names place, found, expected."""


class SpanError(InputError, ValueError):
    """A span of time that cannot exist."""


class RefusedError(RebracketError):
    """The data cannot answer what was asked; says why and what would settle it."""


class UnhealthyError(RefusedError):
    """The vectors of an encoder say nothing of the data; gives the figures, and how to go on all the same."""


class UsageError(RebracketError):
    """The command line or a recipe is wrong."""

    exit_code = 2


class MissingExtraError(RebracketError):
    """An optional package is needed for what was asked."""

    exit_code = 2

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(package, extra)  # both, so that it can cross from one process to another
        self.package = package
        self.extra = extra

    def __str__(self) -> str:
        return (
            f"this needs the package {self.package!r}; install it with: "
            f"python3 -m pip install 'rebracket[{self.extra}]'"
        )
