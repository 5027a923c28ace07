"""What MLflow 3 said of real servers with such faults, and what nbtrack makes of it."""

from __future__ import annotations

import pytest

from nbtrack.troubles import BUSY, FORBIDDEN, LOGIN, PAGE, PROXY, TLS, Trouble, trouble_of

_POOL = "HTTPSConnectionPool(host='127.0.0.1', port=1): Max retries exceeded with url: /x (Caused by "
_FAILED = "API request to endpoint /api/2.0/mlflow/experiments/search failed with error code"
_NO_JSON = "API request to endpoint was successful but the response body was not in a valid JSON format. "


@pytest.mark.parametrize(
    ("words", "trouble"),
    [
        (
            f"{_POOL}SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate')))",
            TLS,
        ),
        (f"{_POOL}SSLError(SSLError(1, '[SSL: WRONG_VERSION_NUMBER] wrong version number')))", TLS),
        (f"{_NO_JSON}Response body: '<html>Your connection timed out'", PAGE),
        (f"{_NO_JSON}Response body: '<html>error code 403, 403 Forbidden'", PAGE),
        (
            f"{_POOL}ProxyError('Unable to connect to proxy', NewConnectionError('Connection refused')))",
            PROXY,
        ),
        (f"{_FAILED} 401 != 200. Response body: 'You are not authenticated.'", LOGIN),
        (f"{_FAILED} 403 != 200. Response body: 'Permission denied'", FORBIDDEN),
        (f"{_FAILED} 429 != 200. Response body: 'slow down'", BUSY),
        (f"{_POOL}ResponseError('too many 429 error responses')", BUSY),
    ],
)
def test_each_names_its_cure(words: str, trouble: Trouble) -> None:
    assert trouble_of(words) == trouble
