"""The workshop as a declaration: what a file in YAML or JSON says, as a dictionary."""

CITIES = {"Oslo": 50, "Bergen": 30, "Tromsø": 20}
PARTS = {"chain": 40, "tyre": 30, "brake": 20, "saddle": 10}
# A list has an order, which the names of a mapping in a file have not.
CITY_WEIGHTS, PART_WEIGHTS = ([list(pair) for pair in weights.items()] for weights in (CITIES, PARTS))
CITY = {"method": "weighted", "weights": CITY_WEIGHTS}
PRICE = {"method": "integers", "low": 500, "high": 20_000, "doc": "price in cents"}

WORKSHOP = {
    "dataset": "workshop",
    "doc": "A bicycle workshop: the toy domain, a table for each shape and kind of key, as your own domain would be.",
    "parameters": {
        "branches": {"default": 20, "maximum": 9_999, "doc": "rows of branches"},
        "staff": {"default": 150, "maximum": 1_000_000, "doc": "rows of staff"},
        "customers": {"default": 1_000, "maximum": 1_000_000, "doc": "rows of customers"},
        "repairs": {"default": 3_000, "maximum": 1_000_000, "doc": "rows of repairs"},
        "days": {"default": 90, "minimum": 1, "maximum": 3_650, "doc": "days before as_of over which rows appear"},
    },
    "presets": {
        "tiny": {"branches": 4, "staff": 11, "customers": 60, "repairs": 90, "days": 30},
        "small": {},
    },
    "default_preset": "small",
    "entities": {
        "branches": {
            "doc": "Branches of the workshop.",
            "grain": "one branch",
            "rows": "branches",
            "key": {"columns": "branch_code", "codec": "text", "prefix": "B", "digits": 4},
            "columns": {
                "branch_code": {"method": "key", "type": "string", "doc": "code of the branch"},
                "city": {**CITY, "doc": "where it is"},
                "head_id": {"method": "reference", "null_rate": 0.25, "references": "staff", "doc": "who leads it"},
            },
        },
        "staff": {
            "doc": "People who work there; a manager came before those that they manage.",
            "grain": "one person",
            "rows": "staff",
            "columns": {
                "staff_id": {"method": "key", "doc": "number of the person"},
                "branch_code": {
                    "method": "reference",
                    "skew": "square",
                    "type": "string",
                    "references": "branches",
                    "doc": "where they work",
                },
                "manager_id": {
                    "method": "reference",
                    "earlier": True,
                    "references": "staff",
                    "doc": "their manager",
                },
                "badge": {"method": "pattern", "pattern": "S-{6 digits}", "unique": True, "doc": "number on the badge"},
            },
        },
        "customers": {
            "doc": "Customers: they come, move, and some go.",
            "grain": "one customer",
            "rows": "customers",
            "over": "days",
            "key": {"columns": "customer_id", "codec": "uuid"},
            "fates": [{"changes": "moves", "days": [5, 20]}, {"ends": 4, "days": 200, "stay": 5}],
            "unique": [["branch_code", "card"]],
            "columns": {
                "customer_id": {"method": "key", "type": "string", "doc": "id of the customer"},
                "branch_code": {
                    "method": "reference",
                    "type": "string",
                    "references": "branches",
                    "doc": "the customer's branch",
                },
                "card": {
                    "method": "property_of",
                    "attribute": "row_numbers",
                    "type": "int64",
                    "doc": "number of the card, unique within the branch",
                },
                "city": {"method": "changing", "by": "moves", "of": CITY, "doc": "where the customer lives"},
                "joined_at": {"method": "moment", "second": "born", "doc": "time of joining"},
                "updated_at": {"method": "changed", "doc": "time of the last change"},
            },
        },
        "bikes": {
            "doc": "Bikes, which belong to customers.",
            "grain": "one bike",
            "lines_of": "customers",
            "per_parent": {1: 70, 2: 22, 3: 8},
            "columns": {
                "bike_id": {"method": "key", "doc": "number of the bike"},
                "customer_id": {
                    "method": "of_parent",
                    "type": "string",
                    "references": "customers",
                    "doc": "whose it is",
                },
                "place": {"method": "ordinal", "type": "int16", "doc": "number among the customer's bikes"},
                "gears": {
                    "method": "weighted",
                    "weights": [[1, 10], [8, 50], [21, 40]],
                    "type": "int16",
                    "doc": "gears",
                },
            },
        },
        "repairs": {
            "doc": "Repairs, which take their steps.",
            "grain": "one repair",
            "rows": "repairs",
            "over": "days",
            "fates": [
                {
                    "lifecycle": "repair",
                    "first": "open",
                    "steps": [
                        {"state": "in_work", "days": [0, 3]},
                        {"state": "done", "days": [1, 10], "per_hundred": 90},
                    ],
                }
            ],
            "rules": [
                {
                    "name": "done_has_a_time",
                    "doc": "A repair is done just if it has a time of that.",
                    "sql": "FROM repairs WHERE (state = 'done') <> (done_at IS NOT NULL)",
                }
            ],
            "columns": {
                "repair_id": {"method": "key", "doc": "number of the repair"},
                "staff_id": {"method": "reference", "skew": "zipf", "references": "staff", "doc": "who does it"},
                "opened_at": {"method": "moment", "second": "born", "doc": "time of opening"},
                "state": {
                    "method": "state",
                    "by": "repair",
                    "enumeration": ["open", "in_work", "done"],
                    "doc": "how far it is",
                },
                "done_at": {"method": "step", "by": "repair", "state": "done", "doc": "time of completion"},
                "updated_at": {"method": "changed", "doc": "time of the last change"},
            },
        },
        "repair_parts": {
            "doc": "Parts that repairs need.",
            "grain": "one part of one repair",
            "slots_of": "repairs",
            "per_parent": {0: 10, 1: 50, 2: 30, 3: 10},
            "key": {"columns": ["repair_id", "line"], "codec": "composite", "sizes": [3]},
            "columns": {
                "repair_id": {"method": "key", "references": "repairs", "doc": "the repair"},
                "line": {"method": "key", "doc": "number within the repair, from 1"},
                "part": {"method": "weighted", "weights": PART_WEIGHTS, "doc": "what it is"},
                "price": PRICE,
            },
        },
        "warranties": {
            "doc": "Warranties of some of the parts.",
            "grain": "one warranty",
            "some_of": "repair_parts",
            "per_thousand": 300,
            "references": [{"columns": ["repair_id", "line"], "to": "repair_parts"}],
            "columns": {
                "warranty_id": {"method": "key", "doc": "number of the warranty; there are gaps"},
                "repair_id": {"method": "of_parent", "column": "repair_id", "type": "int64", "doc": "the repair"},
                "line": {"method": "of_parent", "column": "line", "type": "int64", "doc": "the part's line"},
                "years": {"method": "integers", "low": 1, "high": 5, "type": "int16", "doc": "for how long"},
            },
        },
        "price_tags": {
            "doc": "Price tags on the shelves: nobody numbers them.",
            "grain": "one tag",
            "rows": 12,
            "key": {"columns": [], "codec": "none"},
            "columns": {
                "label": {"method": "weighted", "weights": PART_WEIGHTS, "doc": "what it says"},
                "price": PRICE,
            },
        },
        "till": {
            "doc": "Cash in the tills of the branches.",
            "grain": "one movement of cash",
            "ledger": {"of": "branches", "over": "days", "days": 7, "entries": 4, "low": 10, "high": 900},
            "rules": [
                {"name": "enough_in_the_till", "doc": "A till never runs out.", "sql": "FROM till WHERE balance < 10"},
                {
                    "name": "balance_is_the_running_sum",
                    "doc": "A balance is the sum of all amounts so far.",
                    "sql": "FROM till QUALIFY balance <> sum(amount) "
                    "OVER (PARTITION BY branch_code ORDER BY moved_at, movement_id)",
                },
            ],
            "columns": {
                "movement_id": {"method": "key", "doc": "number of the movement; there are gaps"},
                "branch_code": {
                    "method": "key_of",
                    "number": "movements.accounts",
                    "type": "string",
                    "references": "branches",
                    "doc": "whose till",
                },
                "moved_at": {"method": "moment", "second": "movements.moved", "doc": "when"},
                "amount": {
                    "method": "property_of",
                    "attribute": "movements.amounts",
                    "type": "int64",
                    "doc": "how much, negative for what leaves",
                },
                "balance": {
                    "method": "property_of",
                    "attribute": "movements.balances",
                    "type": "int64",
                    "doc": "what is in the till afterwards",
                },
            },
        },
    },
}
