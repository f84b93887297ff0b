"""What have we sold, and can we trust it? Bring a file, see how it is read, correct it, keep it."""

import streamlit as st

from forecasting.errors import ForecastingError
from forecasting.ingest.template import template_csv
from forecasting.services.findings import scope_line
from ui.feedback import next_step
from ui.importing import import_form, show_report
from ui.opening import adopt_items, last_choices
from ui.sentences import as_text, show_refusal
from ui.state import current
from ui.upload import Upload

st.title("What have we sold, and can we trust it?")
project = current()
if project is not None and project.dataset is not None:
    st.caption(scope_line(project.dataset, project.settings.currency))
    show_report(project.import_report)
    with st.expander("Prices, costs and stock (items file)", expanded=project.dataset.items.shape[1] < 4):
        st.write(
            "One row per item: price, unit_cost, salvage, holding_rate, leftover (perishable or carry_over), "
            "lead_time, review_period, on_hand, on_order, moq, pack. Blank means: use the project's default."
        )
        upload = st.file_uploader("Items file", type=["csv", "gz", "xlsx"], key="items_file")
        if upload is not None and st.button("Use these items", key="use_items"):
            try:
                for line in adopt_items(project, upload.getvalue(), upload.name):
                    st.warning(as_text(line))
                st.success("The items are in; the orders are worked out with them.")
            except ForecastingError as error:
                show_refusal(error)
        st.dataframe(project.dataset.items, hide_index=True, key="items_table")
    with st.expander("The sales as they were read"):
        st.dataframe(project.dataset.sales, hide_index=True, key="sales_table")

st.subheader("Bring another sales file" if project and project.dataset is not None else "Bring a sales file")
st.write(
    "One row per sale, day, week or month: when, what, how many. Shop, price, cost, stock and promotions "
    "help where you have them."
)
upload = st.file_uploader("Sales file (CSV or Excel)", key="sales_file")
st.download_button(
    "Template", template_csv(), "shelfwise_template.csv", "text/csv",
    on_click="ignore", type="tertiary", icon=":material/download:", help="A small file to fill in.",
)  # fmt: skip
if upload is not None:
    try:
        import_form(Upload(upload.getvalue(), upload.name), last_choices(project))
    except ForecastingError as error:
        show_refusal(error)
if project is not None and project.dataset is not None:
    next_step("forecast", "what will we sell, and how sure are we?")
