"""What mail programs print above quotes and forwards, and in Date lines, language by language.

Every row is what the program of that language prints, not what this code happens to give.
"""

from __future__ import annotations

import textwrap
from datetime import datetime

import pytest

from parsers import Mailbox, parse
from parsers.attribution import author, moment_text
from parsers.moments import sent_date
from parsers.signature import is_closing, is_mobile
from parsers.words import CATALOGUES, FORWARD_PREFIXES, REPLY_PREFIXES, fold, is_cjk, squeeze
from parsers.wrote import read_attribution

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


LONG_NAME = "Annabelle Longname-Lee <annabelle.longname@client.example>"


@pytest.mark.parametrize(("language", "program", "line"), REPLIES, ids=_named(REPLIES))
def test_wrapped_reply(language: str, program: str, line: str) -> None:
    wrapped = textwrap.fill(line.format(who=LONG_NAME), 76, break_long_words=False)
    quote = "\n".join(f"> {x}" for x in SAID.split("\n"))
    text = f"{OWN}\n\n{wrapped}\n\n{quote}\n"
    assert parse(plain(text, "In-Reply-To: <a@acme.example>\r\n")).reply_text == OWN, wrapped


# How a forwarded mail stands in the text.
SHAPES = {
    "Apple Mail": (
        "{line}\n\n> {from_}: {who}\n> {subject}: {title}\n> {date}: {when}\n> {to}: {ours}\n>\n"
        "> The gate lost data.\n> Please help.\n"
    ),
    "Gmail": (
        "---------- {line} ---------\n{from_}: {who}\n{date}: {when}\n{subject}: {title}\n"
        "{to}: {ours}\n\n\n{said}\n"
    ),
    "Outlook": (
        "{line}\n{from_}: {who}\n{date}: {when}\n{to}: {ours}\n{subject}: {title}\n\n{said}\n"
    ),
    "Thunderbird": (
        "-------- {line} --------\n{subject}: \t{title}\n{date}: \t{when}\n{from_}: \t{who}\n"
        "{to}: \t{ours}\n\n{said}\n"
    ),
}
# Language, program and separator; below them the labels from, date, to, subject, and the date.
FORWARDS = """
ar Outlook: ________________________________
    من|تاريخ الإرسال|إلى|الموضوع|28 أكتوبر 2021 12:46
bg Outlook: ________________________________
    От|Изпратено|До|Относно|28 октомври 2021 г. 12:46
bg Thunderbird: Препратено съобщение
    От|Дата|До|Относно|28.10.21 г. 12:46
ca Apple Mail: Inici del missatge reenviat:
    De|Data|Per a|Assumpte|28 d’octubre de 2021, a les 12:46:00
ca Outlook: ________________________________
    De|Enviat|Per a|Assumpte|dijous, 28 d’octubre de 2021 12:46
ca Thunderbird: Missatge reenviat
    De|Data|A|Assumpte|Thu, 28 Oct 2021 12:46:00 +0200
cs Apple Mail: Začátek přeposílané zprávy:
    Od|Datum|Komu|Předmět|28. října 2021 v 12:46:00 SELČ
cs Gmail: Forwarded message
    Od|Date|To|Subject|čt 28. 10. 2021 v 12:46
cs Outlook: ________________________________
    Od|Odesláno|Komu|Předmět|čtvrtek 28. října 2021 12:46
cs Thunderbird: Přeposlaná zpráva
    Od|Datum|Komu|Předmět|Thu, 28 Oct 2021 12:46:00 +0200
da Apple Mail: Start på videresendt besked:
    Fra|Dato|Til|Emne|28. okt. 2021 kl. 12.46.00 CEST
da Gmail: Forwarded message
    Fra|Date|To|Subject|tors. 28. okt. 2021 kl. 12.46
da Outlook: ________________________________
    Fra|Sendt|Til|Emne|28. oktober 2021 12:46
da Thunderbird: Videresendt meddelelse
    Fra|Dato|Til|Emne|Thu, 28 Oct 2021 12:46:00 +0200
de Apple Mail: Anfang der weitergeleiteten Nachricht:
    Von|Datum|An|Betreff|28. Oktober 2021 um 12:46:00 MESZ
de Gmail: Forwarded message
    Von|Date|To|Subject|Do., 28. Okt. 2021 um 12:46 Uhr
de Outlook: -----Ursprüngliche Nachricht-----
    Von|Gesendet|An|Betreff|Donnerstag, 28. Oktober 2021 12:46
de Thunderbird: Weitergeleitete Nachricht
    Von|Datum|An|Betreff|Thu, 28 Oct 2021 12:46:00 +0200
el Apple Mail: Αρχή προωθημένου μηνύματος:
    Από|Ημερομηνία|Προς|Θέμα|28 Οκτωβρίου 2021 στις 12:46:00 μ.μ.
el Outlook: ________________________________
    Από|Στάλθηκε|Προς|Θέμα|Πέμπτη, 28 Οκτωβρίου 2021 12:46 μμ
el Thunderbird: Προωθημένο μήνυμα
    Από|Ημερομηνία|Προς|Θέμα|Thu, 28 Oct 2021 12:46:00 +0300
en Apple Mail: Begin forwarded message:
    From|Date|To|Subject|October 28, 2021 at 12:46:00 PM GMT+2
en Gmail: Forwarded message
    From|Date|To|Subject|Thu, Oct 28, 2021 at 12:46 PM
en Outlook: -----Original Message-----
    From|Sent|To|Subject|Thursday, October 28, 2021 12:46 PM
en Thunderbird: Forwarded Message
    From|Date|To|Subject|Thu, 28 Oct 2021 12:46:00 +0200
es Apple Mail: Inicio del mensaje reenviado:
    De|Fecha|Para|Asunto|28 de octubre de 2021, 12:46:00 CEST
es Gmail: Forwarded message
    De|Date|To|Subject|jue, 28 oct 2021 a las 12:46
es Outlook: ________________________________
    De|Enviado|Para|Asunto|jueves, 28 de octubre de 2021 12:46 p. m.
es Outlook: -----Mensaje original-----
    De|Enviado el|Para|Asunto|jueves, 28 de octubre de 2021 12:46
es Thunderbird: Mensaje reenviado
    De|Fecha|Para|Asunto|Thu, 28 Oct 2021 12:46:00 +0200
et Outlook: ________________________________
    Saatja|Saadetud|Adressaat|Teema|neljapäev, 28. oktoober 2021 12:46
et Thunderbird: Edastatud kiri
    Saatja|Kuupäev|Adressaat|Teema|Thu, 28 Oct 2021 12:46:00 +0300
fi Apple Mail: Välitetty viesti alkaa:
    Lähettäjä|Päivämäärä|Vastaanottaja|Aihe|28. lokakuuta 2021 klo 12.46.00
fi Gmail: Forwarded message
    Lähettäjä|Date|To|Subject|to 28. lokak. 2021 klo 12.46
fi Outlook: ________________________________
    Lähettäjä|Lähetetty|Vastaanottaja|Aihe|torstai 28. lokakuuta 2021 12.46
fi Thunderbird: Välitetty viesti
    Lähettäjä|Päiväys|Vastaanottaja|Aihe|Thu, 28 Oct 2021 12:46:00 +0300
fr Apple Mail: Début du message réexpédié :
    De |Date |À |Objet |28 octobre 2021 à 12:46:00 UTC+2
fr Gmail: Forwarded message
    De |Date|To|Subject|jeu. 28 oct. 2021 à 12:46
fr Outlook: -----Message d'origine-----
    De |Envoyé |À |Objet |jeudi 28 octobre 2021 12:46
fr Thunderbird: Message transféré
    De |Date |Pour |Sujet |Thu, 28 Oct 2021 12:46:00 +0200
gl Thunderbird: Mensaxe reenviada
    De|Data|Para|Asunto|Thu, 28 Oct 2021 12:46:00 +0200
he Outlook: ________________________________
    מאת|נשלח|אל|נושא|יום חמישי 28 אוקטובר 2021 12:46
he Thunderbird: הודעה שהועברה
    מאת|תאריך|אל|נושא|Thu, 28 Oct 2021 12:46:00 +0300
hr Apple Mail: Početak proslijeđene poruke:
    Šalje|Datum|Prima|Predmet|28. listopada 2021. u 12:46:00 CEST
hr Gmail: Forwarded message
    Šalje|Date|To|Subject|čet, 28. lis 2021. u 12:46
hr Outlook: ________________________________
    Šalje|Poslano|Prima|Predmet|28. listopada 2021. 12:46
hr Thunderbird: Proslijeđena poruka
    Šalje|Datum|Prima|Naslov|Thu, 28 Oct 2021 12:46:00 +0200
hu Apple Mail: Továbbított levél kezdete:
    Feladó|Dátum|Címzett|Tárgy|2021. október 28. 12:46:00
hu Gmail: Forwarded message
    Feladó|Date|To|Subject|2021. okt. 28., Cs, 12:46
hu Outlook: ________________________________
    Feladó|Elküldve|Címzett|Tárgy|2021. október 28., csütörtök 12:46
hu Thunderbird: Továbbított üzenet
    Feladó|Dátum|Címzett|Tárgy|Thu, 28 Oct 2021 12:46:00 +0200
id Gmail: Forwarded message
    Dari|Date|To|Subject|Kam, 28 Okt 2021 pukul 12.46
id Outlook: ________________________________
    Dari|Dikirim|Kepada|Subjek|Kamis, 28 Oktober 2021 12:46
is Outlook: ________________________________
    Frá|Sent|Til|Efni|fimmtudagur, 28. október 2021 12:46
it Apple Mail: Inizio messaggio inoltrato:
    Da|Data|A|Oggetto|28 ottobre 2021 12:46:00 CEST
it Gmail: Forwarded message
    Da|Date|To|Subject|gio 28 ott 2021 alle ore 12:46
it Outlook: -----Messaggio originale-----
    Da|Inviato|A|Oggetto|giovedì 28 ottobre 2021 12:46
it Thunderbird: Messaggio Inoltrato
    Da|Data|A|Oggetto|Thu, 28 Oct 2021 12:46:00 +0200
ja Apple Mail: 転送されたメッセージ:
    差出人|日付|宛先|件名|2021年10月28日 12:46:00 JST
ja Gmail: Forwarded message
    From|Date|To|Subject|2021年10月28日(木) 12:46
ja Outlook: ________________________________
    差出人|送信日時|宛先|件名|2021年10月28日 12:46
ja Thunderbird: 転送されたメッセージ
    差出人|日付|宛先|件名|Thu, 28 Oct 2021 12:46:00 +0900
ko Apple Mail: 전달된 메시지:
    보낸 사람|날짜|받는 사람|제목|2021년 10월 28일 오후 12:46:00 GMT+9
ko Gmail: Forwarded message
    보낸사람|Date|To|Subject|2021년 10월 28일 (목) 오후 12:46
ko Outlook: ________________________________
    보낸 사람|보낸 날짜|받는 사람|제목|2021년 10월 28일 목요일 오후 12:46
ko Thunderbird: 전달된 메시지
    보낸 사람|날짜|받는 사람|제목|Thu, 28 Oct 2021 12:46:00 +0900
lt Outlook: ________________________________
    Nuo|Išsiųsta|Kam|Tema|2021 m. spalio 28 d., ketvirtadienis 12:46
lt Thunderbird: Persiųstas laiškas
    Nuo|Data|Kam|Tema|Thu, 28 Oct 2021 12:46:00 +0300
lv Outlook: ________________________________
    No|Nosūtīts|Kam|Tēma|ceturtdiena, 2021. gada 28. oktobris 12:46
ms Outlook: ________________________________
    Daripada|Dihantar|Kepada|Subjek|Khamis, 28 Oktober 2021 12:46
nl Apple Mail: Begin doorgestuurd bericht:
    Van|Datum|Aan|Onderwerp|28 oktober 2021 om 12:46:00 CEST
nl Gmail: Forwarded message
    Van|Date|To|Subject|do 28 okt. 2021 om 12:46
nl Outlook: -----Oorspronkelijk bericht-----
    Van|Verzonden|Aan|Onderwerp|donderdag 28 oktober 2021 12:46
nl Thunderbird: Doorgestuurd bericht
    Van|Datum|Aan|Onderwerp|Thu, 28 Oct 2021 12:46:00 +0200
no Apple Mail: Videresendt melding:
    Fra|Dato|Til|Emne|28. oktober 2021 kl. 12:46:00 CEST
no Gmail: Forwarded message
    Fra|Date|To|Subject|tor. 28. okt. 2021 kl. 12:46
no Outlook: ________________________________
    Fra|Sendt|Til|Emne|torsdag 28. oktober 2021 12:46
no Thunderbird: Vidaresend melding
    Frå|Dato|Til|Emne|Thu, 28 Oct 2021 12:46:00 +0200
pl Apple Mail: Początek przekazywanej wiadomości:
    Od|Data|Do|Temat|28 października 2021 12:46:00 CEST
pl Gmail: Forwarded message
    Od|Date|To|Subject|czw., 28 paź 2021 o 12:46
pl Outlook: -----Original Message-----
    From|Sent|To|Subject|Thursday, October 28, 2021 12:46 PM
pl Outlook: ________________________________
    Od|Wysłane|Do|Temat|czwartek, 28 października 2021 12:46
pl Thunderbird: Przekazana wiadomość
    Od|Data|Do|Temat|Thu, 28 Oct 2021 12:46:00 +0200
pt Apple Mail: Início da mensagem encaminhada:
    De|Data|Para|Assunto|28 de outubro de 2021 12:46:00 BRT
pt Apple Mail: Início da mensagem reencaminhada:
    De|Data|Para|Assunto|28 de outubro de 2021, 12:46:00 WEST
pt Gmail: Forwarded message
    De|Date|To|Subject|qui., 28 de out. de 2021 às 12:46
pt Outlook: ________________________________
    De|Enviado|Para|Assunto|quinta-feira, 28 de outubro de 2021 12:46
pt Outlook: -----Mensagem original-----
    De|Enviada em|Para|Assunto|quinta-feira, 28 de outubro de 2021 12:46
pt Thunderbird: Mensagem encaminhada
    De|Data|Para|Assunto|Thu, 28 Oct 2021 12:46:00 -0300
pt Thunderbird: Mensagem reencaminhada
    De|Data|Para|Assunto|Thu, 28 Oct 2021 12:46:00 +0100
ro Apple Mail: Începe mesajul redirecționat:
    De la|Dată|Către|Subiect|28 octombrie 2021 la 12:46:00 EEST
ro Gmail: Forwarded message
    De la|Date|To|Subject|joi, 28 oct. 2021 la 12:46
ro Outlook: ________________________________
    De la|Trimis|Către|Subiect|joi, 28 octombrie 2021 12:46
ro Thunderbird: Mesaj redirecționat
    De la|Data|Către|Subiect|Thu, 28 Oct 2021 12:46:00 +0300
ru Apple Mail: Начало переадресованного сообщения:
    От|Дата|Кому|Тема|28 октября 2021 г., 12:46:00 GMT+3
ru Gmail: Forwarded message
    От|Date|To|Subject|чт, 28 окт. 2021 г. в 12:46
ru Outlook: ________________________________
    От|Отправлено|Кому|Тема|28 октября 2021 г. 12:46
ru Outlook: -------- Пересылаемое сообщение --------
    От кого|Дата|Кому|Тема|Четверг, 28 октября 2021, 12:46 +03:00
ru Thunderbird: Перенаправленное сообщение
    От|Дата|Кому|Тема|Thu, 28 Oct 2021 12:46:00 +0300
sk Apple Mail: Začiatok preposlanej správy:
    Od|Dátum|Komu|Predmet|28. októbra 2021 o 12:46:00 SELČ
sk Gmail: Forwarded message
    Od|Date|To|Subject|št 28. 10. 2021 o 12:46
sk Outlook: ________________________________
    Od|Odoslané|Komu|Predmet|štvrtok 28. októbra 2021 12:46
sk Thunderbird: Preposlaná správa
    Od|Dátum|Komu|Predmet|Thu, 28 Oct 2021 12:46:00 +0200
sl Gmail: Forwarded message
    Od|Date|To|Subject|čet., 28. okt. 2021 ob 12:46
sl Outlook: ________________________________
    Od|Poslano|Za|Zadeva|četrtek, 28. oktober 2021 12:46
sl Thunderbird: Posredovano sporočilo
    Od|Datum|Za|Zadeva|Thu, 28 Oct 2021 12:46:00 +0200
sr Outlook: ________________________________
    Од|Послато|Коме|Тема|четвртак, 28. октобар 2021. 12:46
sr Outlook: ________________________________
    Od|Poslato|Kome|Tema|četvrtak, 28. oktobar 2021. 12:46
sv Apple Mail: Vidarebefordrat brev:
    Från|Datum|Till|Ämne|28 oktober 2021 12:46:00 CEST
sv Gmail: Forwarded message
    Från|Date|To|Subject|tors 28 okt. 2021 kl 12:46
sv Outlook: -----Ursprungligt meddelande-----
    Från|Skickat|Till|Ämne|den 28 oktober 2021 12:46
sv Thunderbird: Vidarebefordrat meddelande
    Från|Datum|Till|Ämne|Thu, 28 Oct 2021 12:46:00 +0200
th Outlook: ________________________________
    จาก|ส่ง|ถึง|เรื่อง|28 ต.ค. 2021 12:46
tr Apple Mail: İleti başlangıcı:
    Kimden|Tarih|Kime|Konu|28 Ekim 2021 12:46:00 GMT+3
tr Gmail: Forwarded message
    Gönderen|Date|To|Subject|28 Eki 2021 Per, 12:46
tr Outlook: ________________________________
    Kimden|Gönderildi|Kime|Konu|28 Ekim 2021 Perşembe 12:46
tr Thunderbird: İletilmiş Mesaj
    Kimden|Tarih|Kime|Konu|Thu, 28 Oct 2021 12:46:00 +0300
uk Apple Mail: Початок листа, що пересилається:
    Від|Дата|Кому|Тема|28 жовтня 2021 р. о 12:46:00 EEST
uk Gmail: Forwarded message
    Від|Date|To|Subject|чт, 28 жовт. 2021 р. о 12:46
uk Outlook: ________________________________
    Від|Надіслано|Кому|Тема|28 жовтня 2021 р. 12:46
uk Thunderbird: Переслане повідомлення
    Від|Дата|Кому|Тема|Thu, 28 Oct 2021 12:46:00 +0300
vi Apple Mail: Bắt đầu thư được chuyển tiếp:
    Từ|Ngày|Đến|Chủ đề|12:46:00 28 tháng 10, 2021
vi Outlook: ________________________________
    Từ|Đã gửi|Đến|Chủ đề|28 Tháng 10 2021 12:46
zh Apple Mail: 下面是被转发的邮件：
    发件人|日期|收件人|主题|2021年10月28日 GMT+8 12:46:00
zh Apple Mail: 開始轉寄郵件：
    寄件者|日期|收件者|主旨|2021年10月28日 GMT+8 下午12:46:00
zh Gmail: Forwarded message
    发件人|Date|To|Subject|2021年10月28日周四 12:46
zh Gmail: Forwarded message
    寄件者|Date|To|Subject|2021年10月28日 週四 下午12:46
zh Outlook: ________________________________
    发件人|发送时间|收件人|主题|2021年10月28日 12:46
zh Outlook: ________________________________
    寄件者|寄件日期|收件者|主旨|2021年10月28日 下午 12:46
zh Outlook: ------------------ 原始邮件 ------------------
    发件人|发送时间|收件人|主题|2021年10月28日(星期四) 中午12:46
zh Outlook: ----邮件原文----
    发件人|发送时间|收件人|主题|2021-10-28 12:46:00
zh Outlook: -------- 转发邮件信息 --------
    发件人|发送日期|收件人|主题|2021-10-28 12:46:00
zh Thunderbird: 转发的消息
    发件人|日期|收件人|主题|Thu, 28 Oct 2021 12:46:00 +0800
zh Thunderbird: 轉寄郵件
    寄件者|日期|收件者|主旨|Thu, 28 Oct 2021 12:46:00 +0800
""".strip().split("\n")


