"""Tracking URIs as people may see them."""

from __future__ import annotations

import pytest

from nbtrack import settings

AZURE = (
    "azureml://eastus.api.azureml.ms/mlflow/v1.0/subscriptions/0/resourceGroups/r"
    "/providers/Microsoft.MachineLearningServices/workspaces/my%20ws"
)


@pytest.mark.parametrize(
    ("uri", "safe"),
    [
        ("http://u:hunter2@host:5000/x", "http://host:5000/x"),
        ("https://hunter2@host", "https://host"),
        ("http://u:hun@ter2@host", "http://host"),
        ("postgresql+psycopg2://u:hun/ter2@host/db", "postgresql+psycopg2://host/db"),
        ("mysql://u:hunter2@host/db?ssl=1&password=hunter2", "mysql://host/db?ssl=1&password=[redacted]"),
        ("https://h/p?sig=hunter2&sv=1", "https://h/p?sig=[redacted]&sv=1"),
        ("https://h?access_token=hunter2#x", "https://h?access_token=[redacted]#x"),
        ("mssql+pyodbc:///?odbc_connect=PWD%3Dhunter2", "mssql+pyodbc:///?odbc_connect=[redacted]"),
        ("AccountName=a;AccountKey=hunter2==;B=1", "AccountName=a;AccountKey=[redacted];B=1"),
        ("http://u:hunter2@[::1", "http://[::1"),
    ],
)
def test_credentials_are_hidden(uri: str, safe: str) -> None:
    assert settings.without_credentials(uri) == safe


@pytest.mark.parametrize(
    "uri",
    ["sqlite:////home/a@b/x:y@z.db", "http://host:5000/a@b", "databricks://profile", "", "./x", "://", AZURE],
)
def test_what_holds_none_is_unchanged(uri: str) -> None:
    assert settings.without_credentials(uri) == uri


@pytest.mark.parametrize(
    ("uri", "words"),
    [
        ("sqlite:////home/a/mlflow.db", "SQLite · mlflow.db"),
        ("sqlite:////home/my runs/ü#1.db", "SQLite · ü#1.db"),
        ("sqlite://", "SQLite · in memory"),
        ("http://u:hunter2@host:5000/?token=hunter2", "MLflow server · host:5000"),
        ("https://host/team/mlflow", "MLflow server · host/team/mlflow"),
        ("postgresql+psycopg2://u:hunter2@host:5432/db?x=1", "PostgreSQL · host:5432/db"),
        ("mysql+pymysql://host/db", "MySQL · host/db"),
        (AZURE, "Azure ML · my ws"),
        ("databricks", "Databricks"),
        ("databricks://team", "Databricks · team"),
        ("file:///srv/ml%20runs", "Folder · ml runs"),
        ("./mlruns", "Folder · mlruns"),
        ("arn:aws:sagemaker:eu-1:1:mlflow-tracking-server/tracks", "SageMaker · tracks"),
        ("plugin://u:hunter2@host", "plugin://host"),
        ("http://[::1", "MLflow server · [::1"),
    ],
)
def test_a_store_in_words(uri: str, words: str) -> None:
    assert settings.readable(uri) == words
