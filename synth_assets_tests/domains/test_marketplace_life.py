"""The marketplace lives on where volumes leave nobody to come: base and changes make the later state."""

from dataclasses import replace

import pytest

from synth_assets_tests.domains.every_domain import DOMAINS
from synth_assets_tests.domains.living import lived

NAMES = ("tenants", "products_per_tenant", "orders_per_tenant", "customers_per_tenant")


@pytest.mark.parametrize("volumes", [(7, 1, 25, 1), (2, 12, 5, 1), (2, 1, 0, 0), (1, 0, 0, 3)])
def test_base_and_changes_make_the_later_state_of_tiny_tenants(volumes):
    marketplace = DOMAINS["marketplace"]
    few = marketplace.params(**dict(zip(NAMES, volumes, strict=True)))
    events, cells, differing = lived(replace(marketplace, presets={"few": few}, default_preset="few"), 40, range(1, 45))
    assert events
    assert cells
    assert differing == 0
