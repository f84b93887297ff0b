"""How an amount of money is written, everywhere alike: the sign or the code stands before the number."""

NARROW = "\u00a0"  # no-break space: a number never parts from its unit

# Signs that stand alone before the number; every other currency keeps its code ("CHF 120").
SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "INR": "₹", "BRL": "R$", "PLN": "zł"}

# Offered on pages; every other code of three letters can be given to the command line.
CURRENCIES = (
    "EUR", "USD", "GBP", "CHF", "PLN", "CZK", "HUF", "RON", "SEK", "NOK", "DKK", "TRY", "BRL", "MXN", "CAD",
    "AUD", "NZD", "ZAR", "INR", "JPY", "CNY",
)  # fmt: skip


def currency_sign(currency: str) -> str:
    r"""Return what stands before an amount: a sign, or the code and a space.

    >>> currency_sign("EUR"), currency_sign("CHF")
    ('€', 'CHF\xa0')
    """
    return SIGNS.get(currency, f"{currency}{NARROW}" if currency else "")
