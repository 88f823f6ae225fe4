"""Check digits and dates: what tells a number from any other of its length."""

from datetime import date

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999
_ID_CHECKS = "10X98765432"
_PROVINCES = frozenset(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83".split()
)  # GB/T 2260
OLDEST = 1900


def luhn(digits: str) -> bool:
    """Whether the check digit of a payment card is right (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0 and len(set(digits)) > 1


def mod_97(iban: str) -> bool:
    """Whether the check digits of a bank account are right (ISO 13616-1)."""
    turned = iban[4:] + iban[:4]
    return int("".join(str(int(character, 36)) for character in turned)) % 97 == 1


def is_date(year: str, month: str, day: str) -> bool:
    """Whether somebody alive or their parents may have been born on a day."""
    try:
        return OLDEST <= date(int(year), int(month), int(day)).year <= 2100
    except ValueError:
        return False


def chinese_id(number: str) -> float:
    """Return how sure it is that 15 or 18 characters are the number of a Chinese identity card."""
    if number[:2] not in _PROVINCES:
        return 0.0
    if len(number) == 15:
        return 0.5 if is_date(f"19{number[6:8]}", number[8:10], number[10:12]) else 0.0
    if not is_date(number[6:10], number[10:12], number[12:14]):
        return 0.0
    total = sum(weight * int(digit) for weight, digit in zip(_ID_WEIGHTS, number, strict=False))
    return 1.0 if _ID_CHECKS[total % 11] == number[17].upper() else 0.5
