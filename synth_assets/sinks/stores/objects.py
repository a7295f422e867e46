"""A bucket of an object store: what is published appears with its manifest, which is put last."""

from pathlib import Path

from synth_assets.errors import UsageError
from synth_assets.object_paths import object_place, path_of
from synth_assets.sinks.manifest_last import ManifestLast
from synth_assets.sinks.objects.bucket import Bucket
from synth_assets.sinks.store import OBJECTS, Resumption, Store


def _drafts(root: Path, _resumption: Resumption | None) -> ManifestLast:
    place = object_place(root)
    if place is None:
        raise UsageError(f"{root} is a folder, and no address of an object store.\n  For example: s3://bucket/prefix")
    scheme, bucket, _ = place
    return ManifestLast(Bucket(scheme, bucket), root, path_of(scheme, bucket))


STORE = Store(OBJECTS, _drafts)
