"""Texts whose charset nobody says, or says wrong."""

from __future__ import annotations

import pytest

from parsers.charset import decode

TEXTS = {
    "zh": "您好，附件是本月的测试报告，请查收。谢谢！",
    "tw": "您好，附件是本月的測試報告，請查收。謝謝！",
    "ja": "お世話になっております。添付の資料をご確認ください。",
    "ko": "안녕하세요, 첨부된 보고서를 확인해 주세요. 감사합니다.",
    "ru": "Добрый день! Отчёт не открывается, посмотрите, пожалуйста.",
    "cs": "Dobrý den, zpráva se neotevírá, prosím podívejte se na to. Děkuji.",
    "pl": "Dzień dobry, raport się nie otwiera, proszę sprawdzić. Dziękuję.",
    "de": "Guten Tag, der Bericht läßt sich nicht öffnen. Viele Grüße",
    "fr": "Bonjour, le rapport ne s'ouvre pas, où est l'erreur ? À bientôt",
    "el": "Καλημέρα, η αναφορά δεν ανοίγει, παρακαλώ ελέγξτε.",
    "tr": "Merhaba, rapor açılmıyor, lütfen kontrol edin. Teşekkürler",
    "ar": "مرحبا، التقرير لا يفتح، يرجى التحقق.",
    "th": "สวัสดีครับ รายงานเปิดไม่ได้ กรุณาตรวจสอบ",
}
CHARSETS = {
    "zh": "gb18030 utf-8", "tw": "big5 gb18030 utf-8", "ja": "shift_jis euc_jp iso2022_jp utf-8",
    "ko": "euc_kr utf-8", "ru": "koi8-r cp1251 iso8859-5 utf-8", "cs": "iso8859-2 cp1250 utf-8",
    "pl": "iso8859-2 cp1250 utf-8", "de": "cp1252 utf-8", "fr": "cp1252 utf-8", "el": "cp1253",
    "tr": "cp1254", "ar": "cp1256", "th": "tis-620",
}  # fmt: skip
WRITTEN = [(la, charset) for la, names in CHARSETS.items() for charset in names.split()]


@pytest.mark.parametrize(("language", "charset"), WRITTEN)
@pytest.mark.parametrize("declared", [None, "us-ascii", "unknown-8bit", "x-nonsense"])
def test_nobody_says_it(language: str, charset: str, declared: str | None) -> None:
    text, _ = decode(TEXTS[language].encode(charset), declared)
    assert text == TEXTS[language]


@pytest.mark.parametrize(
    ("language", "charset", "declared"),
    [
        ("zh", "utf-8", "gb2312"),
        ("zh", "gb18030", "iso-8859-1"),
        ("zh", "gb18030", "utf-8"),
        ("tw", "gb18030", "big5"),
        ("tw", "big5", "gb2312"),
        ("ja", "shift_jis", "gb2312"),
        ("ja", "iso2022_jp", "us-ascii"),
        ("ko", "utf-8", "gb2312"),
        ("ru", "koi8-r", "iso-8859-1"),
        ("ru", "cp1251", "utf-8"),
        ("ru", "cp1251", "gb2312"),
        ("el", "cp1253", "iso-8859-1"),
        ("th", "tis-620", "us-ascii"),
    ],
)
def test_somebody_says_it_wrong(language: str, charset: str, declared: str) -> None:
    text, defect = decode(TEXTS[language].encode(charset), declared)
    assert text == TEXTS[language]
    assert defect is not None


def test_umlauts_in_a_row_are_what_they_say() -> None:
    assert decode("ÄäÖöÜüÄäÖöÜü".encode("latin-1"), "iso-8859-1") == ("ÄäÖöÜüÄäÖöÜü", None)


@pytest.mark.parametrize("text", ["报表导出失败", "登录不了", "谢谢大家", "請確認", "好的收到"])
def test_short_chinese(text: str) -> None:
    assert decode(text.encode("gb18030"), None)[0] == text
