"""A domain's delivery names tables and columns that are there."""

import pytest

from synth_assets.errors import UsageError
from synth_assets.model.delivery import Delivery
from synth_assets.model.domain import Domain
from synth_assets.project.packages import Package

TENANTS = Package("synth_assets_tests.tenants").load()


@pytest.mark.parametrize(
    ("delivery", "said"),
    [
        (
            Delivery(formats_of={"order": {"ndjson": "csv"}}),
            "delivery of a table 'order' is unknown; did you mean 'orders'",
        ),
        (Delivery(whole=("order",)), "did you mean 'orders'"),
        (Delivery(partition_by={"order": ("status",)}), "did you mean 'orders'"),
        (Delivery(partition_by={"orders": ("statu",)}), "delivery of orders by column 'statu' is unknown"),
        (Delivery(sort_by={"orders": ("amont",)}), "did you mean 'amount'"),
    ],
)
def test_a_delivery_of_what_is_not_there_is_refused_by_name(delivery, said):
    one = TENANTS
    with pytest.raises(UsageError, match=said):
        Domain.of(
            one.name, one.doc, one.params, one.presets, one.default_preset, one.entities.values(), one.source,
            delivery=delivery,
        )  # fmt: skip


def test_a_domain_travels_with_its_delivery():
    assert TENANTS.with_presets({}).delivery == TENANTS.delivery
    assert TENANTS.delivery.layout == "flat"
