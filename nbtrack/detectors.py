"""The secrets that nbtrack looks for: detect-secrets' patterns, and our own where notebooks need more.

Importing this module imports detect-secrets (0.3 s); `nbtrack.redact` does so on first use.

Left out on purpose: the entropy detectors (they take hashes and run ids for secrets), public IP addresses,
Artifactory (it takes words such as `APACHE2LICENSE`), and the IBM family (0.5 s on 5 MB; what it finds has a
secret-sounding name too). Replaced: those that report a part of the secret, made to warn and not to remove.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from detect_secrets.plugins.aws import AWSKeyDetector
from detect_secrets.plugins.base import RegexBasedDetector
from detect_secrets.plugins.discord import DiscordBotTokenDetector
from detect_secrets.plugins.gitlab_token import GitLabTokenDetector
from detect_secrets.plugins.mailchimp import MailchimpDetector
from detect_secrets.plugins.openai import OpenAIDetector
from detect_secrets.plugins.pypi_token import PypiTokenDetector
from detect_secrets.plugins.sendgrid import SendGridDetector
from detect_secrets.plugins.slack import SlackDetector
from detect_secrets.plugins.square_oauth import SquareOAuthDetector
from detect_secrets.plugins.stripe import StripeDetector
from detect_secrets.plugins.telegram_token import TelegramBotTokenDetector
from detect_secrets.plugins.twilio import TwilioKeyDetector

from nbtrack.keywords import Assignments, Unquoted

if TYPE_CHECKING:
    from collections.abc import Iterator

Span = tuple[int, int]

_SCHEMES = "(?:Bearer|Basic|Token|ApiKey|Digest)"
_CREDENTIAL = rf"(?!{_SCHEMES}\b)([A-Za-z0-9+/_.~-]{{4,}}={{0,2}})(?![\w(\[{{])"


class Detector(Protocol):
    """Something that finds secrets in a text."""

    def spans(self, text: str, lowered: str) -> Iterator[Span]:
        """Yield where each secret starts and ends; `lowered` is the text in lower case, for a quick look."""


class HttpAuthorization(RegexBasedDetector):
    """What follows `Authorization` and `Bearer` in headers, dictionaries, f-strings and shell lines."""

    secret_type = "HTTP authorization"  # noqa: S105 - a name, as the next ones
    denylist = (
        re.compile(
            rf"Authorization\\{{0,3}}[\"']?\]?\s{{0,5}}[:=]\s{{0,5}}[rbf]{{0,2}}\\{{0,3}}[\"']"
            rf"(?:{_SCHEMES}\s+)?{_CREDENTIAL}",
            re.IGNORECASE,
        ),
        re.compile(
            rf"Authorization\s{{0,5}}:\s{{0,5}}(?:{_SCHEMES}\s+|(?=[\w.~+/-]{{16}})(?=[\w.~+/-]{{0,200}}\d))"
            rf"{_CREDENTIAL}",
            re.IGNORECASE,
        ),
        re.compile(r"(?:[Bb]earer|Basic)\s+(?=[A-Za-z_.~/+-]{0,200}\d)([A-Za-z0-9+/_.~-]{12,}={0,2})"),
    )


def _beginning(text: str, rest: str) -> re.Pattern[str]:
    """Match a token from its beginning, where no word runs into it.

    The look-behind stands after the beginning: in front of it, it would keep `re` from searching for the
    plain text, which is ten times faster.
    """
    return re.compile(rf"{text}(?<!\w{text}){rest}")


class KnownTokens(RegexBasedDetector):
    """Tokens with a beginning of their own that detect-secrets 1.5 does not know, or reports in part."""

    secret_type = "Token with a known beginning"  # noqa: S105
    denylist = (
        _beginning("gh[pousr]_", r"[A-Za-z0-9]{20,}"),
        _beginning("github_pat_", r"[A-Za-z0-9_]{20,}"),
        # With a digit, since classes in the HTML of scikit-learn begin with `sk-` too.
        _beginning("sk-", r"(?=[\w-]{0,200}\d)[\w-]{20,}"),
        _beginning("hf_", r"[A-Za-z0-9]{20,}"),
        _beginning("AIza", r"[\w-]{35}"),
        _beginning("dapi", r"[0-9a-f]{32}(?:-\d)?"),
        _beginning("npm_", r"[A-Za-z0-9]{36}"),
        _beginning("sk_(?:live|test)_", r"[A-Za-z0-9]{24,}"),
        _beginning("rk_(?:live|test)_", r"[A-Za-z0-9]{24,}"),
        _beginning("whsec_", r"[A-Za-z0-9]{24,}"),
        _beginning("xox[a-z]-", r"[\w-]{10,}"),
        _beginning("xapp-", r"[\w-]{10,}"),
        _beginning("eyJ", r"[\w=-]{8,}\.[\w=-]{2,}(?:\.[\w.+/=-]*)?"),
    )


class NamedValues(RegexBasedDetector):
    """Values in connection strings, addresses and files of credentials, where no quotes stand around them."""

    secret_type = "Value with a known name"  # noqa: S105
    denylist = (
        re.compile(r"_authToken=\s*([\w-]{8,})"),
        re.compile(r"AccountKey=([^;\"'\s\\{}]{8,})"),
        re.compile(r"SharedAccess(?:Key|Signature)=([^;\"'\s\\{}]{8,})"),
        re.compile(r"aws[^\n]{0,40}?[\"']([0-9a-zA-Z/+]{40})\\{0,3}[\"']", re.IGNORECASE),
        re.compile(r"[?&]sig=([A-Za-z0-9%+/=_-]{16,})"),
        re.compile(
            r"aws_?(?:secret|session)_?(?:access_?)?(?:key|token)\s{0,9}[=:]\s{0,9}([A-Za-z0-9/+=]{40,})",
            re.IGNORECASE,
        ),
    )


class UrlCredentials(RegexBasedDetector):
    """The password in `scheme://user:password@host`; detect-secrets lets those with punctuation go."""

    secret_type = "URL credentials"  # noqa: S105
    # Digits before a slash are a port, and the `@` after them is part of a path.
    denylist = (
        re.compile(r"://[^\s:/@\"'{}<>\\]{0,200}:(?!\d{1,5}[/?#])([^\s\"'{}<>\\,]{1,200})@(?=[\w\[{.-])"),
    )


class Patterns:
    """A detector of detect-secrets, asked where its secrets are and not only what they are.

    Its own `analyze_string` gives the first group of each match, which for `(ghp|gho)_…` is the prefix.

    Parameters
    ----------
    plugin
        The detector, used for its patterns alone: detect-secrets' settings are global to the process.
    hints
        Lower-case texts, one of which stands in every text where the plugin could find something.
    """

    def __init__(self, plugin: RegexBasedDetector, *hints: str) -> None:
        self._patterns = tuple(plugin.denylist)
        self._hints = hints

    def spans(self, text: str, lowered: str) -> Iterator[Span]:
        """Yield the value where the pattern has it in a group after a name, else all of the match."""
        if self._hints and not any(hint in lowered for hint in self._hints):
            return
        for pattern in self._patterns:
            for match in pattern.finditer(text):
                named = match.lastindex is not None and match.start(1) > match.start()
                yield match.span(1) if named else match.span()


class PrivateKeys:
    """Whole blocks, also inside JSON strings and diffs; detect-secrets reports their header alone."""

    _BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,10}-----|PuTTY-User-Key-File-\d:")
    _END = re.compile(r"-----END [A-Z0-9 ]{0,60}-----|Private-MAC: *\w+")
    _CUT_OFF = re.compile(r"(?:(?:[\s\"'+,-]|\\n|\\r){0,40}[A-Za-z0-9+/=]{16,})*")
    _LONGEST = 20_000  # characters; a key of 16384 bits has 12,700

    def spans(self, text: str, lowered: str) -> Iterator[Span]:
        """Yield from header to footer; where there is no footer, as far as it looks like base64."""
        if "private" not in lowered:
            return
        done = 0
        for begin in self._BEGIN.finditer(text):
            if begin.start() < done:
                continue
            following = self._BEGIN.search(text, begin.end(), begin.end() + self._LONGEST)
            last = following.start() if following else begin.end() + self._LONGEST
            end = self._END.search(text, begin.end(), last) or self._CUT_OFF.match(text, begin.end())
            done = end.end() if end else begin.end()
            yield begin.start(), done


def all_detectors() -> tuple[Detector, ...]:
    """Return one of each: they hold no state, so every thread may use them."""
    return (
        Assignments(),
        Unquoted(),
        PrivateKeys(),
        Patterns(KnownTokens()),
        Patterns(HttpAuthorization(), "authorization", "bearer", "basic"),
        Patterns(NamedValues(), "_authtoken", "key=", "signature=", "sig=", "aws"),
        Patterns(UrlCredentials(), "://"),
        Patterns(AWSKeyDetector()),
        Patterns(DiscordBotTokenDetector()),
        Patterns(GitLabTokenDetector(), "gl", "gr1348941"),
        Patterns(MailchimpDetector(), "-us"),
        Patterns(OpenAIDetector(), "t3blbkfj"),
        Patterns(PypiTokenDetector(), "pypi-age"),
        Patterns(SendGridDetector(), "sg."),
        Patterns(SlackDetector(), "xox", "hooks.slack.com"),
        Patterns(SquareOAuthDetector(), "sq0csp-"),
        Patterns(StripeDetector(), "k_live_"),
        Patterns(TelegramBotTokenDetector()),
        Patterns(TwilioKeyDetector()),
    )
