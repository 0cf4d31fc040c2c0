"""A Python app on the standard library alone: reads PORT, ends cleanly on SIGTERM."""

import os
import platform
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Hello(BaseHTTPRequestHandler):
    def do_GET(self):
        print(f"GET {self.path}")
        body = f"Hello from Python {platform.python_version()}\n".encode()
        self.send_response(200)
        self.send_header("content-type", "text/plain; charset=utf-8")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """The line in do_GET is the log."""


server = ThreadingHTTPServer(("0.0.0.0", int(os.environ.get("PORT", "8080"))), Hello)
server.daemon_threads = False


def end(*_):
    # shutdown() waits for the loop that this signal interrupted, so it needs a thread of its own.
    threading.Thread(target=server.shutdown).start()


signal.signal(signal.SIGTERM, end)
print(f"Listening on port {server.server_port}")
server.serve_forever()
server.server_close()
print("Ended")
