"""Nobody is let in without the key, from elsewhere, or from a page of others; and the key goes nowhere."""

import socket

import pytest

from synth_assets_tests.devapi.served import KEY, serving

ENDPOINTS = [
    ("GET", "/dev/fake-data-status"),
    ("POST", "/dev/create-fake-data"),
    ("DELETE", "/dev/reset-fake-data"),
    ("POST", "/execute"),
]
BEARER = ("Authorization", f"Bearer {KEY}")
QUERY = b'{"query": "SELECT count(*) FROM fake_users"}'
JSON = ("Content-Type", "application/json")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server that in the end, whatever was tried, has lost nothing and told nobody the key."""
    with serving(tmp_path_factory.mktemp("guarded")) as found:
        yield found
        assert found.rows("SELECT count(*) FROM fake_users") == [[1_000]]
        status, out, err = found.end()
        assert status == 0
        assert KEY not in out + err
        kept = [path for path in found.folder.rglob("*") if path.is_file()]
        assert [path.name for path in kept] == ["dev.duckdb"]
        assert KEY.encode() not in kept[0].read_bytes()


def sent(server, method, path, *headers, host=None):
    body = QUERY if method != "GET" else None
    host = host if host is not None else f"127.0.0.1:{server.port}"
    return server.send(method, path, [*([("Host", host)] if host else []), JSON, *headers], body)


@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("Authorization", "Bearer ")],
        [("Authorization", "Bearer")],
        [("Authorization", KEY)],
        [("Authorization", f"Basic {KEY}")],
        [("Authorization", f"Token {KEY}")],
        [("Authorization", f"Bearer {KEY[:-1]}")],
        [("Authorization", f"Bearer {KEY}x")],
        [("Authorization", f"Bearer {KEY.upper()}")],
        [("Authorization", f"Bearer {KEY} {KEY}")],
        [("Authorization", f"Bearer,{KEY}")],
        [("X-API-Key", "")],
        [("X-API-Key", KEY[:32])],
        [("X-API-Key", f"Bearer {KEY}")],
        [("X-API-Key", f'"{KEY}"')],
        [("X-Api-Token", KEY)],
        [("Cookie", f"X-API-Key={KEY}; Authorization=Bearer {KEY}")],
        [BEARER, ("X-API-Key", "another-one-that-is-long-enough-12345")],
        [("X-API-Key", KEY), ("Authorization", "Bearer wrong")],
        [("X-API-Key", KEY), ("X-API-Key", "wrong")],
        [("Proxy-Authorization", f"Bearer {KEY}")],
        [("X-Forwarded-For", "127.0.0.1"), ("X-Original-URL", "/"), ("X-Rewrite-URL", "/")],
        [("X-HTTP-Method-Override", "GET")],
    ],
    ids=str,
)
def test_without_the_key_nobody_is_let_in(server, method, path, headers):
    found = sent(server, method, path, *headers)
    assert (found.status, found.json["code"]) == (401, "key")
    assert found.headers["www-authenticate"] == "Bearer"
    assert KEY not in found.text + str(found.headers)


@pytest.mark.parametrize("headers", [[BEARER], [("x-api-key", KEY)], [("authorization", f"bearer {KEY}")]], ids=str)
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LocalHost"])
def test_with_the_key_in_a_header_somebody_is(server, host, headers):
    found = sent(server, "POST", "/execute", *headers, host=f"{host}:{server.port}")
    assert (found.status, found.json["rows"]) == (200, [[1_000]])


@pytest.mark.parametrize(("method", "path"), [*ENDPOINTS, ("GET", "/")])
@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example",
        "evil.example:{port}",
        "127.0.0.1",
        "127.0.0.1:1",
        "127.0.0.1:{port}.evil.example",
        "127.0.0.1.evil.example:{port}",
        "localhost.evil.example:{port}",
        "evil.example#127.0.0.1:{port}",
        "evil.example@127.0.0.1:{port}",
        "0.0.0.0:{port}",
        "[::1]:{port}",
        "127.1:{port}",
        "2130706433:{port}",
        "127.0.0.2:{port}",
        "localhost.:{port}",
        "127.0.0.1:{port}, evil.example",
    ],
)
def test_a_wrong_host_is_refused_whatever_key_comes_with_it(server, method, path, host):
    found = sent(server, method, path, BEARER, host=host.format(port=server.port))
    assert found.status == 400


def test_two_hosts_are_refused(server):
    host = ("Host", f"127.0.0.1:{server.port}")
    assert sent(server, "GET", "/dev/fake-data-status", BEARER, host).status == 400


@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
@pytest.mark.parametrize(
    "header",
    [
        ("Origin", "https://evil.example"),
        ("Origin", "http://evil.example:{port}"),
        ("Origin", "null"),
        ("Origin", ""),
        ("Origin", "http://127.0.0.1"),
        ("Origin", "http://127.0.0.1:1"),
        ("Origin", "https://127.0.0.1:{port}"),
        ("Origin", "http://localhost:{port}.evil.example"),
        ("Origin", "http://127.0.0.1:{port}/"),
        ("Origin", "file://"),
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
    ],
    ids=str,
)
def test_pages_of_others_are_refused_whatever_key_comes_with_them(server, method, path, header):
    found = sent(server, method, path, BEARER, (header[0], header[1].format(port=server.port)))
    assert (found.status, found.json["code"]) == (403, "origin")
    assert "access-control-allow-origin" not in found.headers


def test_the_own_page_is_no_foreign_one(server):
    for name in ("127.0.0.1", "localhost"):
        origin = ("Origin", f"http://{name}:{server.port}")
        assert sent(server, "POST", "/execute", BEARER, origin, ("Sec-Fetch-Site", "same-origin")).status == 200


def test_browsers_that_ask_first_are_told_no(server):
    asked = [("Origin", "https://evil.example"), ("Access-Control-Request-Method", "POST")]
    found = sent(server, "OPTIONS", "/execute", *asked, ("Access-Control-Request-Headers", "authorization"))
    assert found.status == 403
    assert not [name for name in found.headers if name.lower().startswith("access-control")]


ESCAPED = "".join(f"%{ord(letter):02x}" for letter in KEY)


@pytest.mark.parametrize(
    "address",
    [
        "/dev/fake-data-status?api_key={key}",
        "/dev/fake-data-status?key={key}&x=1",
        "/dev/fake-data-status?X-API-Key={key}",
        "/dev/fake-data-status?access_token={key}",
        "/dev/fake-data-status?Authorization=Bearer%20{key}",
        "/dev/fake-data-status?{key}",
        "/dev/fake-data-status/{key}",
        "/{key}/dev/fake-data-status",
        "/dev/fake-data-status;key={key}",
        "/?api_key={key}",
        "/dev/fake-data-status?key=" + ESCAPED,
        "/" + ESCAPED,
        "/dev/fake-data-status?key=" + ESCAPED.replace("%", "%25"),
    ],
)
@pytest.mark.parametrize("headers", [[], [BEARER]], ids=["alone", "with the key in a header too"])
def test_a_key_in_the_address_lets_nobody_in(server, address, headers):
    found = sent(server, "GET", address.format(key=KEY), *headers)
    assert (found.status, found.json["code"]) == (400, "key_in_address")
    assert KEY not in found.text


@pytest.mark.parametrize(
    "path", ["//execute", "/execute/", "/EXECUTE", "/dev/../execute", "/page.js/..", "/docs", "/openapi.json", "/redoc"]
)
def test_other_addresses_are_nothing_with_a_key_and_closed_without(server, path):
    assert sent(server, "GET", path).status == 401
    assert sent(server, "GET", path, BEARER).status in {404, 405}


@pytest.mark.parametrize("path", ["/", "/page.js", "/page.css"])
def test_the_page_is_for_everybody_here_and_has_no_data(server, path):
    found = sent(server, "GET", path)
    assert found.status == 200
    assert KEY not in found.text
    assert "fake_" not in found.text
    policy = found.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'")
    assert (found.headers["cache-control"], found.headers["x-content-type-options"]) == ("no-store", "nosniff")
    assert sent(server, "POST", path).status == 401


@pytest.mark.parametrize(
    "lines",
    [
        "GET http://evil.example/dev/fake-data-status HTTP/1.1\r\nHost: 127.0.0.1:{port}",
        "GET /dev/fake-data-status HTTP/1.0",
        "GET /dev/fake-data-status HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nHost: evil.example",
        "GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nX: a\r\n GET /dev/fake-data-status",
        "GET /dev/fake-data-status HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization : Bearer {key}",
        "POST /execute HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked",
        "CONNECT 127.0.0.1:{port} HTTP/1.1\r\nHost: 127.0.0.1:{port}",
        "GET /execute HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket",
        "\x16\x03\x01 no HTTP",
    ],
)
def test_requests_that_are_odd_byte_by_byte_get_nothing(server, lines):
    text = lines.format(port=server.port, key=KEY) + "\r\nConnection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(text.encode("latin-1"))
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := connection.recv(65_536):
            answer += piece
    status = answer.split(b" ")[1] if answer else b"none"
    assert status in {b"400", b"401", b"404", b"501", b"none"} or lines.startswith("GET / "), answer
    assert b"row_count" not in answer


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"", [JSON], 400),
        (b"SELECT 1", [JSON], 400),
        (b'"SELECT 1"', [JSON], 400),
        (b'{"query": 1}', [JSON], 400),
        (b'{"query": ["SELECT 1"]}', [JSON], 400),
        (b'{"sql": "SELECT 1"}', [JSON], 400),
        (b'{"query": "SELECT 1", "more": 1}', [JSON], 400),
        (b'{"query": "SELECT \\ud800"}', [JSON], 400),
        (b'{"query": "SELECT \\u0000 1"}', [JSON], 400),
        (b'{"query": "SELECT \xff"}', [JSON], 400),
        (b"[" * 90_000, [JSON], 400),
        (b'{"query": "SELECT ' + b"1" * 100_000 + b'"}', [JSON], 413),
        (QUERY, [], 415),
        (QUERY, [("Content-Type", "text/plain")], 415),
        (QUERY, [("Content-Type", "application/x-www-form-urlencoded")], 415),
    ],
)
def test_what_is_no_query_is_told(server, body, headers, status):
    found = server.send("POST", "/execute", [("Host", f"127.0.0.1:{server.port}"), BEARER, *headers], body)
    assert (found.status, found.json["code"]) == (status, "request")
    assert '{"query": "SELECT' in found.json["detail"] or status == 413
