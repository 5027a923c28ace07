"""What a URL asks for: its query, checked, in plain types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Mapping

_FLAGS = {"1": True, "true": True, "0": False, "false": False, "": False}


class Query:
    """The query of a URL. Unlike tornado's own readers it neither strips nor replaces anything.

    Parameters
    ----------
    arguments
        Values by name, as tornado's request has them.
    """

    def __init__(self, arguments: Mapping[str, list[bytes]]) -> None:
        self._arguments = arguments

    def texts(self, name: str) -> list[str]:
        """Return all values of a name, in order.

        Raises
        ------
        Invalid
            If one is not UTF-8.
        """
        try:
            return [value.decode("utf-8") for value in self._arguments.get(name, [])]
        except UnicodeDecodeError:
            raise Invalid(f"`{name}` is not UTF-8.", hint="Encode it with encodeURIComponent.") from None

    def several(self, name: str) -> list[str] | None:
        """Return all values that are not empty; None where there are none."""
        return [value for value in self.texts(name) if value] or None

    def text(self, name: str, default: str = "") -> str:
        """Return the last value of a name."""
        return (self.texts(name) or [default])[-1]

    def optional(self, name: str) -> str | None:
        """Return the last value, or None where it is missing or empty."""
        return self.text(name) or None

    def flag(self, name: str) -> bool:
        """Return whether a name is `1` or `true`.

        Raises
        ------
        Invalid
            If it is neither yes nor no.
        """
        value = self.text(name).lower()
        if value not in _FLAGS:
            raise Invalid(f"`{name}={value}` is neither yes nor no.", hint="Say 1 or 0.")
        return _FLAGS[value]

    def whole(self, name: str, default: int, most: int) -> int:
        """Return a whole number from 1 to `most`.

        Raises
        ------
        Invalid
            If it is none.
        """
        value = self.text(name)
        if not value:
            return default
        if not (value.isascii() and value.isdecimal() and len(value) <= 9 and 1 <= int(value) <= most):  # noqa: PLR2004
            raise Invalid(
                f"`{name}` must be a number from 1 to {most}.", hint="Leave it out for the default."
            )
        return int(value)
