"""IATI activity files as tests and benchmarks write them: shapes of the standard, invented projects and figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<iati-activities version="2.03">\n'
TAIL = "</iati-activities>\n"
SECTORS = ("72040", "15130", "21020", "31120", "15220", "12220", "32210", "51010", "99810", "15210")
PLACES = ("SD", "SS", "CD", "ML", "MM", "ET", "NG", "AF", "YE", "HT")


def activity(identifier: str, inner: str = "", *, title: str = "Invented project", currency: str = "USD") -> str:
    """Return one activity; ``inner`` are the elements that a test is about."""
    default = f' default-currency="{currency}"' if currency else ""
    return (
        f'<iati-activity{default} xml:lang="en">\n<iati-identifier>{identifier}</iati-identifier>\n'
        f'<reporting-org ref="XM-TEST" type="10"><narrative>Invented donor</narrative></reporting-org>\n'
        f"<title><narrative>{title}</narrative></title>\n{inner}</iati-activity>\n"
    )


WHERE = '<recipient-country code="SD"/>'
WHAT = '<sector code="72040"/>'


def whole(number: int) -> str:
    """Return an activity of a usual size, made from its number: two vocabularies, two countries, five transactions."""
    first, second = SECTORS[number % 10], SECTORS[(number * 7 + 1) % 10]
    here, there = PLACES[number % 10], PLACES[(number + 3) % 10]
    inner = (
        f"<description type='1'><narrative>{'What an invented project would do. ' * 12}</narrative></description>\n"
        '<participating-org role="1" type="10"><narrative>Invented donor</narrative></participating-org>\n'
        f'<activity-status code="{number % 5 + 1}"/>\n'
        '<activity-date type="1" iso-date="2024-01-01"/><activity-date type="2" iso-date="2024-02-15"/>\n'
        '<activity-date type="3" iso-date="2027-12-31"/>\n'
        f'<recipient-country code="{here}" percentage="70"/><recipient-country code="{there}" percentage="30"/>\n'
        f'<sector vocabulary="1" code="{first}" percentage="60"/>\n'
        f'<sector vocabulary="1" code="{second}" percentage="40"/>\n'
        '<sector vocabulary="99" code="own-12"/>\n'
        '<budget type="1" status="2"><period-start iso-date="2024-01-01"/><period-end iso-date="2024-12-31"/>'
        f'<value value-date="2024-01-01">{number * 1000 + 500}.25</value></budget>\n'
    )
    for n in range(5):
        inner += (
            f'<transaction><transaction-type code="{3 if n else 2}"/><transaction-date iso-date="2024-0{n + 3}-01"/>'
            f'<value currency="{"EUR" if n == 4 else "USD"}" value-date="2024-0{n + 3}-01">{number + n * 10}.50</value>'
            "</transaction>\n"
        )
    return activity(f"XM-TEST-{number}", inner, title=f"Invented project {number}")


def file_of(path: Path, activities: Iterable[str]) -> Path:
    """Write an activity file, piece by piece."""
    with path.open("w", encoding="utf-8") as file:
        file.write(HEAD)
        for one in activities:
            file.write(one)
        file.write(TAIL)
    return path


def many(count: int, *, bad: int = 0) -> Iterator[str]:
    """Yield ``count`` activities; every ``bad``-th, if any, names a country there is not."""
    for number in range(1, count + 1):
        text = whole(number)
        yield (
            text.replace('recipient-country code="', 'recipient-country code="Q', 1)
            if bad and number % bad == 0
            else text
        )
