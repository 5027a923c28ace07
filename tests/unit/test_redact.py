"""What is a secret, what is not, and that nothing but the secret changes."""

from __future__ import annotations

import difflib
import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from nbtrack import redact as module
from nbtrack.redact import FAILED, redact

# Put together at run time, so that no scanner of this repository takes them for real ones.
AWS = "AKIA" + "IOSFODNN7EXAMPLQ"
AWS_SECRET = "wJalrXUtnFEMI/K7MDENG/" + "bPxRfiCYEXAMPLEKEY"
GITHUB = "ghp_" + "a1B2" * 9
GITHUB_FINE = "github_pat_" + "11ABCDEFG0" + "a1B2" * 15
JWT = "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0NTY3ODkwIn0" + ".dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P"
AZURE = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
OPENAI = "sk-" + "proj-a1B2c3D4" * 4
ANTHROPIC = "sk-" + "ant-api03-a1B2_c3D4-" * 3
KEY = "-----BEGIN {0}-----\n" + "MIIEpAIBAAKCAQEA\n" * 20 + "-----END {0}-----"

# Each is one text with the secret between « and ».
SECRETS = [
    f'client = boto3.client("s3", aws_access_key_id="«{AWS}»")',
    f"aws_secret_access_key = «{AWS_SECRET}»",
    f'aws_key("«{AWS_SECRET}»")',
    f"!git clone https://x-access-token:«{GITHUB}»@github.com/a/b",
    f"# {GITHUB[:0]}«{GITHUB}» «{GITHUB_FINE}»",
    f"call('«glpat-{'x1' * 10}»')",
    f"slack('«xoxb-{'1' * 11}-{'a' * 24}»')",
    f"stripe = '«sk_live_{'a1' * 12}»'",
    f"AccountName=x;AccountKey=«{AZURE}»;EndpointSuffix=core",
    f"https://a.blob.core.windows.net/c?sv=1&sig=«{'aB3%2B' * 6}»&se=2",
    f"jwt.decode('«{JWT}»')",
    f"openai('«{OPENAI}»'); anthropic('«{ANTHROPIC}»')",
    f"HfApi('«hf_{'aB' * 17}»')",
    'password="«hunter2»"',
    "password = '«hunter2»'",
    'password: str = "«hunter2»"',
    "def connect(host, password: str | None = '«hunter2»'):",
    'token = r"«abc\\def»"; user = "ann"',
    "api_key: «'x»'".replace("«'x»'", "'«x y z»'"),
    "  api_key: '«hunter2»'\n  user: 'ann'",
    '{"user": "ann", "password": "«hunter2»", "port": "5432"}',
    "connect({password: '«hunter2»'})",
    'connect(user="ann", pwd="«hunter2»", db_password = "«hunter3»")',
    'os.environ["OPENAI_API_KEY"] = "«hunter2»"',
    "os.environ.setdefault('API_TOKEN', '«hunter2»')",
    'if secret == "«hunter2»":',
    'password = f"«hunter{n}»"',
    'password = """«hunter\n2»"""',
    'password = (\n    "«hunter2»"\n)',
    'password = "«it\\"s me»"',
    'PASSWORD_2 = "«hunter2»"; x_token_old = "«hunter2»"; dbPasswordProd = "«hunter2»"',
    "# don't: password = '«hunter2»'",
    "conn = \"host=h password='«hunter2»' dbname=d\"",
    'conn = "Server=h;Password=«hunter2»;Database=d"',
    "%env WANDB_API_KEY=«hunter2»\nx = 1",
    "%env DB_PASSWORD «hunter2»",
    "!export GITHUB_TOKEN=«hunter2» && make",
    "!mytool --password «hunter2» --user ann",
    "+password = '«hunter2»'\n-password = '«hunter1»'\n context",
    '"source": ["password = \\"«hunter2»\\"\\n", "x = \\"ok\\""]',
    "postgresql://ann:«hun/t@er2»@db.host:5432/x",
    'url = f"https://ann:«hunter2»@{host}/x"',
    "redis://:«hunter2»@h:1, redis://:«hunter3»@h:2",
    'headers = {"Authorization": "Bearer «abcd»"}',
    'headers = {"Authorization": f"Bearer «abcd1234abcd1234»"}',
    "headers['authorization'] = 'Basic «dXNlcjpwYXNz»'",
    'headers = {"Authorization": "«0123456789»"}',
    'curl -H "Authorization: Bearer «abc.def-123»" https://h',
    "Authorization: token «abcdef»",
    'requests.get(u, headers=dict(auth="Bearer «a1b2c3d4e5f6g7h8»"))',
    '"{\\"Authorization\\": \\"Bearer «abcd1234»\\"}"',
    f'x = """\n«{KEY.format("RSA PRIVATE KEY")}»\n"""\ny = 1',
    f"+«{KEY.format('PRIVATE KEY').replace(chr(10), chr(10) + '+')}»\n+x = 1",
    "«{}»".format(KEY.format("OPENSSH PRIVATE KEY").replace("\n", "\\n")),
    "«-----BEGIN PRIVATE KEY-----\n" + "MIIEvQIBADANBgkq\n" * 3 + "MIIEvQIBADANBgkq»\n",
]

