"""The page of expressions is made of the functions there are."""

import make_expression_docs


def test_the_page_is_what_is_made_of_the_functions():
    written = make_expression_docs.PAGE.read_text(encoding="utf-8")
    assert written == make_expression_docs.page(), "run: python scripts/make_expression_docs.py"
