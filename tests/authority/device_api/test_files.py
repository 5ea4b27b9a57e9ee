"""GET of exports: the index for a minute, files for ever, nothing else at all."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client


class ClosingClient(Client):
    """Remembers its answers, so that their files can be closed, as a server does."""

    def __init__(self) -> None:
        super().__init__()
        self.answered: list[Any] = []

    def generic(self, *args: Any, **kwargs: Any) -> Any:
        self.answered.append(super().generic(*args, **kwargs))
        return self.answered[-1]


@pytest.fixture
def client() -> ClosingClient:
    return ClosingClient()


@pytest.fixture
def exports(environment, client, db):
    folder = environment().exports / "452"
    folder.mkdir(parents=True)
    (folder / "index.txt").write_text("452/0-3600-00001.zip")
    (folder / "0-3600-00001.zip").write_bytes(b"PK" * 50)
    (folder / ".0-3600-00001.zip.partial").write_bytes(b"half")
    (environment().var / "secret_key").write_text("secret")
    yield client
    for response in client.answered:
        response.close()


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def test_the_index_is_fresh_for_a_minute(exports):
    response = exports.get("/exports/452/index.txt")
    assert body(response) == b"452/0-3600-00001.zip"
    assert response["Cache-Control"] == "public, max-age=60"
    assert response["ETag"]


def test_a_file_never_changes(exports):
    response = exports.get("/exports/452/0-3600-00001.zip")
    assert body(response) == b"PK" * 50
    assert response["Content-Type"] == "application/zip"
    assert response["Cache-Control"] == "public, max-age=1209600, immutable"


def test_files_do_not_vary_by_language_or_session(exports):
    response = exports.get("/exports/452/0-3600-00001.zip", HTTP_ACCEPT_LANGUAGE="en")
    assert not response.has_header("Vary")
    assert not response.cookies


def test_what_a_phone_has_is_not_sent_again(exports):
    etag = exports.get("/exports/452/index.txt")["ETag"]
    response = exports.get("/exports/452/index.txt", HTTP_IF_NONE_MATCH=etag)
    assert (response.status_code, response.content) == (304, b"")


def test_a_head_request_sends_no_body(exports):
    response = exports.head("/exports/452/0-3600-00001.zip")
    assert (response.status_code, response["Content-Length"]) == (200, "100")


def test_a_part_of_a_file_is_sent_where_it_is_asked_for(exports):
    path = "/exports/452/0-3600-00001.zip"
    response = exports.get(path, HTTP_RANGE="bytes=1-4")
    assert (response.status_code, body(response)) == (206, b"KPKP")
    assert (response["Content-Range"], response["Content-Length"]) == ("bytes 1-4/100", "4")
    assert exports.get(path)["Accept-Ranges"] == "bytes"
    outside = exports.get(path, HTTP_RANGE="bytes=100-")
    assert (outside.status_code, outside["Content-Range"]) == (416, "bytes */100")


def test_a_part_is_only_sent_of_the_file_that_the_caller_has_the_rest_of(exports):
    path = "/exports/452/0-3600-00001.zip"
    whole = exports.get(path)
    for tag in (whole["ETag"], whole["Last-Modified"]):
        assert exports.get(path, HTTP_RANGE="bytes=0-1", HTTP_IF_RANGE=tag).status_code == 206
    assert exports.get(path, HTTP_RANGE="bytes=0-1", HTTP_IF_RANGE='"another"').status_code == 200
    assert exports.get(path, HTTP_RANGE="bytes=0-1", HTTP_IF_NONE_MATCH=whole["ETag"]).status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "452/0-3600-00002.zip",
        "452/.0-3600-00001.zip.partial",
        "452/../../secret_key",
        "452/%2e%2e/%2e%2e/secret_key",
        "../secret_key",
        "452/",
        "452",
        "453/index.txt",
        "452/index.txt/",
        "/etc/passwd",
        "452/0-3600-00001.zip%00",
    ],
)
def test_nothing_else_is_served(exports, path):
    assert exports.get(f"/exports/{path}").status_code in {301, 404}
