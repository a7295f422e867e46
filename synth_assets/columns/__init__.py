"""Column generators: how the cells of a declared column come about, a module each.

A module holds a class, which says in its fields what may be asked for, and a function of the module's own name, which
is how Python says it. A class tells the same to YAML, JSON and dictionaries::

    payment_method = column(STRING, "how it is paid", weighted({"card": 60, "invoice": 40}))

    payment_method: {method: weighted, weights: {card: 60, invoice: 40}}

Which generators there are is found by looking (:mod:`.basis.catalog`), so adding one is adding a file. What they are
made of is in :mod:`.basis`. Importing this package imports none of them.
"""
