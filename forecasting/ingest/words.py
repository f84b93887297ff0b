"""The words people head their columns with, in the usual languages, and how a heading is matched."""

import re
import unicodedata
from functools import lru_cache

Groups = tuple[tuple[str, ...], ...]


def _groups(*lists: str) -> Groups:
    return tuple(tuple(phrase.strip() for phrase in phrases.split(",")) for phrases in lists)


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# Per part: phrases, the groups by falling weight; a phrase matches when its words follow one another in
# the heading. The words of a _NOT rule a heading out.
DATE = _groups(
    "order date, invoice date, sale date, sales date, transaction date, date of sale, ds",
    "date, data, datum, epoch, unix time, ts, fecha, dato, dia, day, tag, jour, giorno, datetime, timestamp",
    "week, week starting, semana, woche, semaine, settimana, uke, month, mes, monat, mois, mese, "
    "maand, period, periode, periodo, time, kw, wk, kalenderwoche, jahrwoche, jahrmonat, anomes",
)
DATE_NOT = _words("ship shipping dispatch delivery due birth expiry created updated return")
# A date in several columns. A fiscal year begins when its company says, so its months are not the calendar's.
DATE_PARTS = {
    "year": _groups("year, yr, jahr, annee, ano, anno, jaar, rok, aar, ar, vuosi, yil, an"),
    "month": _groups("month, month number, monat, mois, mes, mese, maand, miesiac, maned, manad, ay"),
    "week": _groups("week, week number, iso week, calendar week, wk, kw, kalenderwoche, jahrwoche, "
                    "woche, semaine, semana, settimana, uke, uge, vecka, tydzien, viikko"),
    "quarter": _groups("quarter, qtr, quartal, trimestre, kwartal, kwartaal, kvartal"),
    "day": _groups("day, day of month, tag, jour, dia, giorno, dag, dzien"),
}  # fmt: skip
DATE_PART_NOT = _words("fiscal financial fy birth built model made last prior previous ago growth since")
UNITS = _groups(
    "units sold, quantity sold, qty sold, sold units, sales units, sales qty, unidades vendidas, uds "
    "vendidas, cantidad vendida, quantidade vendida, quantite vendue, quantita venduta, verkaufte menge, y",
    "units, unit, quantity, qty, quantidade, qtd, qtde, cantidad, menge, anzahl, stueck, stuck, "
    "quantite, qte, quantita, aantal, antal, ilosc, pieces, pcs, unidades, uds, "
    "unites, unita, stk, stuks, szt, sztuki, kusy, pezzi, piezas, adet, vendidas, verkauft, "
    "verkocht, demand, demanda, nachfrage, demande, volume, sold",
    "sales, sale, venda, vendas, venta, ventas, ventes, verkauf, verkaufe, absatz, vendite, vendita, "
    "verkoop, verkopen, sprzedaz, salg",
    "revenue, turnover, umsatz, receita, ingresos, importe, chiffre, amount, value, total",
)
UNITS_NOT = _words(
    "price preco precio preis prix cost custo id code number discount profit margin operating "
    "customers customer row postal zip tax forecast target returned inventory line transaction "
    "invoice stock rate percent year method channel rep person region"
)
ITEM = _groups(
    "sku, item id, product id, product code, item code, item number, item no, stock code, article "
    "number, artikelnummer, artikel nr, article code, material number, part number, codigo, codigo "
    "produto, ean, upc, gtin, asin, barcode, unique id, series id, series",
    "item, product, produto, producto, produkt, produit, prodotto, artikel, article, articulo, "
    "artigo, articolo, towar, indeks, zbozi, vare, vara, material, part, drug, medicine, book, title",
    "product name, item name, description, descricao, descripcion, bezeichnung, name of product",
    "brand, family, category, department, dept, categoria, kategorie, warengruppe, subcategory",
)
PLACE = _groups(
    "store id, store nbr, store number, store no, store code, shop id, branch id, location id, "
    "warehouse id, outlet id",
    "store, shop, branch, location, warehouse, outlet, depot, site, plant, retailer, loja, tienda, "
    "filiale, filial, magasin, negozio, winkel, butik, almacen, deposito, lager, filiaal, vestiging, sklep, "
    "sucursal, punto vendita, punto de venta, ponto de venda, point de vente, boutique, verkaufsstelle, "
    "standort, butikk, prodejna, magazin",
)
ID_NOT = _words(
    "order invoice row transaction customer client user employee line postal zip phone receipt "
    "ticket address person rep size type open email"
)
PRICE = _groups(
    "unit price, price per unit, price each, selling price, sell price, sales price, retail price",
    "price, preco, precio, prix, preis, prezzo, prijs, pris, cena, verkaufspreis, pvp",
)
PRICE_NOT = _words("cost purchase total competitor buying discount change index")
UNIT_COST = _groups(
    "unit cost, cost per unit, cost price, purchase price, buying price, cogs, einkaufspreis",
    "cost, custo, coste, costo, cout, kosten, einstandspreis, inkoopprijs",
)
UNIT_COST_NOT = _words("total shipping freight holding order ordering storage")
ON_HAND = _groups(
    "on hand, stock on hand, closing stock, end of day stock, ending inventory, inventory level, "
    "stock level, soh, onhand",
    "stock, inventory, estoque, existencias, bestand, lagerbestand, voorraad, giacenza",
)
ON_HAND_NOT = _words("code out id value name transit opening safety outs type cost")
STOCKOUT = _groups(
    "stockout, stock out, out of stock, oos, ruptura, rupture, fehlbestand, is stockout, ausverkauft, "
    "sold out, agotado, esgotado, esaurito, uitverkocht, epuise, en rupture, slutsald",
)
OPEN = _groups(
    "open, is open, aberto, abierto, ouvert, geoffnet, aperto, shop open, store open",
)
# What people planned to sell. The words of the first group say so anywhere in a heading, those of the
# second only alone: a "price plan" is none.
PLAN = _groups(
    "manager plan, manager forecast, planned units, planned sales, planned quantity, planned qty, plan "
    "units, plan qty, plan quantity, sales plan, sales budget, sales forecast, demand forecast, demand "
    "plan, forecast qty, forecast units, forecast quantity, forecasted demand, unit forecast, budget units, "
    "plan menge, planmenge, absatzplan, absatzprognose, verkaufsplan, prognosemenge, planabsatz, plan de "
    "ventas, plan ventas, pronostico ventas, plan de vendas, previsao vendas, previsao de vendas, "
    "plan de ventes, prevision ventes, prevision des ventes, piano vendite, previsione vendite, "
    "verkoopplan, verkoopprognose, plan sprzedazy, prognoza sprzedazy",
    "plan, planned, budget, forecast, fcst, prognose, plano, previsao, pronostico, prevision, previsioni, "
    "previsione, orcamento, presupuesto, planung, planzahl, prognos, prognoza, begroting",
)
PLAN_NOT = _words(
    "price preco precio preis prix cost id code date revenue turnover umsatz value amount error lower upper "
    "low high mape bias eur usd gbp"
)
# What somebody decides or a calendar says before the day comes.
AHEAD = _groups(
    "promo, promos, promotion, promotions, promoted, promocao, promocion, promozione, promocja, aktion, "
    "aktie, angebot, offer, on offer, oferta, offre, discount, discounts, rabatt, rabat, remise, desconto, "
    "descuento, sconto, korting, markdown, campaign, kampagne, campagne, campanha, campana, campagna, flyer, "
    "leaflet, holiday, holidays, feiertag, feiertage, ferien, feriado, festivo, festivi, ferie, vacances, "
    "vacaciones, vakantie, feestdag, swieto, event, events",
)
TOTAL = _groups(
    "total, totals, grand total, sub total, subtotal, sum, summe, gesamt, gesamtsumme, gesamtergebnis, "
    "ergebnis, zwischensumme, somme, total general, total geral, totale, suma, razem, totaal, totalt, "
    "celkem, summa, yhteensa, toplam, ukupno, osszesen",
)[0]
# From here on a match of `PLAN` is sure: the phrase of the first group, or the heading is nothing else.
SURE_PLAN = 1.5
PERSON = _words("customer client employee person address email phone seller buyer user")


