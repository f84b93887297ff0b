import pytest

from forecasting.errors import DataError, DriverError, SettingsError
from forecasting.ingest.options import ImportOptions, Roles
from forecasting.ingest.sales import guess_roles, read_table
from tests.ingest.files import csv_bytes, imported


def guessed(header, *rows):
    return guess_roles(read_table(csv_bytes([header, *rows]), name="x.csv"))


@pytest.mark.parametrize(
    ("header", "row", "roles"),
    [
        ("date,store,item,sales", "2024-01-15,1,7,3", Roles(("store", "item"), "date", "sales")),
        ("Datum;Artikelnummer;Menge;Umsatz", "15.01.2024;007;3;9,5",
         Roles(("Artikelnummer",), "Datum", "Menge")),
        ("fecha,tienda,producto,cantidad,precio", "2024-01-15,1,té,3,2.5",
         Roles(("tienda", "producto"), "fecha", "cantidad", price="precio")),
        ("data,venda,estoque,preco", "2024-01-15,3,10,1.29",
         Roles((), "data", "venda", price="preco", on_hand="estoque")),
        ("InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID",
         "5,85A,Mug,3,2024-01-15 08:38,1.5,9",
         Roles(("StockCode",), "InvoiceDate", "Quantity", price="UnitPrice")),
        ("Order Date,Ship Date,Customer Name,Product,Quantity,Total Sales",
         "2024-01-15,2024-01-17,Ann,Mug,3,30",
         Roles(("Product",), "Order Date", "Quantity")),
        ("Warehouse,Product_Code,Date,Order_Demand", "W1,P9,2024-01-15,3",
         Roles(("Warehouse", "Product_Code"), "Date", "Order_Demand")),
        ("store_nbr,family,date,sales,onpromotion", "1,DAIRY,2024-01-15,3,0",
         Roles(("store_nbr", "family"), "date", "sales")),
        ("Date,Units Sold,Inventory Level,Demand Forecast,Price", "2024-01-15,3,50,4.5,9.9",
         Roles((), "Date", "Units Sold", price="Price", on_hand="Inventory Level",
               manager_plan="Demand Forecast")),
        ("Datum;Filiaal;Artikelnr;Aantal;Uitverkocht", "15-01-2024;Gent;007;3;nee",
         Roles(("Filiaal", "Artikelnr"), "Datum", "Aantal", stockout="Uitverkocht")),
        ("Data;Sklep;Indeks;Ilość", "2024-01-15;Łódź;007;3", Roles(("Sklep", "Indeks"), "Data", "Ilość")),
        ("Fecha;Sucursal;Código;Unidades vendidas;Agotado", "15/01/2024;Sur;007;3;no",
         Roles(("Sucursal", "Código"), "Fecha", "Unidades vendidas", stockout="Agotado")),
        ("unique_id,ds,y", "A,2024-01-15,3", Roles(("unique_id",), "ds", "y")),
    ],
)  # fmt: skip
def test_the_parts_are_guessed_from_headings_people_use(header, row, roles):
    separator = ";" if ";" in header else ","
    later = row.replace("2024-01-15", "2024-01-16").replace("15.01", "16.01")
    content = "\n".join([header, row, later]).encode()
    assert guess_roles(read_table(content, name="x.csv")) == roles, separator


def test_an_id_without_a_telling_heading_is_the_text_that_repeats_where_dates_do():
    rows = [(f"2024-01-{d}", kind, d) for d in range(15, 25) for kind in ("red", "blue")]
    assert guessed(("when", "what", "qty"), *rows) == Roles(("what",), "when", "qty")


def test_a_code_that_several_items_share_gives_way_to_the_name():
    rows = [(f"2024-01-{15 + i // 6}", "1", f"shop {i % 6}", 3) for i in range(24)]
    assert guessed(("date", "store_id", "store", "units"), *rows).unique_id == ("store",)


def test_a_column_counting_rows_is_no_series():
    rows = [("2024-01-15", f"P{n}", 3) for n in range(40)]
    assert guessed(("date", "item", "units"), *rows).unique_id == ()


ROWS = [("Date", "Shop+Till", "Item, name", "Units", "Promo"), ("2024-01-15", "1", "tea", "3", "yes"),
        ("2024-01-16", "1", "tea", "4", "no")]  # fmt: skip


def test_columns_named_in_a_text_are_used_whatever_their_own_signs():
    result = imported(ROWS, columns="unique_id=Shop+Till,ds=Date,y=Units")
    assert result.roles.unique_id == ("Shop+Till",)
    result = imported(
        ROWS, columns="unique_id=shop+till+Item, name,ds=date,y=UNITS".replace("shop+till+", "")
    )
    assert result.roles.unique_id == ("Item, name",)


def test_parts_left_out_of_the_text_are_guessed_and_empty_ones_switched_off():
    rows = [("d", "n", "price"), ("2024-01-15", "3", "9"), ("2024-01-16", "3", "9")]
    assert imported(rows, columns="y=n").roles == Roles((), "d", "n", price="price")
    assert imported(rows, columns="y=n,price=").roles == Roles((), "d", "n")


@pytest.mark.parametrize(
    ("columns", "error", "says"),
    [
        ("y=Sold", DataError, "no column 'Sold'; it has Date, Shop"),
        ("z=Units", SettingsError, "does not name a part"),
        ("y=Units,y=Date", SettingsError, "named twice"),
        ("ds=,y=Units", SettingsError, "ds= needs a column"),
        ("ds=Units,y=Units", SettingsError, "plays two parts"),
        ("drivers=Weather,y=Units", DataError, "no column 'Weather'"),
        ("drivers=Units,y=Units", SettingsError, "cannot be a driver"),
        ("drivers=Item, name,y=Units", DriverError, "holds text such as 'tea'"),
        ("stockout=Item, name,y=Units", DataError, "must say yes or no"),
    ],
)
def test_roles_that_cannot_be_are_refused_in_one_sentence(columns, error, says):
    with pytest.raises(error, match=says):
        imported(ROWS, columns=columns)


def test_yes_and_no_become_one_and_zero_and_known_drivers_lower_case():
    result = imported(ROWS, drivers=("Promo",))
    assert result.sales["promo"].tolist() == [1.0, 0.0]
    assert result.report["columns"]["drivers"] == ["Promo"]


def test_a_driver_called_open_becomes_the_opening_days():
    rows = [("date", "units", "Open", "Promo"), *[(f"2024-01-{d}", 3, 1, 0) for d in range(15, 25)]]
    result = imported(rows, drivers=("Promo", "Open"), columns="unique_id=,ds=date,y=units,open=")
    assert list(result.sales) == ["unique_id", "ds", "y", "open", "promo"]


def test_options_that_do_not_exist_are_refused():
    with pytest.raises(SettingsError, match="frequency must be one of auto, D, W"):
        ImportOptions(frequency="hourly")
    with pytest.raises(SettingsError, match="not both"):
        ImportOptions(columns="y=Units", roles=Roles((), "Date", "Units"))
