"""What always holds in the bronze tables, as queries that return the offending rows.

The rules know nothing of how values are made, so that they can find it wrong. They hold for the base dataset
and for every later state of it: an erased customer's orders are gone, and the movements of their goods
stay without an order_id; so no rule asks every sale for its order.

What the schema itself says (keys, references, missing cells, enumerations) is checked for every table alike,
and not repeated here. Times are compared as they are, since arithmetic on time zones is an extension of DuckDB.
"""
