"""One reader of what people write: TOML, YAML, JSON and variables → values with their places → a model.

What is wrong is said with its place, what is allowed there, a close match for an unknown name, and a correct
example; the words come from the fields of the model::

    class Shop(BaseModel):
        model_config = ConfigDict(extra="forbid", strict=True)
        orders: int = Field(ge=0, description="how many orders, a whole number >= 0", examples=[5000])

    shop = validated(parse("ordres: 5", "shop.yaml"), Shop)

    shop.yaml, line 1: field 'ordres' is unknown; did you mean 'orders'? Allowed: orders.
      Correct it there.

:func:`.reading.read` and :func:`.reading.parse` make a :class:`.document.Document` of a file or a text,
:func:`.environment.read` one of variables. :func:`.validation.validated` makes a model of a document and raises
what is wrong first; :func:`.validation.problems` gives all that is wrong.

Nothing here knows settings, faults or datasets.
"""