@pytest.mark.parametrize(("first", "second"), list(zip(FORWARDS[::2], FORWARDS[1::2], strict=True)))
def test_forward(first: str, second: str) -> None:
    program, _, line = first.partition(" ")[2].partition(": ")
    from_, date, to, subject, when = second.removeprefix("    ").split("|")
    text = SHAPES[program].format(
        line=line, from_=from_, date=date, to=to, subject=subject, when=when, who=WHO, ours=OURS,
        title="Gate lost data", said=SAID,
    )  # fmt: skip
    found = parse(plain(f"Please look.\n\n{text}", "Subject: Fwd: Gate lost data\r\n")).forwarded
    assert found is not None
    assert (found.sender, found.subject) == (CLIENT, "Gate lost data")
    assert (found.note, found.body) == ("Please look.", SAID)
    assert found.date is not None
    assert found.date.replace(tzinfo=None) == AT


# Thunderbird and other desktop programs name the author without an address.
NAMES_ONLY = [
    "2021-10-28 12:46, Ann Lee rašė:",
    "2021-10-28 오후 12:46에 Ann Lee 이(가) 쓴 글:",
    "2021. 10. 28. 12:46 keltezéssel, Ann Lee írta:",
    "28.10.2021 12:46 tarihinde Ann Lee yazdı:",
    "28.10.2021 12:46, Ann Lee пишет:",
    "28.10.21 12:46, Ann Lee пише:",
    "Am 28.10.2021 12:46, schrieb Ann Lee:",
    "Am Donnerstag, 28. Oktober 2021, 12:46:00 CEST schrieb Ann Lee:",
    "Am Donnerstag, dem 28.10.2021 um 12:46 +0200 schrieb Ann Lee:",
    "Dana 28.10.2021. u 12:46, Ann Lee je napisao/la:",
    "Den 2021-10-28 kl. 12:46, skrev Ann Lee:",
    "Den 28.10.2021 12:46, skrev Ann Lee:",
    "Den 28.10.2021 kl. 12:46 skrev Ann Lee:",
    "Dne 28. 10. 2021 ob 12:46 je Ann Lee napisal(a):",
    "Dne 28. 10. 21 v 12:46 Ann Lee napsal(a):",
    "Dňa 28. 10. 2021 o 12:46 Ann Lee napísal(a):",
    "El 28/10/2021 a les 12:46, Ann Lee ha escrit:",
    "El 28/10/21 a las 12:46, Ann Lee escribió:",
    "Em 28/10/2021 12:46, Ann Lee escreveu:",
    "Il 28/10/2021 12:46, Ann Lee ha scritto:",
    "Le 28/10/2021 12:46, Ann Lee a écrit :",
    "O 28/10/2021 ás 12:46, Ann Lee escribiu:",
    "On Thu, 2021-10-28 at 12:46 +0200, Ann Lee wrote:",
    "On Thursday, 28 October 2021 12:46:00 CEST Ann Lee wrote:",
    "Op 28-10-2021 om 12:46 schreef Ann Lee:",
    "Pada 28/10/2021 12:46, Ann Lee menulis:",
    "Pe 28.10.2021 12:46, Ann Lee a scris:",
    "Vào 28/10/2021 12:46, Ann Lee đã viết:",
    "W dniu 28.10.2021 o 12:46, Ann Lee pisze:",
    "Þann 28.10.2021 12:46, skrifaði Ann Lee:",
    "Στις 28/10/2021 12:46, ο/η Ann Lee έγραψε:",
    "На 28.10.21 г. в 12:46, Ann Lee написа:",
    "בתאריך 28/10/2021 12:46, Ann Lee כתב:",
    "在 2021/10/28 12:46, Ann Lee 写道:",
]


