"""Where somebody lives: a house in a street, in English and in Chinese."""

import re

from dialog_guards.recognizers.rules import Rule, after, always, around, before, longest_first

# What hardly anything but a street is called, and what other things are called, too (USPS Publication 28, C1).
_STREETS = longest_first(
    "Street St Avenue Ave Road Rd Boulevard Blvd Lane Ln Drive Dr Terrace Crescent Parkway Pkwy Highway Hwy Mews "
    "Cul-de-sac Turnpike Expressway Causeway Roundabout"
)
_PERHAPS = longest_first(
    "Alley Annex Arcade Bayou Beach Bend Bluff Bottom Branch Bridge Brook Burg Bypass Camp Canyon Cape Center Centre "
    "Circle Cliff Close Club Common Commons Corner Corners Course Court Courts Ct Cove Creek Crest Crossing Crossroad "
    "Curve Dale Dam Divide Estate Estates Extension Fall Falls Ferry Field Fields Flat Flats Ford Forest Forge Fork "
    "Forks Fort Freeway Garden Gardens Gateway Glen Glens Green Greens Grove Groves Harbor Harbors Haven Heights Hill "
    "Hills Hollow Inlet Island Islands Isle Junction Junctions Key Keys Knoll Knolls Lake Lakes Land Landing Light "
    "Lights Loaf Lock Locks Lodge Loop Mall Manor Manors Meadow Meadows Mill Mills Mission Motorway Mount Mountain "
    "Mountains Neck Orchard Oval Overpass Park Parks Parkways Pass Passage Path Pike Pine Pines Place Pl Plain Plains "
    "Plaza Point Points Port Ports Prairie Radial Ramp Ranch Rapid Rapids Rest Ridge Ridges River Route Row Rue Run "
    "Shoal Shoals Shore Shores Skyway Spring Springs Spur Spurs Square Squares Sq Station Stravenue Stream Streets "
    "Summit Throughway Trace Track Trafficway Trail Trl Tunnel Underpass Union Unions Valley Valleys Via Viaduct View "
    "Views Village Villages Ville Vista Walk Walks Wall Way Ways Well Wells"
)
_STATE = (
    "A[KLRSZ]|C[AOT]|D[CE]|F[LM]|G[AU]|HI|I[ADLN]|K[SY]|LA|M[ADEHINOPST]|N[CDEHJMVY]|O[HKR]|P[ARW]|RI|S[CD]|T[NX]|UT"
    "|V[AIT]|W[AIVY]"
)
_POSTCODE_SPACED = r"[A-Z]{1,2}[0-9][A-Z0-9]?\s[0-9][A-Z]{2}"
_POSTCODE = r"[A-Z]{1,2}[0-9][A-Z0-9]?\s?[0-9][A-Z]{2}"
_UNIT = r"(?:,?\s(?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|#)\.?\s?#?[A-Za-z0-9-]{1,6})?"
_ZIP = rf"(?:(?:{_STATE})(?:\s[0-9]{{5}}(?:-[0-9]{{4}})?)?|{_POSTCODE})"
_WORD = "[A-Z][a-z][A-Za-z'.-]{0,23}"
_WORDS = rf"{_WORD}(?: {_WORD}){{0,2}}"
_TOWN = rf"(?:,\s?{_WORDS}(?:,?\s?{_ZIP})?|\n{_WORDS},?\s?{_ZIP})?"
_NAME = r"(?:(?:[NSEW]|North|South|East|West|Old|New|St|The)\.? )?(?:[A-Z0-9][A-Za-z0-9'’.-]{1,24} ){1,3}"
_BEGIN = (
    r"(?<![0-9A-Za-z$€£#.,:/-])(?:(?:Flat|Apt|Apartment|Unit|Suite)\.?\s[A-Za-z0-9-]{1,5},?\s)?[0-9]{1,5}[A-Za-z]?,?\s"
)
_ADDRESS_WORDS = re.compile(
    r"\b(?:address|lives?|living|resid\w{1,5}|ship\w{0,4}|deliver\w{0,3}|send it|mail it|moved?"
    r"|my (?:house|home|place|flat))\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:1[5-9]|20)[0-9]{2},")  # `in 1886, Robert Lane came`
_GOES_ON = re.compile(rf"\b(?:Apt|Apartment|Suite|Unit|Flat)\b|\b(?:{_STATE})\s[0-9]{{5}}|{_POSTCODE}")

