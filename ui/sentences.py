"""Sentences that quote a file: shown as they stand, never as markup."""

import re

import streamlit as st

from forecasting.errors import ForecastingError

_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+!|~$^=-])")
# A backslash does not stop `:material/home:` from becoming an icon or a bare address a link;
# a word joiner, which nobody sees, parts them.
_SHORTCUT = re.compile(r"(?<=[:@])(?=\S)|(?<=www)(?=\.)")


def as_text(sentence: str) -> str:
    r"""Return a text that markdown shows as it stands, on one line.

    >>> as_text("[free](x) *now*")
    '\\[free\\]\\(x\\) \\*now\\*'
    """
    one_line = " ".join(sentence.split())
    return _MARKUP.sub(r"\\\1", _SHORTCUT.sub("\u2060", one_line))


def show_refusal(error: ForecastingError) -> None:
    """Show why something was refused: what was needed, what came, what to change."""
    st.error(as_text(str(error)), icon=":material/error:")
