"""What people write in a form is read where it has one meaning; the page is held to the same in its own test."""

import pytest

from krisestat.agreements.municipalities import load_kommuner
from krisestat.agreements.words import read_date, read_municipalities, read_number

KOMMUNER = load_kommuner()
DATES = [
    ("2020-06-15", "2020-06-15"),
    ("2020-06-15 00:00:00", "2020-06-15"),
    ("2020-06-15T00:00:00", "2020-06-15"),
    ("15.06.2020", "2020-06-15"),
    ("1.2.2020", "2020-02-01"),
    ("15. 6. 2020", "2020-06-15"),
    ("15/6/2020", "2020-06-15"),
    ("2020/06/15", "2020-06-15"),
    ("15. juni 2020", "2020-06-15"),
    ("15 Juni 2020", "2020-06-15"),
    ("2. mars 2020", "2020-03-02"),
    ("1/2/2020", ""),
    ("6/15/2020", ""),
    ("15.06.20", ""),
    ("31.02.2020", ""),
    ("2020", ""),
    ("i fjor", ""),
]
# What is written, the year of the signing, and the numbers of that year; or a part of what is told.
PARTIES = [
    ("3443, 3446", 2020, ["3443", "3446"]),
    ("3806 Porsgrunn, 3807 Skien; 3808 notodden", 2020, ["3806", "3807", "3808"]),
    ("Porsgrunn, Skien og Notodden", 2020, ["3806", "3807", "3808"]),
    ("Porsgrunn kommune", 2010, ["0805"]),
    ("3305 Ringerike, 3301", 2016, ["0605", "0602"]),
    ("0605 Ringerike", 2020, ["3007"]),
    ("301 1103", 2020, ["0301", "1103"]),
    ("Evje og Hornnes, Bygland", 2020, ["4219", "4220"]),
    ("Rana, Raane", 2024, ["1833", "1833"]),
    ("Trondheim", 2016, ["1601"]),
    ("5001", 2016, ["1601"]),
    ("1142 Rennesøy", 2020, ["1103"]),
    ("Porsgrunn (3806), Skien (3807)", 2020, ["3806", "3807"]),
    ("Kommunene Porsgrunn og Skien/Siljan", 2020, ["3806", "3807", "3812"]),
    ("Herøy", 2020, "kan være"),
    ("3020 Nordre Follo", 2015, "kan være 0213 Ski, 0217 Oppegård"),
    ("9999", 2020, "«9999», som ikke finnes"),
    ("0301 Bergen", 2020, "men 0301 er Oslo"),
    ("Ingensteds", 2020, "«Ingensteds», som ikke er en kommune"),
]

# What is written, the field that it stands in with its unit, and the number.
NUMBERS = [
    *(("2", "evalueres_hvert", "år", 2), ("2 år", "evalueres_hvert", "år", 2), ("2,0", "evalueres_hvert", "år", 2)),
    *(("12 Månader", "oppsigelse", "måneder", 12), ("12 mnd.", "oppsigelse", "måneder", 12)),
    *(("2.5", "evalueres_hvert", "år", None), ("2 måneder", "evalueres_hvert", "år", None)),
    *(("to år", "evalueres_hvert", "år", None), ("-2", "evalueres_hvert", "år", None)),
]


@pytest.mark.parametrize(("text", "_", "unit", "number"), NUMBERS)
def test_numbers(text, _, unit, number):
    assert read_number(text, unit) == number


@pytest.mark.parametrize(("text", "iso"), DATES)
def test_dates(text, iso):
    assert read_date(text) == iso


@pytest.mark.parametrize(("text", "year", "wanted"), PARTIES)
def test_municipalities_by_name_and_number_of_then_and_of_now(text, year, wanted):
    found, faults = read_municipalities(text, year, KOMMUNER)
    if isinstance(wanted, str):
        assert len(faults) == 1 and wanted in faults[0]
    else:
        assert (found, faults) == (wanted, [])
