"""`python -m synth_assets.cli`: the same as `synth`."""

from synth_assets.cli import main

main()
