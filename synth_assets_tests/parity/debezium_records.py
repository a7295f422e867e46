"""Records of Debezium, the connector's and ours, brought into one form and compared field by field.

What may differ is in :data:`PUBLISHED`, and nothing else: numbers that a server counts become their places in the order
in which they came, so that the order itself is compared.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

PUBLISHED = {
    "ts_ms, ts_us, ts_ns, __source_ts_ms": "the clock of the server and of the connector; ours is the commit's",
    "lsn, __lsn": "where the server's log has got to; the order is compared",
    "txId, __txId": "which transactions the server has counted; the order is compared",
    "transaction.id, id": "txId:LSN of the two above; the order is compared",
    "source.sequence": "the LSNs of the last commit and of the event; whether there was a commit is compared",
    "data_collections": "the connector's order is that of a hash table; ours that of the tables",
}
"""Field → why it may differ."""

TRANSACTIONS = "synth.transaction"


class Record(NamedTuple):
    """A record as it was sent.

    Attributes:
        topic: the topic.
        key: the key, from JSON; ``None`` if there is none.
        value: likewise; ``None`` for a tombstone.
        headers: name → value, from JSON.
    """

    topic: str
    key: Any
    value: Any
    headers: Mapping[str, Any]


def by_topic(records: Iterable[Record]) -> dict[str, list[Record]]:
    """Records in the order of each topic; topics without any are left out."""
    found: dict[str, list[Record]] = {}
    for one in records:
        found.setdefault(one.topic, []).append(one)
    return found


def normal(records: Iterable[Record]) -> dict[str, list[str]]:
    """Topic → its records as text, without what :data:`PUBLISHED` names; the order of fields stays."""
    known = list(records)
    places = _Places(known)
    return {topic: [places.text(one) for one in some] for topic, some in by_topic(known).items()}


def differences(ours: Mapping[str, list[str]], theirs: Mapping[str, list[str]]) -> Iterator[str]:
    """What differs, one text a record."""
    for topic in sorted({*ours, *theirs}):
        left, right = ours.get(topic, []), theirs.get(topic, [])
        if len(left) != len(right):
            yield f"{topic}: {len(left)} records of ours, {len(right)} of the connector"
        for place, (mine, other) in enumerate(zip(left, right, strict=False)):
            if mine != other:
                yield f"{topic}, record {place}:\n  ours  {mine}\n  real  {other}"


class _Places:
    """The places of a feed's numbers, each in its order."""

    def __init__(self, records: Iterable[Record]) -> None:
        found = [one for record in records if record.value is not None for one in _numbers(_payload(record.value))]
        self._lsn = {number: place for place, number in enumerate(sorted({lsn for lsn, _ in found}))}
        self._tx = {number: place for place, number in enumerate(sorted({tx for _, tx in found}))}

    def text(self, record: Record) -> str:
        """A record as JSON."""
        return json.dumps([self._part(record.key), self._part(record.value), record.headers], ensure_ascii=False)

    def _part(self, part: Any) -> Any:
        if not isinstance(part, dict):
            return part
        if set(part) == {"schema", "payload"}:
            return {"schema": part["schema"], "payload": self._part(part["payload"])}
        return {name: self._field(name, value) for name, value in part.items()}

    def _field(self, name: str, value: Any) -> Any:  # noqa: PLR0911 - one field after the other
        if value is None:
            return None
        match name:
            case "source" | "transaction":
                return {one: self._field(one, its) for one, its in value.items()}
            case "ts_ms" | "ts_us" | "ts_ns" | "__source_ts_ms":
                return type(value).__name__
            case "lsn" | "__lsn":
                return self._lsn[value]
            case "txId" | "__txId":
                return self._tx[value]
            case "id" if isinstance(value, str) and ":" in value:
                return self._tx.get(int(value.partition(":")[0]), "no transaction's")
            case "sequence":
                last, own = json.loads(value)
                return [last is not None, self._lsn.get(int(own), "no event's")]
            case "data_collections":
                return sorted(value, key=lambda one: one["data_collection"])
            case _:
                return value


def _payload(value: Any) -> Any:
    return value["payload"] if set(value) == {"schema", "payload"} else value


def _numbers(value: Any) -> Iterator[tuple[int, int]]:
    """The LSN and the transaction of a value that isn't a boundary."""
    if "source" in value:
        yield value["source"]["lsn"], value["source"]["txId"]
    elif "__lsn" in value:
        yield value["__lsn"], value["__txId"]
