"""Month names and their short forms in the common European languages."""

import unicodedata

# English, German, Dutch, French, Spanish, Portuguese, Italian; Danish and Swedish; Polish (also as in
# "5 stycznia"), Czech, Finnish, Turkish, Hungarian, Romanian. Short forms are beginnings of these.
_MONTHS = (
    "january januar januari janner janvier enero janeiro gennaio styczen stycznia leden ledna tammikuu ocak "
    "ianuarie",
    "february februar februari fevrier febrero fevereiro febbraio luty lutego unor unora helmikuu subat "
    "februarie",
    "march marz maerz maart mrt mars marts marzo marco marzec marca brezen brezna maaliskuu mart marcius "
    "martie",
    "april avril abril aprile kwiecien kwietnia duben dubna huhtikuu nisan aprilis aprilie",
    "may mai mei mayo maio maggio maj maja kveten kvetna toukokuu mayis majus",
    "june juni juin junio junho giugno czerwiec czerwca cerven cervna kesakuu haziran junius iunie",
    "july juli juillet julio julho luglio lipiec lipca cervenec cervence heinakuu temmuz julius iulie",
    "august augusti augustus aout agosto sierpien sierpnia srpen srpna elokuu agustos augusztus",
    "september septembre septiembre setiembre setembro settembre wrzesien wrzesnia zari syyskuu eylul "
    "szeptember septembrie",
    "october oktober octobre octubre outubro ottobre pazdziernik pazdziernika rijen rijna lokakuu ekim "
    "octombrie",
    "november novembre noviembre novembro listopad listopada listopadu kasim noiembrie",
    "december desember dezember decembre diciembre dezembro dicembre grudzien grudnia prosinec prosince "
    "joulukuu aralik decembrie",
)
# In full only: March in German without its vowel; June is how July begins in Czech, and Finnish November
# begins like everybody's March.
_IN_FULL = {"mrz": 3, "cerven": 6, "cervence": 7, "cervenec": 7, "marraskuu": 11}


def month_of(word: str) -> int | None:
    """Return the number of a month's name, None when it is none or could be two.

    >>> month_of("März"), month_of("déc"), month_of("stycznia"), month_of("ju")
    (3, 12, 1, None)
    """
    plain = unicodedata.normalize("NFKD", word.replace("ı", "i").replace("ł", "l"))
    plain = plain.encode("ascii", "ignore").decode().lower()
    if plain in _IN_FULL:
        return _IN_FULL[plain]
    months = [n for n, names in enumerate(_MONTHS, 1) if any(x.startswith(plain) for x in names.split())]
    return months[0] if plain and len(months) == 1 else None
