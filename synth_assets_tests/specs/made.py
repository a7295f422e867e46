"""Tables of a declaration's first preset, made whole."""

import numpy as np

from synth_assets.engine.chunks import chunk_of
from synth_assets.kernel.counter import Span
from synth_assets.specs.declared import Declared


def frames(text, folder, seed=3, at=None):
    """Frames by table of what a text declares; at the base, or at a second."""
    (folder / "q.yaml").write_text(text)
    domain = Declared.read(folder / "q.yaml").load()
    dataset = domain.dataset(seed=seed)
    found = {}
    for name, entity in domain.entities.items():
        rows = entity(dataset, Span(0, entity.positions(dataset, at)), at)
        some = np.flatnonzero(rows.exists()) if entity.about.shape.numbered else rows.rows
        found[name] = chunk_of(entity(dataset, some, at)).frame
    return found