@pytest.mark.parametrize("line", NAMES_ONLY)
def test_reply_to_a_name(line: str) -> None:
    quote = "\n".join(f"> {x}" for x in SAID.split("\n"))
    text = f"{OWN}\n\n{line}\n\n{quote}\n"
    assert parse(plain(text, "In-Reply-To: <a@acme.example>\r\n")).reply_text == OWN


# Whole headers of programs whose shape is their own.
WHOLE = {
    "Samsung Email, en": (
        "-------- Original message --------\n"
        "From: Ann Lee <ann@client.example> \n"
        "Date: 28/10/2021  12:46  (GMT+01:00) \n"
        "To: Sara Sales <sara@acme.example> \n"
        "Subject: Gate lost data "
    ),
    "Samsung Email, de": (
        "-------- Ursprüngliche Nachricht --------\n"
        "Von: Ann Lee <ann@client.example> \n"
        "Datum: 28.10.21  12:46  (GMT+01:00) \n"
        "An: Sara Sales <sara@acme.example> \n"
        "Betreff: Gate lost data "
    ),
    "Samsung Email, fr": (
        "-------- Message d'origine --------\n"
        "De : Ann Lee <ann@client.example> \n"
        "Date : 28/10/2021 12:46 (GMT+01:00) \n"
        "À : Sara Sales <sara@acme.example> \n"
        "Objet : Gate lost data "
    ),
    "Samsung Email, zh": (
        "-------- 原始邮件 --------\n"
        "发件人： Ann Lee <ann@client.example> \n"
        "日期： 2021/10/28  12:46  (GMT+08:00) \n"
        "收件人： Sara Sales <sara@acme.example> \n"
        "主题： Gate lost data "
    ),
    "GMX and web.de": (
        "Gesendet: Donnerstag, 28. Oktober 2021 um 12:46 Uhr\n"
        'Von: "Ann Lee" <ann@client.example>\n'
        "An: sara@acme.example\n"
        "Betreff: Gate lost data"
    ),
    "Lotus Notes, de": (
        "----- Weitergeleitet von Sara Sales/ACME am 29.10.2021 08:00 -----\n"
        "\n"
        "Von: Ann Lee <ann@client.example>\n"
        "An: Sara Sales <sara@acme.example>\n"
        "Datum: 28.10.2021 12:46\n"
        "Betreff: Gate lost data"
    ),
    "Lotus Notes, fr": (
        "----- Réacheminé par Sara Sales/ACME le 29/10/2021 08:00 -----\n"
        "\n"
        "De : Ann Lee <ann@client.example>\n"
        "Pour : Sara Sales <sara@acme.example>\n"
        "Date : 28/10/2021 12:46\n"
        "Objet : Gate lost data"
    ),
    "Lotus Notes, es": (
        "----- Remitido por Sara Sales/ACME con fecha 29/10/2021 08:00 -----\n"
        "\n"
        "De: Ann Lee <ann@client.example>\n"
        "Para: Sara Sales <sara@acme.example>\n"
        "Fecha: 28/10/2021 12:46\n"
        "Asunto: Gate lost data"
    ),
    "eM Client, de": (
        "------ Originalnachricht ------\n"
        'Von: "Ann Lee" <ann@client.example>\n'
        'An: "Sara Sales" <sara@acme.example>\n'
        "Gesendet: 28.10.2021 12:46:00\n"
        "Betreff: Gate lost data"
    ),
    "eM Client 9, de": (
        "------ Originalnachricht ------\n"
        'Von "Ann Lee" <ann@client.example>\n'
        'An "Sara Sales" <sara@acme.example>\n'
        "Datum 28.10.2021 12:46:00\n"
        "Betreff Gate lost data"
    ),
    "Naver": (
        "-----Original Message-----\n"
        'From: "Ann Lee"<ann@client.example>\n'
        'To: "Sara Sales"<sara@acme.example>;\n'
        "Cc:\n"
        "Sent: 2021-10-28 (목) 12:46:00 (GMT+09:00)\n"
        "Subject: Gate lost data"
    ),
    "QQ, en": (
        "------------------ Original ------------------\n"
        'From: "Ann Lee" <ann@client.example>;\n'
        "Date: Thu, Oct 28, 2021 12:46 PM\n"
        'To: "Sara Sales"<sara@acme.example>;\n'
        "Subject: Gate lost data"
    ),
    "WeCom": (
        "------------------ 原始邮件 ------------------\n"
        '发件人： "Ann Lee"<ann@client.example>;\n'
        "发送时间： 2021年10月28日(星期四) 中午12:46\n"
        '收件人： "Sara Sales"<sara@acme.example>;\n'
        "主题： Gate lost data"
    ),
    "NetEase Mail Master": (
        "---- 转发的邮件 ----\n"
        "发件人 Ann Lee<ann@client.example>\n"
        "日期 2021年10月28日 12:46\n"
        "收件人 Sara Sales<sara@acme.example>\n"
        "主题 Gate lost data"
    ),
    "NetEase Mail Master, en": (
        "---- Forwarded Message ----\n"
        "From Ann Lee<ann@client.example>\n"
        "Date 10/28/2021 12:46\n"
        "To Sara Sales<sara@acme.example>\n"
        "Subject Gate lost data"
    ),
    "Aliyun": (
        "------------------------------------------------------------------\n"
        "发件人：Ann Lee <ann@client.example>\n"
        "发送时间：2021年10月28日(星期四) 12:46\n"
        "收件人：Sara Sales <sara@acme.example>\n"
        "主　题：Gate lost data"
    ),
    "Foxmail": (
        " \n"
        "发件人： Ann Lee <ann@client.example>\n"
        "发送时间： 2021-10-28 12:46\n"
        "收件人： Sara Sales <sara@acme.example>\n"
        "主题： Gate lost data"
    ),
    "Foxmail, en": (
        " \n"
        "From: Ann Lee <ann@client.example>\n"
        "Date: 2021-10-28 12:46\n"
        "To: Sara Sales <sara@acme.example>\n"
        "Subject: Gate lost data"
    ),
    "Outlook, appointment": (
        "-----Original Appointment-----\n"
        "From: Ann Lee <ann@client.example>\n"
        "Sent: Thursday, October 28, 2021 12:46 PM\n"
        "To: Sara Sales <sara@acme.example>\n"
        "Subject: Gate lost data\n"
        "When: Friday, October 29, 2021 10:00 AM-11:00 AM (UTC+01:00)\n"
        "Where: Teams"
    ),
    "Outlook, flags": (
        "From: Ann Lee <ann@client.example>\n"
        "Sent: Thursday, October 28, 2021 12:46 PM\n"
        "To: Sara Sales <sara@acme.example>\n"
        "Cc: Bob <bob@acme.example>\n"
        "Subject: Gate lost data\n"
        "Importance: High\n"
        "Sensitivity: Confidential"
    ),
    "Yahoo, one line, de": (
        "----- Weitergeleitete Nachricht -----Von: Ann Lee <ann@client.example>"
        "An: Sara Sales <sara@acme.example>"
        "Gesendet: Donnerstag, 28. Oktober 2021, 12:46:00 MESZ"
        "Betreff: Gate lost data"
    ),
}


