"""Profiles of ``~/.aws``: the keys, the region and the endpoint that Amazon's own tools take from there.

Only what stands there is taken; a profile that has its keys from somewhere else (single sign-on, another role) is
for ``aws configure export-credentials``.
"""

from collections.abc import Mapping
from configparser import ConfigParser, Error
from pathlib import Path

from synth_assets.documents.strict_json import shown
from synth_assets.errors import UsageError

_TAKEN = {
    "aws_access_key_id": "access_key_id",
    "aws_secret_access_key": "secret_access_key",
    "aws_session_token": "session_token",
    "region": "region",
    "endpoint_url": "endpoint",
}
_FROM_ENVIRONMENT = {
    "region": ("AWS_REGION", "AWS_DEFAULT_REGION"),
    "endpoint": ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT"),
}
_KEYS = ("access_key_id", "secret_access_key", "session_token")


def profile_settings(environ: Mapping[str, str]) -> dict[str, str]:
    """What a profile says and the environment doesn't; nothing where there is none.

    Raises:
        UsageError: the environment names one that isn't there, or a file can't be read.
    """
    name = environ.get("AWS_PROFILE") or environ.get("AWS_DEFAULT_PROFILE") or ""
    said: dict[str, str] = {}
    is_there = False
    for variable, usual, section in (
        ("AWS_CONFIG_FILE", "config", f"profile {name}" if name and name != "default" else "default"),
        ("AWS_SHARED_CREDENTIALS_FILE", "credentials", name or "default"),
    ):
        path = Path(environ.get(variable) or Path.home() / ".aws" / usual).expanduser()
        found = _section(path, section)
        is_there = is_there or found is not None
        said |= {_TAKEN[key]: value for key, value in (found or {}).items() if key in _TAKEN and value}
    if name and not is_there:
        raise UsageError(
            f"AWS_PROFILE names {shown(name)}, which is in neither file of ~/.aws.\n"
            "  Name another one, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY instead."
        )
    known = {key for key, names in _FROM_ENVIRONMENT.items() if any(environ.get(one) for one in names)}
    # Keys come together from one place.
    known |= set(_KEYS) if environ.get("AWS_ACCESS_KEY_ID") else set[str]()
    return {key: value for key, value in said.items() if key not in known}


def _section(path: Path, section: str) -> dict[str, str] | None:
    parser = ConfigParser(interpolation=None, default_section="")
    try:
        with path.open(encoding="utf-8") as file:
            parser.read_file(file)
    except FileNotFoundError:
        return None
    except (OSError, Error, UnicodeDecodeError):
        # What is in a line that can't be read may be a key.
        raise UsageError(f"{path} can't be read as a file of profiles.\n  Mend it, or move it away.") from None
    return dict(parser[section]) if parser.has_section(section) else None
