"""Due dates as people write them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.dates import parse_due
from parsers.words import CATALOGUES, LANGUAGES

from .scale import QUICK, repeated, seconds, stays_linear

TUESDAY = date(2026, 11, 24)
ENGLISH = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
CHINESE = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"]

# The day as MM-DD of 2026, or in full.
CASES: dict[str, dict[str, str]] = {
    "en": {
        "today": "11-24",
        "tonight": "11-24",
        "eod": "11-24",
        "by end of day": "11-24",
        "tomorrow": "11-25",
        "tomorrow morning": "11-25",
        "the day after tomorrow": "11-26",
        "friday": "11-27",
        "Friday.": "11-27",
        "“friday”": "11-27",
        "by friday": "11-27",
        "before friday": "11-27",
        "no later than friday": "11-27",
        "friday at the latest": "11-27",
        "tuesday": "12-01",
        "friday noon": "11-27",
        "fri 17:00": "11-27",
        "friday, 5 p.m.": "11-27",
        "friday by 5pm CET": "11-27",
        "by eod friday": "11-27",
        "cob friday": "11-27",
        "this friday": "11-27",
        "this coming friday": "11-27",
        "next friday": "12-04",
        "monday next week": "11-30",
        "monday of next week": "11-30",
        "next week monday": "11-30",
        "friday this week": "11-27",
        "a week from friday": "12-04",
        "friday week": "12-04",
        "in 3 days": "11-27",
        "3d": "11-27",
        "within 3 working days": "11-27",
        "in 5 business days": "12-01",
        "in two weeks": "12-08",
        "in two weeks' time": "12-08",
        "in a fortnight": "12-08",
        "two weeks from now": "12-08",
        "in a month": "12-24",
        "next week": "12-04",
        "week after next": "12-11",
        "next month": "12-31",
        "eow": "11-27",
        "end of week": "11-27",
        "end of next week": "12-04",
        "end of the month": "11-30",
        "month-end": "11-30",
        "end of next month": "12-31",
        "end of june": "2027-06-30",
        "end of 2027": "2027-12-31",
        "Q1": "2027-03-31",
        "end of Q1 2028": "2028-03-31",
        "end of the quarter": "12-31",
        "w49": "12-04",
        "KW 49": "12-04",
        "week 2": "2027-01-15",
        "2026-W49": "12-04",
        "5 Dec": "12-05",
        "5dec": "12-05",
        "Dec 5 2026": "12-05",
        "December 5th, 2026": "12-05",
        "5th of December": "12-05",
        "05-Dec-26": "12-05",
        "Fri, Dec 4": "12-04",
        "friday 4 dec": "12-04",
        "friday the 4th": "12-04",
        "the 5th": "12-05",
        "the 5th of next month": "12-05",
        "2026-12-05": "12-05",
        "20261205": "12-05",
        "2026/12/5": "12-05",
        "2026-12-05T17:00:00+08:00": "12-05",
        "2026-12-05 23:30:00Z": "12-05",
        "12/5 5pm": "12-05",
        "12-05": "12-05",
        "2020-01-01": "2020-01-01",
    },
    "zh": {
        "今天下班前": "11-24",
        "下班前": "11-24",
        "明天": "11-25",
        "明天下午3点": "11-25",
        "明晚八点半": "11-25",
        "后天上午": "11-26",
        "大后天": "11-27",
        "周五": "11-27",
        "周5": "11-27",
        "周二": "12-01",
        "星期天": "11-29",
        "周五下班前": "11-27",
        "周五下午5点前": "11-27",
        "周五 EOD": "11-27",
        "周五前完成": "11-27",
        "这周五": "11-27",
        "本周五之前": "11-27",
        "最迟周五": "11-27",
        "截止到周五": "11-27",
        "下周三": "12-02",
        "下周三下午": "12-02",
        "下个星期一": "11-30",
        "下下周一": "12-07",
        "本周内": "11-27",
        "下周": "12-04",
        "周末": "11-29",
        "三天内": "11-27",
        "3天后": "11-27",
        "3日内": "11-27",
        "十五天后": "12-09",
        "两周后": "12-08",
        "两周内": "12-08",
        "一个月之内": "12-24",
        "半个月后": "12-09",
        "三个工作日内": "11-27",
        "月底": "11-30",
        "本月底": "11-30",
        "月底前": "11-30",
        "下月底": "12-31",
        "12月底": "12-31",
        "年底": "12-31",
        "明年3月底": "2027-03-31",
        "一季度": "2027-03-31",
        "第49周": "12-04",
        "12月5日": "12-05",
        "１２月５日": "12-05",
        "十二月五日": "12-05",
        "12月5号前": "12-05",
        "12月5日(周六)": "12-05",
        "12月5日（六）": "12-05",
        "2026年12月5日": "12-05",
        "二〇二七年一月三日": "2027-01-03",
        "明年1月3日": "2027-01-03",
        "3月1号": "2027-03-01",
        "5号": "12-05",
        "二十五号": "11-25",
        "下个月5号": "12-05",
        "本月25号": "11-25",
    },
    "de": {
        "heute": "11-24",
        "morgen früh": "11-25",
        "übermorgen": "11-26",
        "bis Freitag": "11-27",
        "Freitag, 17.30 Uhr": "11-27",
        "nächsten Montag": "11-30",
        "Montag nächster Woche": "11-30",
        "in drei Tagen": "11-27",
        "heute in einer Woche": "12-01",
        "in 2 Wochen": "12-08",
        "Ende der Woche": "11-27",
        "Ende nächster Woche": "12-04",
        "Monatsende": "11-30",
        "12. März": "2027-03-12",
        "Fr, 4.12.": "12-04",
        "am 5.12. um 17:00": "12-05",
        "5.12.2026": "12-05",
        "KW 49": "12-04",
    },
    "fr": {
        "aujourd’hui": "11-24",
        "demain matin": "11-25",
        "après-demain": "11-26",
        "avant vendredi 17h30": "11-27",
        "lundi prochain": "11-30",
        "lundi de la semaine prochaine": "11-30",
        "dans 3 jours": "11-27",
        "dans une semaine": "12-01",
        "fin de la semaine": "11-27",
        "fin du mois": "11-30",
        "3 mars": "2027-03-03",
        "1er mars": "2027-03-01",
        "d'ici le 5 décembre": "12-05",
        "ven. 4 dec": "12-04",
    },
    "es": {
        "hoy": "11-24",
        "mañana por la mañana": "11-25",
        "pasado manana": "11-26",
        "el viernes": "11-27",
        "el lunes que viene": "11-30",
        "en dos semanas": "12-08",
        "fin de mes": "11-30",
        "la próxima semana": "12-04",
        "5 de diciembre de 2026": "12-05",
        "el 5": "12-05",
    },
    "it": {
        "oggi": "11-24",
        "domani sera": "11-25",
        "dopodomani": "11-26",
        "entro venerdi": "11-27",
        "lunedì prossimo": "11-30",
        "tra 3 giorni": "11-27",
        "fine mese": "11-30",
        "fine della settimana": "11-27",
        "entro il 5 dicembre": "12-05",
    },
    "nl": {
        "vandaag": "11-24",
        "morgenochtend": "11-25",
        "overmorgen": "11-26",
        "voor vrijdag 17 uur": "11-27",
        "volgende week vrijdag": "12-04",
        "over twee weken": "12-08",
        "eind van de maand": "11-30",
        "5 december": "12-05",
    },
    "pt": {
        "hoje": "11-24",
        "amanhã às 17h": "11-25",
        "depois de amanhã": "11-26",
        "até sexta-feira": "11-27",
        "próxima segunda": "11-30",
        "em duas semanas": "12-08",
        "fim do mês": "11-30",
        "dia 5": "12-05",
        "5 de dezembro": "12-05",
    },
    "pl": {
        "dziś": "11-24",
        "jutro rano": "11-25",
        "pojutrze": "11-26",
        "do piątku": "11-27",
        "w środę": "11-25",
        "w przyszły poniedziałek": "11-30",
        "za tydzień": "12-01",
        "do końca miesiąca": "11-30",
        "5 grudnia 2026 r.": "12-05",
    },
    "ru": {
        "сегодня": "11-24",
        "завтра утром": "11-25",
        "послезавтра": "11-26",
        "к пятнице": "11-27",
        "в следующий понедельник": "11-30",
        "через неделю": "12-01",
        "через две недели": "12-08",
        "до конца месяца": "11-30",
        "5 декабря 2026 г.": "12-05",
        "до 5 числа": "12-05",
    },
    "ja": {
        "今日": "11-24",
        "明日の午後3時": "11-25",
        "明後日": "11-26",
        "金曜日までに": "11-27",
        "来週の金曜日": "12-04",
        "再来週の月曜": "12-07",
        "3日以内": "11-27",
        "2週間後": "12-08",
        "今週中": "11-27",
        "月末": "11-30",
        "12月5日（土）17時": "12-05",
    },
}
ALL = [(code, text, day) for code, rows in CASES.items() for text, day in rows.items()]


@pytest.mark.parametrize(("language", "text", "expected"), ALL)
def test_due(language: str, text: str, expected: str) -> None:
    found = parse_due(text, TUESDAY, language)
    assert found == date.fromisoformat(expected if len(expected) > 5 else f"2026-{expected}")


NO_DAY = [
    "",
    "soon",
    "asap",
    "12",
    "do",
    "17:00",
    "noon",
    "in 2 hours",
    "24小时内",
    "upper friday",
    "the friday that never comes, or perhaps the one after that, who knows",
    # No one day.
    "december",
    "mid december",
    "early next week",
    "first week of january",
    "下个月初",
    "12月中旬",
    "国庆前",
    "五一前",
    # The span is not over then, or has no noon.
    "before next week",
    "before the weekend",
    "下周前",
    "周末前",
    "end of day next week",
    # Several days, or one that is counted from another.
    "friday or monday",
    "friday - monday",
    "today/tomorrow",
    "5-7 dec",
    "周一到周五",
    "3 days before friday",
    "the day before friday",
    "the friday before",
    "not friday",
    "every friday",
    "每周五",
    "last friday",
    # Contradictions, and what no calendar has.
    "friday 5 dec",
    "Fri, 2026-12-05",
    "friday the 5th",
    "12月5日(周五)",
    "31/2",
    "2026-02-30",
    "30 feb",
    "w54",
    "in 9999 days",
    "9999-12-31",
    "31 December 9999",
    "0001-01-01",
    "1001年1月1日",
    # Over already.
    "this monday",
    "本月3号",
]


@pytest.mark.parametrize("text", NO_DAY)
def test_no_day_where_it_is_not_sure(text: str) -> None:
    assert parse_due(text, TUESDAY) is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("nächsten Freitag", "de"),
        ("vendredi prochain", "fr"),
        ("viernes que viene", "es"),
        ("venerdì prossimo", "it"),
        ("в следующую пятницу", "ru"),
        ("in acht Tagen", "de"),
        ("dans huit jours", "fr"),
        ("Do", "de"),
        ("mar", "en"),
        ("man", "en"),
    ],
)
def test_words_that_people_mean_differently(text: str, language: str) -> None:
    assert parse_due(text, TUESDAY, language) is None


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("12/5", "en", date(2026, 12, 5)),
        ("12/5", "zh", date(2026, 12, 5)),
        ("12/5", "de", date(2027, 5, 12)),
        ("12.5.", "de", date(2027, 5, 12)),
        ("12.5.", "en", date(2026, 12, 5)),
        ("5.12.", "de", date(2026, 12, 5)),
        ("5.12. 17:00", "de", date(2026, 12, 5)),
        ("31.12.", "en", date(2026, 12, 31)),
        ("12/31/26", "de", date(2026, 12, 31)),
        ("12/5", "tlh", date(2026, 12, 5)),
        ("Fri 4/12", "fr", date(2026, 12, 4)),
    ],
)
def test_order_by_language(text: str, language: str, expected: date) -> None:
    assert parse_due(text, TUESDAY, language) == expected


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("周五", "de"),
        ("friday", "zh"),
        ("vendredi", "en"),
        ("п’ятниця", "en"),
        ("金曜", "en"),
    ],
)
def test_words_of_another_language_count(text: str, language: str) -> None:
    assert parse_due(text, TUESDAY, language) == date(2026, 11, 27)


@pytest.mark.parametrize("language", sorted(code for code, la in LANGUAGES.items() if la.months))
def test_every_day_of_a_year_in_every_language(language: str) -> None:
    names = [forms.split() for forms in CATALOGUES[language]["months"]]
    for number in range(365):
        day = date(2027, 1, 1) + timedelta(days=number)
        for name in names[day.month - 1] if day.day in (1, 31) else names[day.month - 1][:1]:
            text = _written(day, name, language)
            assert parse_due(text, TUESDAY, language) == day, text
        assert parse_due(day.isoformat(), TUESDAY, language) == day


def _written(day: date, month: str, language: str) -> str:
    """The date in the language's own order."""
    if language in ("zh", "ja"):
        return f"{day.year}年{month}{day.day}日"
    if language == "ko":
        return f"{day.year}년 {month} {day.day}일"
    if language == "hu":
        return f"{day.year}. {month} {day.day}."
    return f"{day.day} {month} {day.year}"


