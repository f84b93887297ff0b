"""The history a project holds: how it was read, and what is known about its items."""

import streamlit as st

from forecasting.errors import ForecastingError
from forecasting.report.data_columns import ITEM_WORDS, SALES_WORDS
from ui.feedback import column_words
from ui.importing import show_report
from ui.opening import adopt_items
from ui.sentences import as_text, show_refusal
from ui.workspace import Workspace


def show_history(project: Workspace) -> None:
    """Show the report of the import, the items with a place to bring their file, and the sales."""
    dataset = project.dataset
    if dataset is None:
        return
    show_report(project.import_report, dataset.name, key="project")
    with st.expander("Prices, costs and stock (items file)", expanded=dataset.items.shape[1] < 4):
        st.write(
            "One row per item: price, unit_cost, salvage, holding_rate, leftover (perishable or carry_over), "
            "lead_time, review_period, on_hand, on_order, moq, pack. Blank means: use the project's default."
        )
        upload = st.file_uploader("Items file", type=["csv", "gz", "xlsx"], key="items_file")
        if upload is not None and st.button("Use these items", key="use_items"):
            _adopt(project, upload.getvalue(), upload.name)
        items = (project.dataset or dataset).items
        config = column_words(items, ITEM_WORDS, project.settings.currency)
        st.dataframe(items, hide_index=True, key="items_table", column_config=config, placeholder="–")
    with st.expander("The sales as they were read", on_change="rerun", key="sales_open") as sales:
        if sales.open:
            config = column_words(dataset.sales, SALES_WORDS, project.settings.currency)
            if "stockout" in config:  # ticks, not words
                config["stockout"] = SALES_WORDS["stockout"].label
            st.dataframe(dataset.sales, hide_index=True, key="sales_table", column_config=config)


def _adopt(project: Workspace, content: bytes, name: str) -> None:
    try:
        for line in adopt_items(project, content, name):
            st.warning(as_text(line))
        st.success("The items are in; the orders are worked out with them.")
    except ForecastingError as error:
        show_refusal(error)
