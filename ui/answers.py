"""A question that a table leaves open, asked with the words of the rule that answers it."""

import streamlit as st

from ui.reading import AUTO, DATE_ORDER, DECIMAL
from ui.sentences import as_text

RULES = {rule.option: rule for rule in (DATE_ORDER, DECIMAL)}


def answer(option: str, question: str, *, key: str) -> str | None:
    """Return the answer, None while there is none: a wrong guess would make every number wrong."""
    rule = RULES[option]
    return st.radio(
        as_text(question),
        [value for value in rule.words if value != AUTO],
        None,
        format_func=rule.words.__getitem__,
        key=key,
        horizontal=True,
        help=rule.help,
    )
