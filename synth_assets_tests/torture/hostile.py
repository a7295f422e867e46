"""Files that somebody made to do harm, by hand."""

from synth_assets_tests.torture.damage.scene import Damage

ALL: list[tuple[str, Damage]] = []