@pytest.mark.parametrize("language", sorted(code for code, la in LANGUAGES.items() if la.weekdays))
def test_every_weekday_in_every_language(language: str) -> None:
    for word, number in LANGUAGES[language].weekdays.items():
        expected = TUESDAY + timedelta(days=(number - 1 - 2) % 7 + 1)
        found = parse_due(word, TUESDAY, language)
        may_be_none = word.isascii() and len(word) < 3
        assert found == expected or (may_be_none and found is None), word


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 6))
def test_weekday_is_the_next_one(today: date, weekday: int) -> None:
    name = ENGLISH[weekday]
    found = parse_due(name, today)
    assert found is not None
    assert found.weekday() == weekday
    assert timedelta(days=1) <= found - today <= timedelta(days=7)
    assert parse_due(CHINESE[weekday], today) == found


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.sampled_from([t for _, t, _ in ALL]))
def test_only_a_year_makes_a_day_of_the_past(today: date, text: str) -> None:
    found = parse_due(text, today)
    assert found is None or found >= today or "20" in text or "二〇" in text or "26" in text


@given(st.text(max_size=80), st.dates())
def test_any_text_gives_a_date_or_none(text: str, today: date) -> None:
    assert isinstance(parse_due(text, today), date | None)


@given(
    st.lists(st.sampled_from([w for _, t, _ in ALL for w in t.split()]), max_size=8),
    st.dates(),
    st.sampled_from(sorted(LANGUAGES)),
)
def test_any_words_give_a_date_or_none(words: list[str], today: date, language: str) -> None:
    assert isinstance(parse_due(" ".join(words), today, language), date | None)


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_iso_dates_come_back(day: date) -> None:
    assert parse_due(day.isoformat(), TUESDAY) == day
    assert parse_due(f"{day.year}年{day.month}月{day.day}日", TUESDAY) == day


@pytest.mark.parametrize("piece", ["\ufdfa", "0", "一", "the ", "mar ", "下", "a" * 59, "-", "5/"])
def test_no_text_takes_long(piece: str) -> None:
    parse_due("friday", TUESDAY)
    stays_linear(lambda text: parse_due(text, TUESDAY, "es"), repeated(piece))
    assert seconds(lambda text: parse_due(text, TUESDAY, "es"), (piece * 60)[:60]) < QUICK