HARMLESS = [
    "password = get_password()",
    'password = os.environ["DB_PASSWORD"]',
    "token = os.getenv('HF_TOKEN')",
    'password = getpass("Password: ")',
    'password = getpass("Password: "); user = input("User: ")',
    'print("password=", password, "token=", token)',
    'print("token: " + token + "; done")',
    'password = ""',
    'password = "{password}"; token = f"{t}"; secret = "${SECRET}"; pwd = "$PWD"; api_key = "%s"',
    'headers = {"Authorization": f"Bearer {token}"}',
    'headers = {"Authorization": "Bearer " + token}',
    'headers = {"Authorization": token, "Accept": "text/html"}',
    'result.pop("Authorization", None)',
    "Bearer authentication is described in RFC 6750; Basic understanding helps",
    'tokenizer = AutoTokenizer.from_pretrained("bert-base-uncased")',
    'tokenizer.pad_token = "<pad>"; mask_token="[MASK]"; max_tokens="100"; tokenizer="bert"',
    'secret_name = "churn"; password_field = "#pw"; token_url = "https://h/t"; secretary = "Ann"',
    'columns = ["user", "password", "email"]; key = "id"; sort(key="age")',
    "sha256 = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'",
    "run_id = '8c1f6f1d2e3b4a5c8c1f6f1d2e3b4a5c'; commit 7e3b4a5c8c1f6f1d2e3b4a5c8c1f6f1d2e3b4a5c",
    "http://host:5000/a@b  https://host/@user?x=1  git@github.com:a/b.git  ann@host.org",
    "postgresql://{user}:{password}@host/db",
    '<div class="sk-toggleable__label-arrow sk-estimator-doc-link">',
    're.compile("-----BEGIN PUBLIC KEY-----")',
    "2026-11-22T03:52:15 10.0.0.1 1234567890:abc",
    "%env CUDA_VISIBLE_DEVICES=0\n!export PATH=$PATH\n%env API_KEY=$KEY",
    "# pass --token to the tool, or --password",
    "import numpy as np\nX = np.array([1, 2])\n",
    "",
]


@pytest.mark.parametrize("marked", SECRETS)
def test_a_secret_is_replaced_and_nothing_else(marked: str) -> None:
    text = marked.replace("«", "").replace("»", "")
    expected = re.sub("«[^»]*»", "[redacted]", marked)
    assert redact(text) == expected
    assert redact(expected) == expected


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact(text) == text


# A notebook file has the lines of a source as JSON strings. Left out: what takes several, or is JSON itself.
ONE_LINE = [marked for marked in SECRETS if not re.search(r"«[^»]*\n|\(\n|\\\\", marked)]


@pytest.mark.parametrize("marked", ONE_LINE)
def test_a_secret_is_found_inside_a_notebook_file(marked: str) -> None:
    def saved(source: str) -> str:
        return json.dumps(
            {"cells": [{"source": source.splitlines(keepends=True)}]}, indent=1, ensure_ascii=False
        )

    text = marked.replace("«", "").replace("»", "")
    assert redact(saved(text)) == saved(re.sub("«[^»]*»", "[redacted]", marked))


def test_our_own_sources_come_through_nearly_untouched() -> None:
    for file in Path(module.__file__).parent.glob("*.py"):
        text = file.read_text(encoding="utf-8")
        changed = [line for line in difflib.ndiff([text], [redact(text)]) if line.startswith("?")]
        assert len(changed) < 3, file


def test_five_megabytes_take_seconds_at_most() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    text = source * (5_000_000 // len(source))
    started = time.perf_counter()
    redacted = redact(text)
    assert time.perf_counter() - started < 8  # 1 s of plain code on the machine this was written on
    assert AWS not in redacted


@pytest.mark.parametrize(
    "text",
    [
        "A1b" * 300_000,
        " " * 1_000_000,
        'password = "a ' * 20_000,
        "-----BEGIN PRIVATE KEY-----" * 10_000,
        "://a:b" * 50_000,
        'password=\\"' * 30_000,
        "İ" * 1000 + 'password = "hunter2"',
        "\ud800 password = 'hunter2'",
        "\0" * 1000,
    ],
)
def test_odd_texts_neither_raise_nor_hang(text: str) -> None:
    started = time.perf_counter()
    assert "hunter2" not in redact(text)
    assert time.perf_counter() - started < 8


def test_threads_may_use_it_at_once() -> None:
    text = f"a = '{GITHUB}'\n" * 500
    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(redact, [text] * 40))
    assert answers == {"a = '[redacted]'\n" * 500}


def test_when_the_scan_fails_the_text_is_not_kept(caplog: pytest.LogCaptureFixture) -> None:
    assert redact(b"password = 'hunter2'") == FAILED  # type: ignore[arg-type]
    assert "the secret scan failed" in caplog.text