# Characters that stand before an address and in no name of a place.
_HAN = r"[^\W\d_A-Za-z我你您他她它们住在到是的址送寄为往去从于给把和与请发地搬了，。]"
_PROVINCE = (
    "(?:(?:河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾)省?"
    "|内蒙古(?:自治区)?|广西(?:壮族自治区)?|西藏(?:自治区)?|宁夏(?:回族自治区)?|新疆(?:维吾尔自治区)?|(?:香港|澳门)(?:特别行政区)?)"
)
_CITY = rf"(?:{_HAN}{{2,7}}?(?:市|自治州|盟))"
_DISTRICT = rf"(?:{_HAN}{{1,7}}?(?:区|县|镇|乡|旗))"
_AREA = rf"(?:{_PROVINCE}{_CITY}?{_DISTRICT}{{0,2}}|{_CITY}{_DISTRICT}{{0,2}}|{_DISTRICT}{{1,2}})"
_NUMBER = "[0-9零一二三四五六七八九十百]{1,5}"
_NAMES = r"[^\W\d_A-Za-z，。我你您住在是址到送寄]"
_ROAD = (
    rf"(?:{_NAMES}{{1,8}}?(?:大道|大街|胡同|路|街|巷|道|里|弄)(?:[东西南北中]段?)?"
    rf"\s?{_NUMBER}(?:号院?|弄)(?![码线楼])(?:{_NUMBER}号(?!楼))?)"
)
_ESTATE = (
    rf"(?:{_NAMES}{{1,10}}?"
    r"(?:小区|花园|公寓|家园|新村|苑|广场|大厦|宿舍|社区|村|城|府|庭|院))"
)
_ROOM = (
    rf"(?:\s?{_NUMBER}(?:号楼|栋|幢|座|楼|单元|层|室|房|户|号)"
    r"|[A-Za-z](?:座|栋|幢)|\s?[0-9]{3,4}(?![0-9]))"
)


def _street(match: re.Match[str]) -> float:
    return 0.0 if _YEAR.match(match[0]) else 0.8


def _with_house(match: re.Match[str]) -> float:
    """Return how sure it is of what ends in a postcode: it has to begin with a number."""
    return 0.85 if any(map(str.isdigit, match[0][:12])) else 0.0


def _perhaps(match: re.Match[str]) -> float:
    """Return how sure it is where the last word says little: there has to be a flat, a town, or a word before it."""
    said = _GOES_ON.search(match[0]) or any(map(_ADDRESS_WORDS.search, around(match)))
    return 0.7 if said else 0.0


def _chinese(match: re.Match[str]) -> float:
    return 0.8 if match["area"] or match["rooms"] or "址" in before(match) else 0.0


def _estate(match: re.Match[str]) -> float:
    return 0.75 if after(match, 1) != "元" else 0.0


_PLACE = r"[A-Za-z][A-Za-z'’.-]{1,20}(?: [A-Za-z][A-Za-z'’.-]{1,20}){0,3}"
_MILITARY = r"[,\s]{1,2}(?:APO|FPO|DPO)[,\s]{1,2}A[AEP]\s[0-9]{5}"

RULES = (
    Rule(  # 12 Any Thing, Some Where, S1 6RT: the postcode says it
        "address",
        re.compile(
            rf"(?<![0-9A-Za-z])(?:(?:Flat|Studio|Unit|Apt)\s[0-9]{{1,4}}[A-Za-z]?[,\n]\s?)?(?:[0-9]{{1,4}}[A-Za-z]?,?\s)?"
            rf"{_PLACE}(?:[,\n]\s?{_PLACE}){{0,3}}[,\n]\s?{_POSTCODE_SPACED}(?![A-Za-z0-9])"
        ),
        _with_house,
        hint=re.compile(_POSTCODE_SPACED),
    ),
    Rule("address", re.compile(rf"(?:Unit|PSC|CMR)\s[0-9]{{1,5}},?\sBox\s[0-9]{{1,5}}{_MILITARY}"), always(0.9)),
    Rule("address", re.compile(rf"(?<![A-Za-z])US(?:NS|NV|CGC|S)\s[A-Z][A-Za-z]{{1,20}}{_MILITARY}"), always(0.9)),
    Rule("address", re.compile(rf"{_BEGIN}{_NAME}(?:{_STREETS})(?![A-Za-z0-9'])\.?{_UNIT}{_TOWN}"), _street),
    Rule("address", re.compile(rf"{_BEGIN}{_NAME}(?:{_PERHAPS})s?(?![A-Za-z0-9'])\.?{_UNIT}{_TOWN}"), _perhaps),
    Rule(
        "address",
        re.compile(rf"(?P<area>{_AREA})?{_ROAD}(?P<rooms>(?:{_ESTATE}?{_ROOM}{{1,4}})?)"),
        _chinese,
        "号弄",
    ),
    Rule(
        "address",
        re.compile(rf"{_AREA}{_NAMES}{{1,8}}?(?:路|街|巷|大道)[A-Za-z]座(?:\s?[0-9]{{6}})?"),
        always(0.8),
        "座",
    ),
    Rule("address", re.compile(rf"(?:{_AREA})?{_ESTATE}{_ROOM}{{2,4}}"), _estate, "栋幢座楼单室号"),
)
