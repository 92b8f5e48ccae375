"""The few endpoints of a hub that an upload speaks to, over real HTTP on this machine."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

__all__ = ["TOKEN", "FakeHub", "running_hub"]

TOKEN = "hf_of_a_test"  # noqa: S105
_SMALL_BYTES = 20_000  # what is larger goes the way of large files


@dataclass
class FakeHub:
    """What the hub holds: the files of each repository, and what was asked of it."""

    url: str = ""
    repositories: dict[str, dict[str, bytes]] = field(default_factory=dict)
    private: dict[str, bool] = field(default_factory=dict)
    large: dict[str, bytes] = field(default_factory=dict)
    commits: list[str] = field(default_factory=list)
    longest_body_bytes: int = 0

    def write(self, repo_id: str, folder: Path) -> Path:
        """The repository as a folder."""
        for name, data in self.repositories[repo_id].items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return folder

    def answer(self, method: str, path: str, body: bytes) -> Any:
        """What the hub says; None where it has no such place."""
        if path == "/api/repos/create":
            return self._create(json.loads(body))
        if path == "/api/validate-yaml":
            return {"errors": [], "warnings": []}
        if found := re.fullmatch(r"/large/([0-9a-f]{64})", path):
            assert hashlib.sha256(body).hexdigest() == found[1]
            self.large[found[1]] = body
            return {}
        if found := re.fullmatch(r"/datasets/(\w+/\w+)\.git/info/lfs/objects/batch", path):
            return {"transfer": "basic", "objects": [self._upload(o) for o in json.loads(body)["objects"]]}
        if found := re.fullmatch(r"/api/datasets/(\w+/\w+)/(tree|preupload|commit)/main", path):
            files = self.repositories[found[1]]
            return {"tree": self._tree, "preupload": self._modes, "commit": self._commit}[found[2]](
                files, body
            )
        return None

    def _create(self, asked: dict[str, Any]) -> Any:
        repo_id = f"{asked['organization']}/{asked['name']}"
        assert asked["type"] == "dataset"
        self.repositories.setdefault(repo_id, {})
        self.private[repo_id] = asked.get("visibility") == "private" or asked.get("private") is True
        return {"url": f"{self.url}/datasets/{repo_id}"}

    def _tree(self, files: dict[str, bytes], _: bytes) -> Any:
        sizes = {name: len(data) for name, data in files.items()}
        return [{"type": "file", "path": name, "size": n, "oid": "0"} for name, n in sizes.items()]

    def _modes(self, _: dict[str, bytes], body: bytes) -> Any:
        asked = json.loads(body)["files"]
        modes = {file["path"]: "lfs" if file["size"] > _SMALL_BYTES else "regular" for file in asked}
        return {"files": [{"path": p, "uploadMode": m, "shouldIgnore": False} for p, m in modes.items()]}

    def _upload(self, wanted: dict[str, Any]) -> Any:
        if wanted["oid"] in self.large:
            return wanted
        return {**wanted, "actions": {"upload": {"href": f"{self.url}/large/{wanted['oid']}"}}}

    def _commit(self, files: dict[str, bytes], body: bytes) -> Any:
        for line in map(json.loads, body.splitlines()):
            value = line["value"]
            if line["key"] == "header":
                self.commits.append(value["summary"])
            elif line["key"] == "file":
                files[value["path"]] = base64.b64decode(value["content"])
            elif line["key"] == "lfsFile":
                files[value["path"]] = self.large[value["oid"]]
            elif line["key"] == "deletedFile":
                del files[value["path"]]
        number = f"{len(self.commits):040x}"
        return {"commitUrl": f"{self.url}/datasets/ada/tapes/commit/{number}", "commitOid": number}


class _Handler(BaseHTTPRequestHandler):
    hub: FakeHub
    protocol_version = "HTTP/1.1"

    def _speak(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.hub.longest_body_bytes = max(self.hub.longest_body_bytes, len(body))
        path = urlsplit(self.path).path
        known = path.startswith("/large/") or self.headers.get("Authorization") == f"Bearer {TOKEN}"
        answer = self.hub.answer(self.command, path, body) if known else {"error": "who are you?"}
        text = json.dumps(answer).encode()
        self.send_response(401 if not known else 404 if answer is None else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = do_PUT = do_HEAD = _speak  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Says nothing on stderr."""


@contextmanager
def running_hub() -> Iterator[FakeHub]:
    """A hub on a port of its own, until the block ends."""
    hub = FakeHub()
    handler = type("_Bound", (_Handler,), {"hub": hub})
    with ThreadingHTTPServer(("127.0" + ".0.1", 0), handler) as server:
        hub.url = f"http://{server.server_address[0]!s}:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield hub
        finally:
            server.shutdown()
            thread.join()
