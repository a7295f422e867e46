"""Why a connection couldn't be made, as libpq says it of a server with certificates: asked once, of PostgreSQL 15."""

import pytest

from synth_assets.sinks.postgres.address import reason

AT = 'connection to server at "127.0.0.1", port 5432 failed: '


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ('root certificate file "/home/me/.postgresql/root.crt" does not exist\nEither', "name them by sslrootcert"),
        ("SSL error: certificate verify failed", "its certificate doesn't hold"),
        (
            'server certificate for "localhost" does not match host name "127.0.0.1"',
            "its certificate is another host's",
        ),
        ("server does not support SSL, but SSL was required", "the encrypted connection can't be made"),
    ],
)
def test_a_certificate_that_does_not_hold_is_told_as_such(said, told):
    assert told in reason(Exception(AT + said))