@pytest.mark.parametrize("program", WHOLE)
def test_whole_header(program: str) -> None:
    text = f"Please look.\n\n{WHOLE[program]}\n\n{SAID}\n"
    found = parse(plain(text, "Subject: Fwd: Gate lost data\r\n")).forwarded
    assert found is not None
    assert found.sender is not None
    assert (found.sender.address, found.subject) == (CLIENT.address, "Gate lost data")
    assert (found.note, found.body) == ("Please look.", SAID)
    assert found.date is not None
    assert found.date.replace(tzinfo=None) == AT


# Lines of their own below a text: what a phone adds, and how people close.
MOBILE_LINES = [
    "Enviado desde mi iPhone",
    "Enviado do meu iPhone",
    "Envoyé de mon iPhone",
    "Envoyé depuis mon appareil mobile Samsung",
    "Get Outlook for iOS",
    "Gesendet von Mail für Windows",
    "Hanki Outlook for iOS",
    "Inviato da iPhone",
    "Lähetetty iPhonesta",
    "Mit der GMX Mail App gesendet",
    "Nosūtīts no mana iPhone",
    "Odesláno z iPhonu",
    "Odoslané z iPhonu",
    "Poslano z iPhone",
    "Provenance : Courrier pour Windows",
    "Sendt fra min iPhone",
    "Sent from Mail for Windows",
    "Sent from my iPhone",
    "Skickat från min iPhone",
    "Télécharger Outlook pour iOS",
    "Trimis de pe iPhone-ul meu",
    "Verstuurd vanaf mijn iPhone",
    "Von meinem iPhone gesendet",
    "Von meinem Samsung Galaxy Smartphone gesendet.",
    "Wysłane z iPhone'a",
    "iPhone-omról küldve",
    "iPhone'umdan gönderildi",
    "Στάλθηκε από το iPhone μου",
    "Изпратено от моя iPhone",
    "Надіслано з iPhone",
    "Отправлено с iPhone",
    "أرسلت من iPhone",
    "נשלח מה-iPhone שלי",
    "ส่งจาก iPhone ของฉัน",
    "Đã gửi từ iPhone của tôi",
    "Dikirim dari iPhone saya",
    "iPhoneから送信",
    "나의 iPhone에서 보냄",
    "发自我的 iPhone",
    "来自我的华为手机",
    "發自我的 iPhone",
    "從我的 iPhone 傳送",
    "获取 Outlook for iOS",
    "发自我的企业微信",
]
CLOSINGS = [
    "Afectuosamente,", "Atenciosamente,", "Atentamente,", "Best regards,", "Bien cordialement,",
    "Cordialement,", "Cordiali saluti", "Cu stimă,", "Ďakujem,", "Hälsningar,", "Lep pozdrav,",
    "Med vänlig hälsning", "Med venlig hilsen", "Med vennlig hilsen", "Med vennleg helsing",
    "Met vriendelijke groet,", "Mit freundlichen Grüßen", "Mit freundlichen Grüssen", "MfG",
    "Parhain terveisin", "Pagarbiai,", "Ar cieņu,", "Lugupidamisega", "Pozdrawiam,",
    "Salutacions,", "Saludos cordiales,", "Saygılarımla,", "S pozdravem", "S poštovanjem,",
    "Srdačan pozdrav,", "Terima kasih", "Trân trọng,", "Üdvözlettel,", "Z poważaniem",
    "Με εκτίμηση,", "З повагою,", "С уважение,", "С уважением,", "Срдачан поздрав,",
    "בברכה,", "مع أطيب التحيات,", "धन्यवाद", "ขอแสดงความนับถือ", "よろしくお願いいたします。",
    "감사합니다.", "此致", "敬礼！", "祝好", "顺颂商祺", "順頌商祺", "谢谢！",
]  # fmt: skip
# Ordinary sentences that begin like a phone's line, a notice or a label; each ends a mail.
SENTENCES = [
    "Before printing the label the gate has to be shut.",
    "External emails are not delivered to us.",
    "This transmission line is broken since Monday.",
    "Security warning when the app starts.",
    "Outlook für Windows zeigt die Tür nicht an.",
    "Von meinem Kollegen kam noch kein Hinweis.",
    "Bitte prüfen Sie, ob die Tür schließt.",
    "Ce courriel ne part pas depuis lundi.",
    "Este correo electrónico no llegó a nadie.",
    "Este e-mail não chegou a ninguém.",
    "Questa e-mail non è mai arrivata.",
    "Denne e-posten kom aldri fram.",
    "Detta meddelande kom aldrig fram.",
    "Ta wiadomość nie dotarła do nikogo.",
    "Данное сообщение не дошло до клиента.",
    "Afmelden lukt niet meer in de app.",
    "Lähetetty tiedosto on tyhjä.",
    "从我的角度看，这个门坏了。",
    "来自客户的反馈还没有处理。",
    "发自内心的感谢各位同事。",
    "由我的同事继续跟进这个问题。",
    "退订功能点了没有反应。",
    "外部邮件从昨天开始收不到。",
    "本邮件包含上周的测试结果。",
    "このメールには写真が二枚あります。",
    "이 이메일은 아무에게도 오지 않았습니다.",
    "Von meinem Handy aus geht die App nicht.",
    "Peruuta tilaus 4711.",
    "Manage subscriptions is an empty page.",
    "Newsletter abbestellen geht nicht.",
    "Avant d'imprimer les étiquettes, la porte se ferme.",
    "Cep telefonumdan uygulamaya giremiyorum.",
    "Zanim wydrukujesz etykietę, drukarka się wyłącza.",
    "С iPhone дверь не открывается.",
    "Если вы не являетесь сотрудником, вход закрыт.",
    "Το μήνυμα αυτό δεν έφτασε ποτέ.",
    "קיבלתי הודעה ריקה.",
    "구독을 취소하고 싶습니다.",
    "配信を停止してください。",
    "从 iPhone 登录总是失败。",
    "来自QQ邮箱的邮件都被退回。",
    "手机发送验证码失败。",
    "打印本邮件的时候程序崩溃。",
    "退订链接打不开。",
    "此電子郵件沒有寄到。",
]


