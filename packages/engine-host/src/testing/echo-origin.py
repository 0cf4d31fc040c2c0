"""An origin of Python's standard library that tells for every message it believes to have got how many there were."""

import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

lock = threading.Lock()
count = 0


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __getattr__(self, name):
        """Every method is served."""
        if name.startswith("do_"):
            return self.answer
        raise AttributeError(name)

    def answer(self):
        global count
        self.read_body()
        with lock:
            count += 1
            number = count
        seen = {"count": number, "method": self.command, "url": self.path, "host": self.headers["Host"]}
        body = json.dumps(seen).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def read_body(self):
        """As programs do that read it by hand: int() takes signs, spaces, prefixes and underscores."""
        if "chunked" not in self.headers.get("Transfer-Encoding", "").lower():
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            return
        while size := int(self.rfile.readline().split(b";")[0], 16):
            self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass

    def log_message(self, *_):
        """What was asked is told in the answers."""


ThreadingHTTPServer((os.environ["ADDRESS"], int(os.environ["PORT"])), Handler).serve_forever()
