"""``[upload]``: how records are brought to an API unless somebody says otherwise."""

from typing import Annotated

from pydantic import Field

from synth_assets.project.section import Section
from synth_assets.sinks.posts.paths import USUAL_TEMPLATE
from synth_assets.sinks.posts.traffic import Manners

_USUAL = Manners()
_Path = Annotated[str, Field(pattern="^/", max_length=1_000)]


class UploadSettings(Section):
    """What options of `synth upload` override; no secret is a setting."""

    api_url: str | None = Field(
        default=None, description="the address of an API", examples=["http://localhost:8000"], max_length=1_000
    )
    endpoint: _Path = Field(
        default=USUAL_TEMPLATE,
        description="a path that begins with /, in which {entity}, {domain} and columns stand for themselves",
        examples=["/v2/{entity}"],
    )
    endpoints: tuple[Annotated[str, Field(pattern="^[^=/]+=/", max_length=1_000)], ...] = Field(
        default=(), description="tables and their paths, each TABLE=PATH", examples=[["orders=/v2/orders"]]
    )
    batch_size: int = Field(default=1, ge=1, le=100_000, description="a whole number of records", examples=[100])
    concurrency: int = Field(
        default=_USUAL.concurrency, ge=1, le=1_000, description="a whole number of requests", examples=[32]
    )
    stragglers: int | None = Field(
        default=None, ge=0, le=1_000, description="a whole number of requests", examples=[32]
    )
    retries: int = Field(default=_USUAL.retries, ge=0, le=1_000, description="a whole number", examples=[8])
    timeout: int = Field(
        default=int(_USUAL.timeout), ge=1, le=3_600, description="a whole number of seconds", examples=[30]
    )


SECTION = UploadSettings