@pytest.mark.parametrize("line", MOBILE_LINES)
def test_mobile_line(line: str) -> None:
    assert is_mobile(line)
    assert parse(plain(f"{OWN}\n\n{line}\n")).reply_text == OWN


@pytest.mark.parametrize("line", CLOSINGS)
def test_closing(line: str) -> None:
    assert is_closing(line)
    assert parse(plain(f"{OWN}\n\n{line}\nAnn Lee\n")).reply_text == OWN


@pytest.mark.parametrize("line", SENTENCES)
def test_a_sentence_stays(line: str) -> None:
    below = f"Hello Sara,\n\n{line}"
    assert parse(plain(below)).reply_text == below
    above = f"{line}\n\nPlease help us."
    assert parse(plain(above)).reply_text == above


# The dates of header lines, with the language of their labels.
DATES = [
    ("bg", "28 октомври 2021 г. 12:46"),
    ("ca", "dijous, 28 d'octubre de 2021 12:46"),
    ("cs", "28. října 2021 12:46:00"),
    ("da", "28. oktober 2021 12:46"),
    ("de", "Donnerstag, 28. Oktober 2021 um 12:46"),
    ("de", "28.10.2021 12:46"),
    ("el", "28 Οκτωβρίου 2021 - 12:46 μ.μ."),
    ("en", "10/28/2021 12:46 PM"),
    ("en", "28 October 2021 12:46"),
    ("es", "28 de octubre de 2021 12:46 p.\u202fm."),
    ("es", "28/10/2021 12:46"),
    ("et", "28. oktoober 2021 12:46"),
    ("eu", "2021(e)ko urriaren 28a 12:46"),
    ("fi", "28. lokakuuta 2021 klo 12.46"),
    ("fr", "28 octobre 2021 à 12:46"),
    ("fr", "28 octobre 2021 12 h 46"),
    ("he", "28 באוקטובר 2021 12:46"),
    ("hr", "28. listopada 2021. 12:46"),
    ("hu", "2021. október 28. 12:46"),
    ("id", "28 Oktober 2021 12.46"),
    ("is", "28. október 2021 12:46"),
    ("it", "28 ottobre 2021 12:46"),
    ("ja", "2021年10月28日 午後0:46"),
    ("ja", "2021/10/28 12:46"),
    ("ko", "2021년 10월 28일 오후 12:46"),
    ("ko", "2021-10-28 (목) 12:46"),
    ("lt", "2021 m. spalio 28 d. 12:46"),
    ("lv", "2021. gada 28. oktobris 12:46"),
    ("nl", "28 oktober 2021 12:46"),
    ("no", "28. oktober 2021 12:46"),
    ("pl", "28 października 2021 12:46"),
    ("pt", "28 de outubro de 2021 12:46"),
    ("ro", "28 octombrie 2021 12:46"),
    ("ru", "28 октября 2021 г. 12:46"),
    ("sk", "28. októbra 2021 12:46"),
    ("sl", "28. oktober 2021 12:46"),
    ("sr", "28. октобар 2021. 12:46"),
    ("sv", "den 28 oktober 2021 12:46"),
    ("th", "28 ต.ค. 2021 12:46"),
    ("tr", "28 Ekim 2021 Perşembe 12:46"),
    ("uk", "28 жовтня 2021 р. 12:46"),
    ("vi", "28 tháng 10, 2021 12:46 CH"),
    ("zh", "2021年10月28日 下午12:46"),
    ("zh", "2021年10月28日(星期四) 中午12:46"),
    ("zh", "2021-10-28 12:46:00 (星期四)"),
]


