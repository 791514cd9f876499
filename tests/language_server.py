"""A small client of yaml-language-server, the program behind YAML in VS Code, Neovim, Emacs and others.

The npm package is installed once, into `build/`, with whatever node and npm this machine has.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import threading
from pathlib import Path
from typing import Any

VERSION = "2.0.0"
FOLDER = Path(__file__).parent.parent / "build" / f"yaml-language-server-{VERSION}"
PROGRAM = FOLDER / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"


def installed() -> str | None:
    """Install the server where it is not; return why it can't be, or None."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        return "node and npm are not installed"
    if not PROGRAM.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        words = [npm, "install", "--no-audit", "--no-fund", "--prefix", str(FOLDER)]
        done = subprocess.run(
            [*words, f"yaml-language-server@{VERSION}"],
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        if done.returncode:
            return f"npm can't install yaml-language-server: {done.stderr.strip().splitlines()[-1]}"
    return None


class Server:
    """The server at work in *workspace*, with the settings of its `.vscode/settings.json`."""

    def __init__(self, workspace: Path) -> None:
        self.workspace = workspace
        settings = json.loads((workspace / ".vscode" / "settings.json").read_text(encoding="utf-8"))
        self.settings: dict[str, Any] = {"schemaStore": {"enable": False}, "hover": True, "completion": True}
        self.settings |= {"validate": True}
        self.settings |= {name.removeprefix("yaml."): value for name, value in settings.items()}
        self.process = subprocess.Popen(
            ["node", str(PROGRAM), "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=workspace,
            env={**os.environ, "NODE_NO_WARNINGS": "1"},
        )  # fmt: skip
        # A server that no longer answers must not hold up the tests for ever.
        self.watch = threading.Timer(120, self.process.kill)
        self.watch.start()
        self.numbers = itertools.count(1)
        self.versions = itertools.count(1)
        self.diagnostics: dict[str, list[dict[str, Any]]] = {}
        root = workspace.as_uri()
        document = {
            "completion": {"completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}},
            "hover": {"contentFormat": ["markdown"]},
            "publishDiagnostics": {},
        }
        capabilities = {
            "textDocument": document,
            "workspace": {"configuration": True, "workspaceFolders": True},
        }
        self.ask(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": root,
                "workspaceFolders": [{"uri": root, "name": "project"}],
                "capabilities": capabilities,
            },
        )
        self.tell("initialized", {})
        self.tell("workspace/didChangeConfiguration", {"settings": {"yaml": self.settings}})
        # It has read its settings once it finds the mistake in a file.
        self.problems("definitions/organization.yaml", "organization: 1\n")

    def open(self, path: str, text: str) -> str:
        """Show *text* to the server as the content of a file and return its address."""
        uri = (self.workspace / path).as_uri()
        document = {"uri": uri, "languageId": "yaml", "version": next(self.versions), "text": text}
        self.tell("textDocument/didOpen", {"textDocument": document})
        return uri

    def completion(self, path: str, text: str) -> dict[str, str]:
        """Return what can stand at the mark ``|`` of *text*, each with its explanation."""
        uri, position = self._at_mark(path, text)
        found = self.ask("textDocument/completion", {"textDocument": {"uri": uri}, "position": position})
        self._close(uri)
        return {item["label"]: _text(item.get("documentation")) for item in found["items"]}

    def hover(self, path: str, text: str) -> str:
        """Return what is shown for the word after the mark ``|`` of *text*."""
        uri, position = self._at_mark(path, text)
        found = self.ask("textDocument/hover", {"textDocument": {"uri": uri}, "position": position})
        self._close(uri)
        return _text(found["contents"]) if found else ""

    def problems(self, path: str, text: str) -> list[tuple[int, str]]:
        """Return what is wrong with *text*, which must have a mistake: 0-based line and message."""
        uri = self.open(path, text)
        while not self.diagnostics.get(uri):
            self._take()
        self._close(uri)
        return [(found["range"]["start"]["line"], found["message"]) for found in self.diagnostics.pop(uri)]

    def stop(self) -> None:
        """End the server."""
        self.ask("shutdown", None)
        self.tell("exit", None)
        self.process.wait(timeout=30)
        self.watch.cancel()
        for stream in (self.process.stdin, self.process.stdout):
            assert stream is not None
            stream.close()

    def ask(self, method: str, given: Any) -> Any:
        """Send a request and return its result; what the server asks meanwhile is answered."""
        number = next(self.numbers)
        self._send({"id": number, "method": method, "params": given})
        while True:
            message = self._take()
            if message.get("id") == number and "method" not in message:
                assert "error" not in message, message
                return message["result"]

    def tell(self, method: str, given: Any) -> None:
        """Send a notification."""
        self._send({"method": method, "params": given})

    def _at_mark(self, path: str, text: str) -> tuple[str, dict[str, int]]:
        before = text[: text.index("|")]
        line, column = before.count("\n"), len(before) - before.rfind("\n") - 1
        return self.open(path, text.replace("|", "", 1)), {"line": line, "character": column}

    def _close(self, uri: str) -> None:
        self.tell("textDocument/didClose", {"textDocument": {"uri": uri}})

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def _take(self) -> dict[str, Any]:
        """Read a message; keep diagnostics, answer what the server asks."""
        assert self.process.stdout is not None
        length = 0
        while (line := self.process.stdout.readline().strip()) or not length:
            assert line or self.process.poll() is None, "the language server ended"
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        message: dict[str, Any] = json.loads(self.process.stdout.read(length))
        if message.get("method") == "textDocument/publishDiagnostics":
            self.diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif "method" in message and "id" in message:
            self._send({"id": message["id"], "result": self._answer(message)})
        return message

    def _answer(self, message: dict[str, Any]) -> Any:
        if message["method"] != "workspace/configuration":
            return None
        return [self.settings if item.get("section") == "yaml" else {} for item in message["params"]["items"]]


def _text(found: Any) -> str:
    return found["value"] if isinstance(found, dict) else found or ""
