"""Signing in to Azure without anybody there to sign in: each failure is a sentence with what to type."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from nbtrack.connecting import checking, identity
from nbtrack.store.faults import LoginNeeded
from tests.unit.connecting.test_workspace import URI, token

if TYPE_CHECKING:
    from pathlib import Path

THREE = ("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET")
SECRET = "s3cret-canary"  # noqa: S105
# What azure-identity 1.27 says without a login, and how Entra's refusals of a service principal begin there.
NOBODY = (
    "DefaultAzureCredential failed to retrieve a token from the included credentials.\n"
    "Attempted credentials:\n"
    "\tEnvironmentCredential: EnvironmentCredential authentication unavailable.\n"
    "\tManagedIdentityCredential: ManagedIdentityCredential authentication unavailable, no response from the "
    "IMDS endpoint.\n\tAzureCliCredential: Azure CLI not found on path\n"
)
REFUSED = "Attempted credentials:\n\tEnvironmentCredential: Authentication failed: "


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [n for n in os.environ if n.startswith(("AZURE", "MLFLOW_TRACKING", "IDENTITY_", "MSI_"))]:
        monkeypatch.delenv(name)


@pytest.mark.parametrize(
    ("said", "words", "cure"),
    [
        (NOBODY, "Nobody is signed in", "`az login`"),
        (NOBODY, "Nobody is signed in", "AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET"),
        (NOBODY, "Nobody is signed in", "managed identity"),
        (f"{NOBODY}\tAzureCliCredential: Please run 'az login'", "nobody is logged in", "az l"),
        (f"{REFUSED}AADSTS7000215: Invalid secret.", "AZURE_CLIENT_SECRET: it is wrong", "value"),
        (f"{REFUSED}AADSTS7000222: Keys are expired.", "it has expired", "new secret"),
        (f"{REFUSED}AADSTS700016: Application was not found.", "no app", "AZURE_CLIENT_ID"),
        (f"{REFUSED}AADSTS90002: Tenant not found.", "no tenant", "AZURE_TENANT_ID"),
        (f"{REFUSED}AADSTS999999: {SECRET}", "refused the login of AZURE_CLIENT_ID (AADSTS999999)", "Check"),
        ("AzureCliCredential: AADSTS700082: The refresh token has expired", "`az` has expired", "`az login`"),
        ("AzureCliCredential: AADSTS50076: you must use multi-factor", "second factor", "`az login`"),
        ("ManagedIdentityCredential: Identity not found", "no managed identity that fits", "AZURE_CLIENT_ID"),
        (f"{REFUSED}NameResolutionError('login')", "login.microsoftonline.com can't be found", "host"),
        (f"{REFUSED}Connection refused", "login.microsoftonline.com can't be reached", "HTTPS_PROXY"),
    ],
)  # fmt: skip
def test_each_failure_names_its_cure(said: str, words: str, cure: str) -> None:
    error = identity.refusal(said)
    assert words in error.message
    assert cure in error.hint
    assert SECRET not in str(error)


@pytest.mark.parametrize("missing", THREE[1:])
def test_a_service_principal_by_halves_is_told(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    for name in THREE:
        if name != missing:
            monkeypatch.setenv(name, SECRET)
    with pytest.raises(LoginNeeded, match=f"{missing} is not set") as error:
        identity.token()
    assert SECRET not in str(error.value)


def test_the_token_of_a_job_is_taken_while_it_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    job = token(upn=None, appid="job-7")
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", job)
    found = identity.token()
    assert (found.text, found.who) == (job, "job-7 (MLFLOW_TRACKING_TOKEN)")
    assert job not in repr(found)
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", token(exp=time.time() - 60))
    with pytest.raises(LoginNeeded, match="has expired"):
        identity.token()


@pytest.mark.parametrize("text", ["x", "a.b.c", "a.eyJ4IjogMX0.c", "..", "a.W10.c"])
def test_a_token_that_tells_nothing_is_no_fault(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", text)
    assert identity.token().who.startswith("somebody")


def test_a_uri_that_is_none_of_azures_is_told() -> None:
    (step,) = checking.steps("azureml://nowhere")
    assert (step.state, "%track --store azureml" in step.cure) == ("failed", True)


def test_the_real_chain_ends_soon_without_a_device_code(tmp_path: Path) -> None:
    """azure-identity itself, in a process whose only way out is a proxy that is not there."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        closed = f"http://127.0.0.1:{free.getsockname()[1]}"
    code = (
        "from nbtrack.connecting import identity\n"
        "try: identity.token()\n"
        "except Exception as error: print(type(error).__name__, error)\n"
    )
    environment = {
        **os.environ,
        **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), closed),
        "NO_PROXY": "",
        "no_proxy": "",
        "PATH": "/nowhere",  # no `az`
        "HOME": str(tmp_path),
    }
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=120, check=True
    )
    assert time.monotonic() - began < 60
    if "not installed" in done.stdout:
        assert "pip install 'nbtrack[azure]'" in done.stdout
        assert not _has_azure()
    else:
        assert done.stdout.startswith("LoginNeeded Nobody is signed in to Azure here.")
    assert "devicelogin" not in done.stdout + done.stderr
    assert done.stderr == ""


def test_a_service_principal_meets_the_closed_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not _has_azure():
        pytest.skip("azure-identity is not installed here")
    with socket.create_server(("127.0.0.1", 0)) as free:
        closed = f"http://127.0.0.1:{free.getsockname()[1]}"
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, closed)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AZURE_TENANT_ID", "11111111-1111-4111-8111-111111111111")
    monkeypatch.setenv("AZURE_CLIENT_ID", "22222222-2222-4222-8222-222222222222")
    monkeypatch.setenv("AZURE_CLIENT_SECRET", SECRET)
    with pytest.raises(LoginNeeded) as error:
        identity.token()
    assert "proxy in between does not answer" in error.value.message or "has not ended" in error.value.message
    assert SECRET not in str(error.value)


def test_the_check_says_that_the_plugin_is_missing() -> None:
    if _has_azure():
        pytest.skip("azureml-mlflow is installed here")
    (step,) = checking.steps(URI)
    assert step.cure == "Type `pip install 'nbtrack[azure]'`, and restart."


def _has_azure() -> bool:
    try:
        import azure.identity  # noqa: F401
    except ImportError:
        return False
    return True
