"""How Griffe reads our docstrings: what stands under "Example:" is code to type, and names need no role before them."""

import re
from typing import Any

from griffe import Extension, Module, Object


class DocstringExamples(Extension):
    """Makes "Example:" a section of examples; to Griffe it would be a box of prose, with `>>>` as quotations."""

    def on_object(self, *, obj: Object, **_: Any) -> None:
        """Look at each object's docstring, once it is loaded."""
        if obj.docstring is not None:
            text = obj.docstring.value.replace("\nExample:\n", "\nExamples:\n")
            obj.docstring.value = re.sub(r":(?:func|class|mod|meth|attr|data):(`)~?", r"\1", text)

    def on_module(self, *, mod: Module, **_: Any) -> None:
        """Modules have docstrings as well."""
        self.on_object(obj=mod)
