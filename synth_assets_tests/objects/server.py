"""An S3 server in memory, moto's, and one that only ever refuses."""

import http.client
import logging
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import obstore
from obstore.store import S3Store

KEY, SECRET = "AKIDOFTHETESTS", "c4n4rySecretOfTheTests"


@contextmanager
def s3_server():
    """The server's address."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def environment(url, cache):
    """What a process needs to work with the server."""
    return {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_REGION": "us-east-1",
        "AWS_CONFIG_FILE": str(cache / "no-config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(cache / "no-credentials"),
        "XDG_CACHE_HOME": str(cache),
    }


def make_bucket(url, name):
    connection = http.client.HTTPConnection(url.partition("://")[2])
    connection.request("PUT", f"/{name}")
    assert connection.getresponse().status == 200
    connection.close()


class Seen:
    """A bucket as somebody else sees it."""

    def __init__(self, url, name):
        self.url, self.name = url, name
        keys = {"access_key_id": KEY, "secret_access_key": SECRET, "endpoint": url, "region": "us-east-1"}
        self._store = S3Store(name, config=keys, client_options={"allow_http": True})

    def __str__(self):
        return f"s3://{self.name}"

    def names(self, ending=""):
        return sorted(one["path"] for some in obstore.list(self._store) for one in some if one["path"].endswith(ending))

    def __getitem__(self, name):
        return bytes(obstore.get(self._store, name).bytes())

    def __setitem__(self, name, data):
        obstore.put(self._store, name, data)

    def __delitem__(self, name):
        obstore.delete(self._store, [name])

    def all(self):
        return {name: self[name] for name in self.names()}


@contextmanager
def refusing(status, code, tls=None):
    """A server that refuses everything, and tells what it was sent, as S3 does of a signature."""

    class Refusal(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _refuse(self):
            length = int(self.headers.get("Content-Length") or 0)
            self.rfile.read(length)
            told = f"<Error><Code>{code}</Code><AWSAccessKeyId>{KEY}</AWSAccessKeyId><Signed>{SECRET}</Signed></Error>"
            self.send_response(status)
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(told.encode())

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _refuse  # noqa: N815 - as the library calls them

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Refusal)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda *_: None
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
