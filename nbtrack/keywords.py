"""Literal values given to names that sound secret: `password = "…"`, `{"api_key": "…"}`, `%env TOKEN=…`.

The names are detect-secrets' own, and `token`. Its keyword detector finds one secret a line, takes
`tokenizer="…"` and the quote in `print("password=", x)` for one, and does not know escaped quotes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from detect_secrets.plugins.keyword import DENYLIST

if TYPE_CHECKING:
    from collections.abc import Iterator

_OURS = ("token", "passphrase", "access_?key", "secret_?key", "credential", "sas_?key", "bearer")
_NAMES = "|".join(
    re.sub("pass$", "pass(?:word|wd|phrase)?", word.replace("_?", "[_-]?")) for word in (*DENYLIST, *_OURS)
)
_NAME = re.compile(rf"({_NAMES})([\w-]{{0,40}})", re.IGNORECASE)
# What each of the names ends in or holds: a first look that is ten times faster than the names themselves.
_ROOT = re.compile(r"pass|pwd|secret|contrase|token|key|credential|bearer")
_WORD = re.compile(r"[\w-]{0,60}")

_VALUE = re.compile(
    r"""(?P<close>\\{0,3}["'])?\]?                             # of "name": and of x["name"]
    \s{0,20}(?::\s{0,5}[\w.\[\]|\ ]{1,40}?\s{0,5}(?==))?       # an annotation
    (?P<sign>:=|=>|[=!]=|=|:)\s{0,20}\(?\s{0,40}
    [rbuf]{0,2}
    (?:(?P<triple>\"\"\"|''')(?P<long>(?s:(?:(?!(?P=triple)).){1,20000}))(?P=triple)
    |(?P<quote>\\{1,3}["']|["'`])(?P<value>(?:(?!(?P=quote))(?:\\{3}.|\\.|[^\\\n])){1,20000})(?P=quote))""",
    re.IGNORECASE | re.VERBOSE,
)
_SECRET_NAME = rf"\w{{0,60}}?(?i:{_NAMES})\w{{0,40}}"
_BARE = r"""(?P<value>[^\s"'`\\;${}][^\s"'\\;]{0,4000})"""
_OPTION = re.compile(rf"--(?<!---)(?!-)[\w-]{{0,40}}?(?i:{_NAMES})[= ] {{0,5}}{_BARE}")
_UNQUOTED = (
    re.compile(rf"(?:%(?:set_)?env|export|setx) {{1,5}}{_SECRET_NAME}[= ] {{0,5}}{_BARE}"),
    re.compile(rf"""(?:setdefault|putenv|setenv)\( ?\\?["']{_SECRET_NAME}\\?["'], ?\\?["']{_BARE}"""),
    re.compile(rf"""[;"'](?i:password|pwd)=(?=[^;\n]{{1,200}};){_BARE}"""),
)

# `secret_name`, `password_field`: what the secret is called, not what it is.
_NOT_SECRET = re.compile(
    r"[_-]?(?:\w*[_-])?(?:name|file|path|env|var|variable|field|url|uri|scope|type|length|column|col"
    r"|prompt|label|placeholder|regex|pattern|policy)s?",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(
    r"\$?\{[^{}]*\}|\{\{[^{}]*\}\}|\$\w+|%\(?\w*\)?s|\*+|\.{3}|\[redacted\]", re.IGNORECASE
)
_SPECIAL_TOKEN = re.compile(r"<[^<>]*>|\[[^\[\]]*\]")  # of a language model: pad_token="<pad>"


class Assignments:
    """Values written as literals beside a secret-sounding name; calls and look-ups are left alone."""

    def spans(self, text: str, lowered: str) -> Iterator[tuple[int, int]]:
        """Yield where each value starts and ends, without its quotes."""
        # Lower case can be longer than the text, and then its positions are of no use.
        where = lowered if len(lowered) == len(text) else text.translate(_ASCII_LOWER)
        done = 0
        for root in _ROOT.finditer(where):
            if root.start() < done:
                continue
            word_end = _end(_WORD, text, root.end())
            match = _VALUE.match(text, word_end)
            if match is None:
                continue
            start = _word_start(text, root.start())
            group = "long" if match["triple"] else "value"
            if _sounds_secret(text[start:word_end], match[group]) and _assigns(text, start, match):
                done = match.end(group)
                yield match.span(group)


class Unquoted:
    """Values without quotes, where what is around them says so: `%env`, `export`, `!tool --token`."""

    def spans(self, text: str, lowered: str) -> Iterator[tuple[int, int]]:
        """Yield where each value starts and ends."""
        del lowered
        for pattern in _UNQUOTED:
            for match in pattern.finditer(text):
                if not _PLACEHOLDER.fullmatch(match["value"]):
                    yield match.span("value")
        for match in _OPTION.finditer(text):
            line = _line_start(text, match.start())
            if text[line : line + 20].lstrip("+- \t\"'")[:1] in {"!", "%"}:  # elsewhere it may be prose
                yield match.span("value")


_ASCII_LOWER = {ord(letter): ord(letter.lower()) for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


def _end(pattern: re.Pattern[str], text: str, position: int) -> int:
    match = pattern.match(text, position)
    return match.end() if match else position


def _word_start(text: str, position: int) -> int:
    """Return where the dotted name around `position` begins."""
    before = text[max(0, position - 100) : position]
    match = re.search(r"[\w.-]*\Z", before)
    return position - (len(before) - match.start() if match else 0)


def _line_start(text: str, position: int) -> int:
    """Return where the line of `position` begins, looking back 2,000 characters at most."""
    earliest = max(0, position - 2000)
    return max(text.rfind("\n", earliest, position) + 1, earliest)


def _sounds_secret(word: str, value: str) -> bool:
    if _PLACEHOLDER.fullmatch(value):
        return False
    name = _NAME.search(word)
    while name is not None:
        root, suffix = name[1].lower(), name[2]
        longer = suffix[:1].islower() and not (suffix == "s" and root != "token")  # `tokenizer`, `max_tokens`
        special = root == "token" and _SPECIAL_TOKEN.fullmatch(value)
        if not (longer or special or _NOT_SECRET.fullmatch(suffix)):
            return True
        name = _NAME.search(word, name.end(1))
    return False


def _assigns(text: str, start: int, match: re.Match[str]) -> bool:
    """Whether this is a value at all, and not the prose of a text such as `getpass("Password: ")`."""
    if match["sign"] == ":" and not match["close"]:
        line = text[_line_start(text, start) : start]
        # First on its line, also on one of a notebook file, or in braces.
        if line.strip(' \t+-#"') and line.rstrip()[-1:] not in tuple("{,("):
            return False
    return match["triple"] is not None or not _closes(text, match)


def _closes(text: str, match: re.Match[str]) -> bool:
    """Whether the quote that seems to open the value closes a text, as in `print("password=", x)`.

    It does when it is the second, fourth … of its kind on the line and what comes after it looks like code.
    Both, since a lone apostrophe in a comment must not let a secret out.
    """
    quote, position = match["quote"], match.start("quote")
    if match["value"][0] not in " \t,)+%]};:.\\":
        return False
    return text.count(quote, _line_start(text, position), position) % 2 == 1
