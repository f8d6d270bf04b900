"""An OpenAI-compatible server on 127.0.0.1 that answers what a test tells it to, and remembers what it was asked."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def form(**fields: object) -> dict[str, object]:
    """A filled-in form of chat/llm.py with nothing asked for but `fields`."""
    empty = {
        "intent": "edit",
        "answer": "",
        "slots": [],
        "time_steps": None,
        "protected": [],
        "restored": [],
        "face": "",
        "ask_about": "none",
    }
    return empty | fields


def slot(attribute: str, mapper: str, kind: str = "absolute", direction: str = "more", strength: float = 0.6) -> dict[str, object]:
    return {"attribute": attribute, "mapper": mapper, "kind": kind, "direction": direction, "strength": strength}


class FakeServer:
    """`behave(request, handler)` gets the request's JSON, and the handler whose methods answer it."""

    def __init__(self, behave: Callable[[dict, Handler], None]):
        self.requests: list[dict] = []
        self.behave = behave
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.fake = self
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.fake.requests.append(request)
        self.server.fake.behave(request, self)

    def say(self, content: object, **message: object) -> None:
        """A completion whose content is text, or an object as JSON."""
        text = content if isinstance(content, str) or content is None else json.dumps(content)
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text, **message}}
        self.send(200, {"id": "1", "object": "chat.completion", "created": 1, "model": "fake", "choices": [choice]})

    def fail(self, status: int) -> None:
        words = self.server.fake.requests[-1]["messages"][-1]["content"]
        self.send(status, {"error": {"message": f"no: {words}", "type": "error", "code": status}})

    def send(self, status: int, body: object) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def hang(self) -> None:
        time.sleep(3)

    def trickle(self) -> None:
        """A byte now and then, so that no read ever times out."""
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "1000")
        self.end_headers()
        for _ in range(30):
            try:
                self.wfile.write(b" ")
                self.wfile.flush()
            except OSError:
                return
            time.sleep(0.1)

    def drop(self) -> None:
        self.close_connection = True
        self.connection.close()

    def log_message(self, *details: object) -> None:
        pass
