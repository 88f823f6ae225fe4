"""Words for days that dateparser does not know, or takes for other days: `pasado mañana` is not tomorrow."""

from collections.abc import Mapping

DAYS: Mapping[str, Mapping[str, int]] = {
    "es": {"pasado mañana": 2, "antes de ayer": -2, "anteayer": -2, "antier": -2},
    "it": {"dopodomani": 2, "dopo domani": 2, "l'altro ieri": -2, "l’altro ieri": -2, "avantieri": -2},
    "pt": {"depois de amanhã": 2, "depois de amanha": 2, "anteontem": -2, "antes de ontem": -2},
    "fr": {"avant-hier": -2, "après demain": 2, "avant hier": -2},
    "de": {"vorvorgestern": -3, "überübermorgen": 3},
    "nl": {"eergisteren": -2},
    "pl": {"pojutrze": 2, "przedwczoraj": -2},
    "ja": {"明後日": 2, "あさって": 2, "一昨日": -2, "おととい": -2},
    "ko": {"모레": 2, "그저께": -2},
}
"""How many days from today, by language."""

IN: Mapping[str, str] = {
    "es": "en|dentro de",
    "it": "fra|tra|in",
    "pt": "em|dentro de|daqui a",
    "nl": "over|binnen",
    "fr": "dans|d'ici|d’ici",
    "de": "in",
}
"""What says that a stretch of time is still to pass."""

UNITS: Mapping[str, Mapping[str, str]] = {
    "es": {"día": "D", "días": "D", "semana": "W", "semanas": "W", "mes": "M", "meses": "M", "año": "Y", "años": "Y"},
    "it": {
        "giorno": "D",
        "giorni": "D",
        "settimana": "W",
        "settimane": "W",
        "mese": "M",
        "mesi": "M",
        "anno": "Y",
        "anni": "Y",
    },
    "pt": {"dia": "D", "dias": "D", "semana": "W", "semanas": "W", "mês": "M", "meses": "M", "ano": "Y", "anos": "Y"},
    "nl": {"dag": "D", "dagen": "D", "week": "W", "weken": "W", "maand": "M", "maanden": "M", "jaar": "Y"},
    "fr": {"jour": "D", "jours": "D", "semaine": "W", "semaines": "W", "mois": "M", "an": "Y", "ans": "Y"},
    "de": {
        "tag": "D",
        "tagen": "D",
        "woche": "W",
        "wochen": "W",
        "monat": "M",
        "monaten": "M",
        "jahr": "Y",
        "jahren": "Y",
    },
}
"""Stretches of time, as `date_reckoning.plus` names them."""

NUMBERS: Mapping[str, Mapping[str, int]] = {
    language: {word: number for number, words in enumerate(listed.split(), 1) for word in words.split("/")}
    for language, listed in {
        "es": "un/una dos tres cuatro cinco seis siete ocho nueve diez once doce",
        "it": "un/una/uno due tre quattro cinque sei sette otto nove dieci undici dodici",
        "pt": "um/uma dois/duas três quatro cinco seis sete oito nove dez onze doze",
        "nl": "een/één twee drie vier vijf zes zeven acht negen tien elf twaalf",
        "fr": "un/une deux trois quatre cinq six sept huit neuf dix onze douze",
        "de": "ein/eine/einem/einer zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
    }.items()
}
"""The numbers people write as words."""