@lru_cache(maxsize=10_000)  # a wide file asks for each of its thousand headings again and again
def plain(heading: str) -> str:
    """Return a heading as lower-case words without accents.

    >>> plain("InvoiceNo"), plain("Stück_verkauft"), plain("  Units Sold ")
    ('invoice no', 'stuck verkauft', 'units sold')
    """
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading.replace("ß", "ss"))
    ascii_only = unicodedata.normalize("NFKD", split).encode("ascii", "ignore").decode()
    return " ".join(re.findall(r"[a-z]+|\d+", ascii_only.lower()))


def is_total(text: str) -> bool:
    """Return whether a cell or heading says that its row or column sums up others.

    >>> is_total("Grand Total"), is_total("TOTAL:"), is_total("Colgate Total")
    (True, True, False)
    """
    return plain(text) in TOTAL


def match(heading: str, groups: Groups, excluded: tuple[str, ...] = ()) -> float:
    """Return how well a heading fits a part: 0 no, else the better the higher.

    >>> match("Units Sold", UNITS) > match("Quantity", UNITS) > match("Sales", UNITS) > match("City", UNITS)
    True
    """
    words = plain(heading)
    if set(words.split()) & set(excluded):
        return 0.0
    for rank, phrases in enumerate(groups):
        if any(words == p or words.replace(" ", "") == p.replace(" ", "") for p in phrases):
            return len(groups) - rank + 0.5  # the heading is the phrase and nothing else
        if any(f" {p} " in f" {words} " for p in phrases if len(p) > 2):
            return float(len(groups) - rank)
    return 0.0