@pytest.mark.parametrize(("language", "text"), DATES)
def test_date(language: str, text: str) -> None:
    sent = sent_date(text, (language,))
    assert sent is not None
    assert sent.replace(tzinfo=None) == AT


@pytest.mark.parametrize(
    ("language", "text", "month"),
    [
        ("hr", "28. lis 2021.", 10),
        ("pl", "28 lis 2021", 11),
        ("cs", "28. listopadu 2021", 11),
        ("hr", "28. listopada 2021.", 10),
        ("pl", "28 listopada 2021", 11),
        ("cs", "28. srp 2021", 8),
        ("hr", "28. srp 2021.", 7),
        ("tr", "28 Mart 2021", 3),
        ("es", "martes, 4 de mayo de 2021", 5),
    ],
)
def test_the_language_decides_on_a_shared_month(language: str, text: str, month: int) -> None:
    sent = sent_date(text, (language,))
    assert sent is not None
    assert sent.month == month


def test_a_label_has_one_meaning() -> None:
    """Whichever language: a word that is From here and To there could not be read."""
    meanings: dict[str, set[str]] = {}
    for catalogue in CATALOGUES.values():
        for kind, words in catalogue["labels"].items():
            for word in words:
                meanings.setdefault(squeeze(word), set()).add(kind)
    assert {word: kinds for word, kinds in meanings.items() if len(kinds) > 1} == {}


def test_a_prefix_has_one_meaning_but_for_vs() -> None:
    both = REPLY_PREFIXES & FORWARD_PREFIXES
    assert both == {"vs"}


@pytest.mark.parametrize("language", sorted(CATALOGUES))
def test_no_phrase_is_empty_or_stands_twice(language: str) -> None:
    for section in ("labels", "lines", "subject", "text"):
        for name, phrases in CATALOGUES[language].get(section, {}).items():
            folded = [fold(phrase) for phrase in phrases]
            assert all(folded), (section, name)
            assert len(set(folded)) == len(folded), (section, name)


# Below these a sentence begins, not only a notice.
SHORTEST = {"mobile": 7, "disclaimers": 8, "banners": 8, "footers": 8}


@pytest.mark.parametrize("language", sorted(CATALOGUES))
def test_phrases_that_end_a_text_are_long_enough(language: str) -> None:
    for name, least in SHORTEST.items():
        for phrase in CATALOGUES[language].get("text", {}).get(name, ()):
            width = sum(2 if is_cjk(c) else 1 for c in phrase)
            assert width >= least or not phrase[-1].isalnum(), (name, phrase)
