"""A column of each method, in the spellings of both versions, by the name of its column."""


def said(method, cols=None, **kwargs):
    """A column's words."""
    return {"method": method, "kwargs": kwargs, **({"cols": cols} if cols else {})}


DAYS = {"start": "01-01-2024", "end": "31-12-2024"}
TIMES = {"start": "2024-01-01 06:00:00", "end": "2024-01-02 06:00:00"}
TEMPLATES = [
    {"method": "distincts", "parms": {"distincts": ["192", "10"]}},
    {"method": "integers", "kwargs": {"min": 0, "max": 9}},
    {"method": "int_zfilled", "kwargs": {"length": 3}},
]
PHONES = {"phone": ["android", "ios"], "pc": ["windows"]}
FIRMS = {"tech": [["software", "chips"], ["small", "large"]], "bank": [["retail"], ["large"]]}
COLUMNS = {
    "whole": said("integers", min=1, max=10),
    "byte": said("integers", min=1, max=200, int_type="uint8"),
    "wide": said("integers", min=0, max=10**12),
    "by_place": {"method": "integers", "args": [1, 5]},
    "code": said("int_zfilled", length=8),
    "price": said("floats", min=1, max=9.5, round=2),
    "rate": said("floats", min=0, max=1, decimals=3),
    "height": said("floats_normal", mean=170, std=10, decimals=1),
    "paid": said("booleans", true_prob=0.7),
    "plan": said("distincts", distincts=["free", "pro"]),
    "size": said("distincts", distincts=(36, 38, 40)),
    "device": said("distincts_prop", distincts={"mobile": 70, "desktop": 30}),
    "share": said("distincts_prop", distincts={"a": 0.25, "b": 0.75}),
    "map": said("distincts_map", ["kind", "system"], distincts=PHONES),
    "map_prop": said("distincts_map_prop", ["product", "state"], distincts={"tv": [["new", 8], ("used", 2)]}),
    "multi": said("distincts_multi_map", ["sector", "branch", "firm_size"], distincts=FIRMS),
    "address": said("complex_distincts", pattern="x.x-x", replacement="x", templates=TEMPLATES),
    "second": said("unix_timestamps", **DAYS, format="%d-%m-%Y"),
    "day": said("dates", **DAYS, date_format="%d-%m-%Y"),
    "time": said("dates", **TIMES, date_format="%Y-%m-%d %H:%M:%S"),
    "id": said("unique_ids", strategy="zint", length=6, prefix="C"),
    "token": said("unique_ids", strategy="uuid4"),
    "uuid": said("uuid4"),
    "waited": said("exponential", scale=4.0, decimals=2),
    "amount": said("lognormal", mean=3, std=0.5),
    "visits": said("poisson", lam=3),
    "rank": said("zipf", a=2.0),
    "currency": said("constant", value="USD"),
    "number": said("pk", start=10, step=5),
    "shuffled": said("pk", style="permuted", domain=1_000_003, key=3, format="K-{:08d}"),
    "customer": said("fk", parent=said("pk", start=1), parent_size=20, skew=1.5),
    "buyer": said("fk", parent=said("unique_ids", length=6, prefix="C"), parent_size=50, column="id"),
    "late": {
        **said("fk", parent=said("pk"), parent_size=90),
        "kwargs": {
            "parent": said("pk"),
            "parent_size": 90,
            "born_before": {"child_rate": 2, "child_start": 5, "parent_rate": 1, "parent_start": 0},
        },
    },
    "score": {**said("integers", min=1, max=3), "null_rate": 0.25},
    "reading": {**said("integers", min=1, max=3), "anomaly_rate": 0.1, "anomaly_values": [-1, 99], "null_rate": 0.1},
    "pair": {**said("distincts", distincts=["x;y", "z;w"]), "splitable": True, "cols": ["left", "right"], "sep": ";"},
    "Preço (R$)": said("floats", min=1, max=2),
    "rows": said("constant", value=1),
    "doubled": said("expression", expression="price * 2"),
}
