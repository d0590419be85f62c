"""Bytes to text, whatever charset they declare or do not declare."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from itertools import pairwise

import chardet

# Programs write the smaller name and mean its superset (the WHATWG encoding table does the same).
_SUPERSETS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "gb2312-80": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "936": "gb18030",
    "euc-cn": "gb18030",
    "big5": "cp950",
    "x-x-big5": "cp950",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "ksc5601": "cp949",
    "euc-kr": "cp949",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "ascii",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-9": "cp1254",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "unicode-1-1-utf-7": "utf-7",
    "utf8": "utf-8",
    "utf-8mb4": "utf-8",
    "unicode": "utf-16",
    "x-unknown": "",
    "unknown-8bit": "",
    "unknown": "",
    "default": "",
    "none": "",
    "binary": "",
}
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:+-]{0,39}")
_DOUBLE_BYTE = ("gb18030", "cp950", "cp949", "cp932")
_WESTERN = frozenset("äöüßÄÖÜéèêëàâáãçîïíìôóòõöùûúñåøæÅØÆÉÀÇÑÁÍÓÚœ’‘“”–…€«»°¿¡".encode("cp1252"))
_PUNCTUATION = "，。：；！？、“”‘’（）【】《》…—　・「」"
# The characters that make up most of any Chinese text (simplified, traditional, in business mail).
_FREQUENT = frozenset(
    "的一是不了在有人我他这個个上们来到时大地为子中你说生国年着就那和要她出也得里后自以会家可下而过天去"
    "能对小多然于心学么之都好看起发当没成只如事把还用第样道想作种开美总从无情己面最女但现前些所同日手又"
    "行意动方期它头经长儿回位分爱老因很给名法间斯知世什两次使身者被高已亲其进此话常与活正感见明问力理尔"
    "点文几定本公特做外孩相西果走将月十实向声车全信重三机工物气每并别真打太新比才便夫再书部水像眼等体却"
    "加电主界门利海受听表德少克代员许稜先口由死安写性马光白或住难望教命花结乐色更拉东神记处让母父应直字"
    "场平报友关放至张认接告入笑内英军候民岁往何度山觉路带万男边风解叫任金快原吃妈变通师立象数四失满战远"
    "格士音轻目条呢病始达深完今提求清王化空业思切怎非找片罗钱紶吗语元喜曾离飞科言干流欢约各即指合反题必"
    "该论交终林请医晚制球决窢传画保读运及则房早院量苦火布品近坐产答星精视五连司巴奇管类未朋且婚台夜青北"
    "队久乎越观落尽形影红爸百令周吧识步希亚术留市半热送兴造谈容极随演收首根讲整式取照办强石古华諣拿计您"
    "装似足双妻尼转诉米称丽客南领节衣站黑刻统断福城故历惊脸选包紧争另建维绝树系伤示愿持千史谁准联妇纪基"
    "买志静阿诗独复痛消社算义竟确酒需单治卡幸兰念举仅钟怕共毛句息功官待究跟穿室易游程号居考突皮哪费倒价"
    "图具刚脑永歌响商礼细专黄块脚味灵改据般破引食仍存众注笔甚某沉血备习校默务土微娘须试怀料调广蜖苏显赛"
    "查密议底列富梦错座参八除跑亮假印设线温虽掉京初养香停际致阳纸李纳验助激够严证帝饭忘趣支春集丈木研班"
    "普导顿睡展跳获艺六波察群皇段急庭创区奥器谢弟店否害草排背止组州朝封睛板角况曲馆育忙质河续哥呼若推境"
    "遇雨标姐充围案伦护冷警贝著雪索剧啊船险烟依斗值帮汉慢佛肯闻唱沙局伯族低玩资屋击速顾泪洲团圣旁堂兵七"
    "附件邮系统客户您好谢请尽快处理导出升级网关丢数据登录失败需求反馈项目合同付款测试版本更新确认会议时间"
    "這個們來時為說國著會過對學麼還發沒樣開總從無現後間點問題經長關係應該謝請處理與給見聽電話親愛讓實請"
    "郵檔案測試專業務確認會議聯絡資料訊息網頁連線錯誤報價訂單產品運費貨款寄送"
)
# What mail is written in; the detector knows many more, of other machines and times.
_IN_MAILS = (
    "utf-8", "gb18030", "big5", "cp932", "euc-jp", "cp949", "koi8-r", "koi8-u", "cp874", "cp1250",
    "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "iso-8859-2",
    "iso-8859-5", "iso-8859-7", "iso-8859-9",
)  # fmt: skip
# Detection looks at this much of a text.
_SAMPLE = 20_000
_GLANCE = 1_000
# So many high bytes say something; how much of a text is frequent characters.
_ENOUGH = 6
_DOUBTFUL, _SURE = 0.45, 0.7
# Japanese shifts (ISO 2022) are ASCII, so any declaration seems to fit them.
_SHIFTS = (b"\x1b$B", b"\x1b$@", b"\x1b(J")


def decode(raw: bytes, declared: str | None) -> tuple[str, str | None]:
    """The text of these bytes, and what was wrong with their declaration (or None).

    Never fails: bytes that no charset explains become U+FFFD.
    """
    for bom, marked in _BOMS:
        if raw.startswith(bom):
            return raw.decode(marked, "replace"), None
    name = _python_name(declared)
    if name == "iso-2022-jp":
        return _iso_2022_jp(raw)
    if any(shift in raw for shift in _SHIFTS):
        return _iso_2022_jp(raw)[0], f"text is iso-2022-jp, not {name}" if name else None
    if name is None:
        defect = f"unknown charset {declared[:40]!r}" if declared else None
        return detect(raw), defect
    if name == "ascii":
        return _plain_ascii(raw)
    if name == "cp1252":
        return _western(raw)
    return _strictly(raw, name)


# Python's own ways of writing text, which nobody declares but to do harm: some raise on anything.
_NO_CHARSETS = frozenset(("idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape"))


def _python_name(declared: str | None) -> str | None:
    match = _NAME.search(declared or "")
    if not match:
        return None
    name = match.group().lower()
    name = _SUPERSETS.get(name, name)
    try:
        info = codecs.lookup(name) if name else None
    except (LookupError, ValueError):
        return None
    if info is None or not getattr(info, "_is_text_encoding", True) or info.name in _NO_CHARSETS:
        return None
    return info.name if name == "utf-7" else name


def _strictly(raw: bytes, name: str) -> tuple[str, str | None]:
    try:
        text = raw.decode(name)
    except (UnicodeError, ValueError):
        pass
    else:
        return _unless_another(raw, name, text)
    if sum(b > 127 for b in raw[:_SAMPLE]) >= _ENOUGH and (other := _utf8(raw)) is not None:
        return other, f"text is utf-8, not {name}"
    text = raw.decode(name, "replace")
    # A few broken characters (a cut, a wrong byte) are no reason to doubt the declaration.
    if text.count("\ufffd") * 10 <= sum(b > 127 for b in raw) and not _is_doubtful(text, name):
        return text, f"bytes that are not {name}"
    return detect(raw), f"text is not {name}"


def _unless_another(raw: bytes, name: str, text: str) -> tuple[str, str | None]:
    """Double-byte charsets accept nearly any bytes: what they make of them is looked at."""
    if name not in ("gb18030", "cp950"):
        return text, None
    if any("\ue000" <= c <= "\uf8ff" for c in text):
        return detect(raw), f"text is not {name}"
    if sum(b > 127 for b in raw[:_SAMPLE]) < _ENOUGH:
        return text, None
    if (other := _utf8(raw)) is not None:
        return other, f"text is utf-8, not {name}"
    return (detect(raw), f"text is not {name}") if _is_doubtful(text, name) else (text, None)


def _is_doubtful(text: str, name: str) -> bool:
    """Whether a text in a Chinese charset has too few of the characters that people use most."""
    if name not in ("gb18030", "cp950"):
        return False
    wide = [c for c in text[:_GLANCE] if ord(c) > 127]
    return len(wide) >= _ENOUGH and _share(wide, name) < _DOUBTFUL


def _utf8(raw: bytes) -> str | None:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _plain_ascii(raw: bytes) -> tuple[str, str | None]:
    if raw.isascii():
        return raw.decode("ascii"), None
    return detect(raw), "text is not us-ascii"


def _western(raw: bytes) -> tuple[str, str | None]:
    """Latin-1 is what programs declare when they do not know."""
    if raw.isascii():
        return raw.decode("ascii"), None
    utf8 = _utf8(raw)
    if utf8 is not None:
        return utf8, "text is utf-8, not iso-8859-1"
    high = sum(b > 127 for b in raw[:_SAMPLE])
    if high >= _ENOUGH and not _is_western(raw[:_SAMPLE]) and _is_cased(text := detect(raw)):
        return text, "text is not iso-8859-1"
    return raw.decode("cp1252", "replace"), None


def _is_cased(text: str) -> bool:
    """Whether capitals begin words, as they do where the charset was guessed right."""
    text = text[:_GLANCE]
    inside = sum(a.islower() and b.isupper() for a, b in pairwise(text))
    return inside * 20 <= sum(c.isalpha() for c in text)


def _iso_2022_jp(raw: bytes) -> tuple[str, str | None]:
    try:
        return raw.decode("iso-2022-jp"), None
    except UnicodeError:
        pass
    # Vendors' row 13 (circled digits) is in JIS X 0213 under the escape ESC $ ( Q.
    try:
        return raw.replace(b"\x1b$B", b"\x1b$(Q").decode("iso2022_jp_2004"), None
    except UnicodeError:
        return raw.decode("iso-2022-jp", "replace"), "bytes that are not iso-2022-jp"


def detect(raw: bytes) -> str:
    """The text of bytes whose charset nobody says, or says wrong."""
    if raw.isascii():
        return raw.decode("ascii")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and error.start > len(raw) - 4:
            return raw.decode("utf-8", "replace")
    name = _east_asian(raw[:_SAMPLE]) or _detected(raw[:_SAMPLE])
    return raw.decode(name, "replace")


def _detected(sample: bytes) -> str:
    return chardet.detect(sample, include_encodings=_IN_MAILS)["encoding"] or "cp1252"


def _east_asian(sample: bytes) -> str | None:
    """The double-byte charset in which nearly all of the sample is what people write most.

    The detector needs more text than a short mail or a subject has.
    """
    if sum(b > 127 for b in sample) < 4 or _accents(sample):
        return None
    score, name = max((_plausible(sample, name), name) for name in _DOUBLE_BYTE)
    return name if score >= _SURE else None


def _is_western(sample: bytes) -> bool:
    """Whether nearly all high bytes are the accented letters of western Europe."""
    high = [b for b in sample if b > 127]
    letters = len(high) + sum(chr(b).isalpha() for b in sample if b < 128)
    sparse = len(high) < 8 or len(high) * 3 < letters or _accents(sample)
    return sparse and sum(b in _WESTERN for b in high) >= 0.9 * len(high)


def _accents(sample: bytes) -> bool:
    """Whether high bytes mostly stand alone between ASCII letters."""
    starts = alone = 0
    for before, byte, after in zip(b" " + sample, sample, sample[1:] + b" ", strict=False):
        if before < 128 <= byte:
            starts += 1
            alone += after < 64 or (after < 128 and chr(after).islower())
    return alone * 2 > starts


def _plausible(sample: bytes, name: str) -> float:
    """How much of the text is what people write most in that charset, 0 to 1."""
    try:
        text = sample.decode(name)
    except UnicodeDecodeError as error:
        if error.start < len(sample) - 4 or len(sample) < _SAMPLE:
            return 0.0
        text = sample[: error.start].decode(name)
    return _share([c for c in text if ord(c) > 127], name)


def _share(wide: Sequence[str], name: str) -> float:
    return sum(_weight(c, name) for c in wide) / max(1, len(wide))


def _weight(char: str, name: str) -> float:
    if char in _FREQUENT or char in _PUNCTUATION:
        return 1.0
    if name == "cp949" and "\uac00" <= char <= "\ud7a3":
        return 0.7
    if name == "cp932" and "\u3041" <= char <= "\u30ff":
        return 0.9
    if name in ("gb18030", "cp950") and "\u4e00" <= char <= "\u9fff":
        first = char.encode(name, "replace")[0]
        common = first <= 0xD7 if name == "gb18030" else 0xA4 <= first <= 0xC6
        return 0.4 if common else 0.1
    return 0.1 if "\u4e00" <= char <= "\u9fff" else 0.0
