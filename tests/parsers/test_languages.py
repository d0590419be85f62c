"""What mail programs print above quotes and forwards, and in Date lines, language by language.

Every row is what the program of that language prints, not what this code happens to give.
"""

from __future__ import annotations

from datetime import datetime

import pytest

from parsers import Mailbox, parse
from parsers.moments import sent_date
from parsers.signature import is_closing, is_mobile
from parsers.wrote import author, moment_text, read_attribution

from .writing import plain

WHO = "Ann Lee <ann@client.example>"
CLIENT = Mailbox("Ann Lee", "ann@client.example")
OURS = "Sara Sales <sara@acme.example>"
AT = datetime.fromisoformat("2021-10-28T12:46")
OWN = "It is mended now."
SAID = "The gate lost data.\nPlease help."

# The line above a quote. {who} is the quoted mail's author.
REPLIES = [
    ("bg", "Gmail", "На чт, 28.10.2021 г. в 12:46 {who} написа:"),
    ("ca", "Apple Mail", "El 28 d’oct. 2021, a les 12:46, {who} va escriure:"),
    ("ca", "Gmail", "Missatge de {who} del dia dj., 28 d’oct. 2021 a les 12:46:"),
    ("cs", "Gmail", "čt 28. 10. 2021 v 12:46 odesílatel {who} napsal:"),
    ("cs", "Outlook for Mac", "Dne 28.10.2021 12:46, {who} napsal(a):"),
    ("cs", "Thunderbird", "Dne 28. 10. 2021 v 12:46 {who} napsal(a):"),
    ("da", "Apple Mail", "Den 28. okt. 2021 kl. 12.46 skrev {who}:"),
    ("da", "Gmail", "Den tors. 28. okt. 2021 kl. 12.46 skrev {who}:"),
    ("da", "Outlook for Mac", "Den 28.10.2021 12.46 skrev {who}:"),
    ("de", "Apple Mail", "Am 28.10.2021 um 12:46 schrieb {who}:"),
    ("de", "Gmail", "Am Do., 28. Okt. 2021 um 12:46 Uhr schrieb {who}:"),
    ("de", "Outlook for Mac", 'Am 28.10.21, 12:46 schrieb "Ann Lee" <ann@client.example>:'),
    ("de", "Thunderbird", "Am 28.10.2021 um 12:46 schrieb {who}:"),
    ("de", "Yahoo", "Am Donnerstag, 28. Oktober 2021, 12:46:00 hat {who} Folgendes geschrieben:"),
    ("el", "Gmail", "Στις Πέμ 28 Οκτ 2021 στις 12:46 μ.μ., ο χρήστης {who} έγραψε:"),
    ("el", "Thunderbird", "Στις 28/10/2021 12:46, ο/η {who} έγραψε:"),
    ("en", "Apple Mail", "On Oct 28, 2021, at 12:46 PM, {who} wrote:"),
    ("en", "Apple Mail, British", "On 28 Oct 2021, at 12:46, {who} wrote:"),
    ("en", "Gmail", "On Thu, Oct 28, 2021 at 12:46 PM {who} wrote:"),
    ("en", "Gmail, British", "On Thu, 28 Oct 2021 at 12:46, {who} wrote:"),
    ("en", "Outlook for Mac", 'On 28/10/2021, 12:46, "Ann Lee" <ann@client.example> wrote:'),
    ("en", "Proton Mail", "On Thursday, October 28th, 2021 at 12:46 PM, {who} wrote:"),
    ("en", "Thunderbird", "On 10/28/2021 12:46 PM, {who} wrote:"),
    ("en", "Yahoo", "On Thursday, October 28, 2021, 12:46:00 PM, {who} wrote:"),
    ("en", "NetEase", 'At 2021-10-28 12:46:00, "Ann Lee" <ann@client.example> wrote:'),
    ("es", "Apple Mail", "El 28 oct 2021, a las 12:46, {who} escribió:"),
    ("es", "Gmail", "El jue, 28 oct 2021 a las 12:46, {who} escribió:"),
    ("es", "Outlook for Mac", 'El 28/10/21 12:46, "Ann Lee" <ann@client.example> escribió:'),
    ("es", "Thunderbird", "El 28/10/2021 a las 12:46, {who} escribió:"),
    ("es", "Yahoo", "El jueves, 28 de octubre de 2021, 12:46:00, {who} escribió:"),
    ("eu", "Gmail", "{who} erabiltzaileak hau idatzi du (2021 urr. 28, og. (12:46)):"),
    ("fi", "Apple Mail", "{who} kirjoitti 28.10.2021 kello 12.46:"),
    ("fi", "Gmail", "to 28. lokak. 2021 klo 12.46 {who} kirjoitti:"),
    ("fi", "Thunderbird", "{who} kirjoitti 28.10.2021 klo 12.46:"),
    ("fr", "Apple Mail", "Le 28 oct. 2021 à 12:46, {who} a écrit :"),
    ("fr", "Gmail", "Le jeu. 28 oct. 2021 à 12:46, {who} a écrit :"),
    ("fr", "Gmail, Canada", "Le jeu. 28 oct. 2021, à 12 h 46, {who} a écrit :"),
    ("fr", "Outlook for Mac", "Le 28/10/2021 12:46, « Ann Lee » <ann@client.example> a écrit :"),
    ("fr", "Thunderbird", "Le 28/10/2021 à 12:46, {who} a écrit :"),
    ("fr", "Yahoo", "Le jeudi 28 octobre 2021 à 12:46:00 UTC+2, {who} a écrit :"),
    ("gl", "Gmail", "O xov., 28 de out. de 2021 ás 12:46, {who} escribiu:"),
    ("he", "Thunderbird", "בתאריך 28/10/2021 12:46, {who} כתב:"),
    ("hi", "Gmail", "गुरु, 28 अक्तू॰ 2021 को 12:46 अपराह्न बजे को {who} ने लिखा:"),
    ("hr", "Apple Mail", "{who} je 28. 10. 2021. u 12:46 napisao:"),
    ("hr", "Gmail", "čet, 28. lis 2021. u 12:46 {who} napisao je:"),
    (
        "hr",
        "Outlook for Mac",
        'Dana 28.10.2021. 12:46, "Ann Lee" <ann@client.example> je napisao/la:',
    ),
    ("hu", "Apple Mail", "{who} írta (2021. okt. 28. 12:46):"),
    ("hu", "Gmail", "{who} ezt írta (időpont: 2021. okt. 28., Cs, 12:46):"),
    ("hu", "Thunderbird", "2021. 10. 28. 12:46 keltezéssel, {who} írta:"),
    ("id", "Apple Mail", "Pada 28 Okt 2021, pukul 12.46, {who} menulis:"),
    ("id", "Gmail", "Pada tanggal Kam, 28 Okt 2021 pukul 12.46 {who} menulis:"),
    ("is", "Gmail", "Þann fim., 28. okt. 2021 kl. 12:46 skrifaði {who}:"),
    ("it", "Apple Mail", "Il giorno 28 ott 2021, alle ore 12:46, {who} ha scritto:"),
    ("it", "Gmail", "Il giorno gio 28 ott 2021 alle ore 12:46 {who} ha scritto:"),
    (
        "it",
        "Outlook for Mac",
        'Il giorno 28/10/21, 12:46 "Ann Lee" <ann@client.example> ha scritto:',
    ),
    ("it", "Thunderbird", "Il 28/10/2021 12:46, {who} ha scritto:"),
    ("it", "Yahoo", "Il giovedì 28 ottobre 2021, 12:46:00 CEST, {who} ha scritto:"),
    ("ja", "Apple Mail", "2021/10/28 12:46、{who}のメール："),
    ("ja", "Gmail", "2021年10月28日(木) 12:46 {who}:"),
    ("ja", "Thunderbird", "On 2021/10/28 12:46, {who} wrote:"),
    ("ko", "Apple Mail", "2021. 10. 28. 오후 12:46, {who} 작성:"),
    ("ko", "Gmail", "2021년 10월 28일 (목) 오후 12:46, {who}님이 작성:"),
    ("lt", "Gmail", "2021-10-28, kt, 12:46 {who} rašė:"),
    ("ms", "Gmail", "Pada Kha, 28 Okt 2021 pada 12:46 PTG {who} menulis:"),
    ("nl", "Apple Mail", "Op 28 okt. 2021, om 12:46 heeft {who} het volgende geschreven:"),
    ("nl", "Gmail", "Op do 28 okt. 2021 om 12:46 schreef {who}:"),
    (
        "nl",
        "Outlook for Mac",
        'Op 28-10-2021 12:46 heeft "Ann Lee" <ann@client.example> geschreven:',
    ),
    ("nl", "Thunderbird", "Op 28-10-2021 om 12:46 schreef {who}:"),
    ("nl", "Yahoo", "Op donderdag 28 oktober 2021 12:46:00 CEST schreef {who}:"),
    ("no", "Apple Mail", "28. okt. 2021 kl. 12:46 skrev {who}:"),
    ("no", "Gmail", "tor. 28. okt. 2021 kl. 12:46 skrev {who}:"),
    ("no", "Outlook for Mac", 'Den 28.10.2021 12:46 skrev "Ann Lee" <ann@client.example>:'),
    ("no", "Thunderbird, nynorsk", "Den 28.10.2021 12:46, skreiv {who}:"),
    ("pl", "Apple Mail", "Wiadomość napisana przez {who} w dniu 28.10.2021, o godz. 12:46:"),
    ("pl", "Gmail", "czw., 28 paź 2021 o 12:46 {who} napisał(a):"),
    (
        "pl",
        "Outlook for Mac",
        'W dniu 28.10.2021 12:46 użytkownik "Ann Lee" <ann@client.example> napisał:',
    ),
    ("pl", "Thunderbird", "W dniu 28.10.2021 o 12:46, {who} pisze:"),
    ("pt", "Apple Mail, Brazil", "Em 28 de out. de 2021, à(s) 12:46, {who} escreveu:"),
    ("pt", "Apple Mail, Portugal", "No dia 28/10/2021, às 12:46, {who} escreveu:"),
    ("pt", "Gmail, Brazil", "Em qui., 28 de out. de 2021 às 12:46, {who} escreveu:"),
    ("pt", "Gmail, Portugal", "{who} escreveu no dia quinta, 28/10/2021 à(s) 12:46:"),
    ("pt", "Outlook for Mac", 'Em 28/10/2021 12:46, "Ann Lee" <ann@client.example> escreveu:'),
    ("ro", "Apple Mail", "Pe 28 oct. 2021, la 12:46, {who} a scris:"),
    ("ro", "Gmail", "În joi, 28 oct. 2021 la 12:46, {who} a scris:"),
    ("ru", "Apple Mail", "28 окт. 2021 г., в 12:46, {who} написал(а):"),
    ("ru", "Gmail", "чт, 28 окт. 2021 г. в 12:46, {who}:"),
    ("ru", "Mail.ru", "Четверг, 28 октября 2021, 12:46 +00:00 от {who}:"),
    (
        "ru",
        "Outlook for Mac",
        '28.10.2021, 12:46 пользователь "Ann Lee" <ann@client.example> написал:',
    ),
    ("ru", "Thunderbird", "28.10.2021 12:46, {who} пишет:"),
    ("ru", "Yandex", '28.10.2021, 12:46, "Ann Lee" <ann@client.example>:'),
    ("sk", "Apple Mail", "{who} napísal 28. 10. 2021 o 12:46:"),
    ("sk", "Gmail", "št 28. 10. 2021 o 12:46 {who} napísal(a):"),
    ("sk", "Thunderbird", "Dňa 28. 10. 2021 o 12:46 {who} napísal(a):"),
    ("sl", "Gmail", "V čet., 28. okt. 2021 ob 12:46 je oseba {who} napisala:"),
    ("sl", "Thunderbird", "Dne 28. 10. 2021 ob 12:46 je {who} napisal(a):"),
    ("sr", "Gmail", "чет, 28. окт 2021. у 12:46 {who} је написао/ла:"),
    ("sr", "Gmail, Latin script", "čet, 28. okt 2021. u 12:46 {who} je napisao/la:"),
    ("sv", "Apple Mail", "28 okt. 2021 kl. 12:46 skrev {who}:"),
    ("sv", "Gmail", "Den tors 28 okt. 2021 kl 12:46 skrev {who}:"),
    ("sv", "Outlook for Mac", 'Den 2021-10-28 12:46 skrev "Ann Lee" <ann@client.example>:'),
    ("sv", "Thunderbird", "Den 2021-10-28 kl. 12:46, skrev {who}:"),
    ("tr", "Apple Mail", "{who} şunları yazdı (28 Eki 2021 12:46):"),
    ("tr", "Gmail", "{who}, 28 Eki 2021 Per, 12:46 tarihinde şunu yazdı:"),
    ("tr", "Thunderbird", "28.10.2021 12:46 tarihinde {who} yazdı:"),
    ("uk", "Apple Mail", "28 жовт. 2021 р. о 12:46 {who} пише:"),
    ("uk", "Gmail", "чт, 28 жовт. 2021 р. о 12:46 {who} пише:"),
    ("uk", "Thunderbird", "28.10.2021 12:46, {who} пише:"),
    ("vi", "Apple Mail", "Vào 12:46, 28 tháng 10, 2021, {who} đã viết:"),
    ("vi", "Gmail", "Vào Th 5, 28 thg 10, 2021 vào lúc 12:46 {who} đã viết:"),
    ("zh", "Apple Mail", "2021年10月28日 下午12:46，{who} 写道："),
    ("zh", "Apple Mail, Taiwan", "{who} 於 2021年10月28日 下午12:46 寫道："),
    ("zh", "Gmail", "{who} 于2021年10月28日周四 12:46写道："),
    ("zh", "Gmail, Taiwan", "{who} 於 2021年10月28日 週四 下午12:46寫道："),
    ("zh", "NetEase", '在 2021-10-28 12:46:00，"Ann Lee" <ann@client.example> 写道：'),
    ("zh", "Outlook for Mac", "在 2021/10/28 12:46，“Ann Lee”<ann@client.example> 写入:"),
    ("zh", "Thunderbird", "在 2021/10/28 12:46, {who} 写道:"),
    ("zh", "Yahoo", "在 2021年10月28日星期四 GMT+8 12:46:00， {who} 写道："),
    ("ar", "Gmail", "في الخميس، 28 أكتوبر 2021 في 12:46 تمت كتابة ما يلي بواسطة {who}:"),
    ("et", "Gmail", "Kontakt {who} kirjutas kuupäeval N, 28. oktoober 2021 kell 12:46:"),
    ("lv", "Gmail", "ceturtd., 2021. g. 28. okt., plkst. 12:46 — lietotājs {who} rakstīja:"),
    ("th", "Gmail", "ในวันที่ พฤ. 28 ต.ค. 2021 เวลา 12:46 {who} เขียนว่า:"),
]


def _named(rows: list[tuple[str, str, str]]) -> list[str]:
    return [f"{language} {program}" for language, program, _ in rows]


@pytest.mark.parametrize(("language", "program", "line"), REPLIES, ids=_named(REPLIES))
def test_reply(language: str, program: str, line: str) -> None:
    line = line.format(who=WHO)
    quote = "\n".join(f"> {x}" for x in SAID.split("\n"))
    mail = parse(plain(f"{OWN}\n\n{line}\n\n{quote}\n", "In-Reply-To: <a@acme.example>\r\n"))
    assert mail.reply_text == OWN
    found = read_attribution([line], 0)
    assert found is not None
    by = author(found)
    assert by is not None
    assert by.address == CLIENT.address
    sent = sent_date(moment_text(found), (language,))
    assert sent is not None
    assert sent.replace(tzinfo=None) == AT
