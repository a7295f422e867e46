"""Sixteen dictionaries of rand-engine, ready to use: those that the dataset ``library`` is made of."""

import functools
from copy import deepcopy
from typing import Any

from synth_assets.project.dataset_files import DatasetFile
from synth_assets.project.packages import built_in
from synth_assets.specs import SPEC
from synth_assets.specs.declared import Declared
from synth_assets.specs.rand_engine.columns import IN_DATASET

Spec = dict[str, Any]


_LIBRARY = "library"


@functools.cache
def _specs() -> dict[str, Spec]:
    """The dictionaries of the library's tables, without what they are in a dataset."""
    file = next(one for one in built_in() if isinstance(one, DatasetFile) and one.name == _LIBRARY)
    entities = Declared.read(file.path, file.said).document().values["entities"]
    return {name: _alone(entity[SPEC]) for name, entity in entities.items()}


def _alone(spec: Spec) -> Spec:
    return {name: {word: one for word, one in said.items() if word != IN_DATASET} for name, said in spec.items()}


def _spec(name: str) -> Spec:
    """A dictionary, the caller's own."""
    return deepcopy(_specs()[name])


class RandSpecs:
    """Ready dictionaries, each a function of no arguments that gives one of plain JSON values.

    Example:
        >>> RandSpecs.customers()["customer_id"]
        {'method': 'unique_ids', 'kwargs': {'strategy': 'zint', 'prefix': 'C'}}
    """

    @staticmethod
    def customers() -> Spec:
        """Who buys."""
        return _spec("customers")

    @staticmethod
    def products() -> Spec:
        """What is sold, in four categories of 40, 30, 20 and 10 in a hundred."""
        return _spec("products")

    @staticmethod
    def orders() -> Spec:
        """Orders, whose amount, currency and country go together."""
        return _spec("orders")

    @staticmethod
    def transactions() -> Spec:
        """Movements of money on customers' accounts."""
        return _spec("transactions")

    @staticmethod
    def employees() -> Spec:
        """Who works for a company."""
        return _spec("employees")

    @staticmethod
    def devices() -> Spec:
        """Devices in the field."""
        return _spec("devices")

    @staticmethod
    def users() -> Spec:
        """Who uses an application."""
        return _spec("users")

    @staticmethod
    def events() -> Spec:
        """What happens in an application."""
        return _spec("events")

    @staticmethod
    def invoices() -> Spec:
        """Invoices for orders."""
        return _spec("invoices")

    @staticmethod
    def shipments() -> Spec:
        """Parcels with orders."""
        return _spec("shipments")

    @staticmethod
    def network_devices() -> Spec:
        """Switches, routers and what else a network has."""
        return _spec("network_devices")

    @staticmethod
    def vehicles() -> Spec:
        """Vehicles of a fleet."""
        return _spec("vehicles")

    @staticmethod
    def real_estate() -> Spec:
        """Homes and offices for sale."""
        return _spec("real_estate")

    @staticmethod
    def healthcare() -> Spec:
        """Stays in a hospital; nobody is a real person."""
        return _spec("healthcare")

    @staticmethod
    def sales() -> Spec:
        """What is sold in shops."""
        return _spec("sales")

    @staticmethod
    def sensors() -> Spec:
        """Readings of sensors."""
        return _spec("sensors")
