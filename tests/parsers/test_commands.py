"""Command lines and plain words."""

from __future__ import annotations

import pytest

from parsers import parse
from parsers.commands import command_of, plain_word, read_commands
from parsers.model import Command
from parsers.words import COMMANDS

from .scale import repeated, stays_linear
from .writing import plain

FRIDAY = Command("due", "friday")

COMMAND_LINES = [
    ("/due friday", FRIDAY),
    ("/Due: Friday", Command("due", "Friday")),
    ("/DUE friday", FRIDAY),
    ("／due：friday", FRIDAY),
    ("/ due friday", FRIDAY),
    ("/due- friday", FRIDAY),
    ("/due - friday", FRIDAY),
    ("/due—friday", FRIDAY),
    ("/due – friday", FRIDAY),
    ("/due.  friday", FRIDAY),
    ("/due, friday", FRIDAY),
    ("/due=friday", FRIDAY),
    ("/due : friday", FRIDAY),
    ("/due_date friday", FRIDAY),
    ("/due friday.", FRIDAY),
    ("/due friday 🙏", FRIDAY),
    ("/due “friday”", FRIDAY),
    ("/due ‘friday’.", FRIDAY),
    ("*/due friday*", FRIDAY),
    ("**/due** friday", FRIDAY),
    ("**_/due friday_**", FRIDAY),
    ("`/due friday`", FRIDAY),
    ("- /due friday", FRIDAY),
    ("• /due friday", FRIDAY),
    ("* /due friday", FRIDAY),
    ("2. /due friday", FRIDAY),
    ("<p>/due friday</p>", FRIDAY),
    ('<div dir="ltr">/due&nbsp;friday<br/>', FRIDAY),
    ("\u200b/d\u00adue\u200b\u2002friday\u2060", FRIDAY),
    ("\ufeff\xa0/due\xa0friday", FRIDAY),
    ("\u202a/due friday\u202c", FRIDAY),
    ("/due none", Command("due", "none")),
    ("/due -", Command("due", "-")),
    ("/due: -", Command("due", "-")),
    ("／截止：周五", Command("due", "周五")),
    ("/截止周五", Command("due", "周五")),
    ("/截止周五。", Command("due", "周五")),
    ("/截止12/5", Command("due", "12/5")),
    ("/截止2026-12-05", Command("due", "2026-12-05")),
    ("/截止日期 12月5日", Command("due", "12月5日")),
    ("\u3000/截止\u3000周五", Command("due", "周五")),
    ("／负责人：李伟", Command("owner", "李伟")),
    ("／负责人李伟", Command("owner", "李伟")),
    ("／狀態　已解決", Command("status", "已解決")),
    ("/优先级高", Command("priority", "高")),
    ("/status\xa0in_progress", Command("status", "in_progress")),
    ("/status in_progress.", Command("status", "in_progress")),
    ("  /状态 已解决", Command("status", "已解决")),
    ("/负责人 马俊", Command("owner", "马俊")),
    ("/owner: @ma.jun@acme.example", Command("owner", "@ma.jun@acme.example")),
    ("/owner a@b.example<mailto:a@b.example>", Command("owner", "a@b.example")),
    ("/owner <a@b.example>", Command("owner", "a@b.example")),
    ("/tz Europe/Berlin", Command("tz", "Europe/Berlin")),
    ("/link https://x.example/a", Command("link", "https://x.example/a")),
    ("/note It ends here. “So!”", Command("note", "It ends here. “So!”")),
    ("/同意，没问题", Command("agree", "没问题")),
    ("/不同意", Command("reject", "")),
    ("/ help", Command("help", "")),
    ("/help.", Command("help", "")),
    ("/help?", Command("help", "")),
    ("/帮助", Command("help", "")),
]

UNKNOWN_COMMANDS = [
    ("/frobnicate now", Command("frobnicate", "now")),
    ("/Stauts closed", Command("stauts", "closed")),
    ("/onwer is Clara from the second floor", Command("onwer", "is Clara from the second floor")),
    ("/done", Command("done", "")),
    ("/催一下", Command("催一下", "")),
]

# Each begins with something like a slash, and is text.
NO_COMMAND_LINES = [
    "",
    "/",
    "/ ",
    "//",
    "//due friday",
    "//host/share",
    "// due friday",
    "/** due friday */",
    "*/ due friday",
    "/-due friday",
    "\\due friday",
    "> /due friday",
    "see /due friday",
    "5 /due friday",
    "and/or",
    "w/o due",
    "/42",
    "/12/5",
    "/ 12/5",
    "/s",
    "/me waves",
    "/shrug",
    "/usr/bin/python fails",
    "/due/friday",
    "/home",
    "/var is full",
    "/etc",
    "/index.html is empty",
    "/status.json",
    "/status(closed)",
    "/^due$/",
    "/i agree with that",
    "/agree?",
    "/agree ?",
    "/同意？",
    "/ and that is where the sentence goes on",
    "/this is what we saw in the log yesterday",
    "/was this you?",
    "/登录页面打不开了，请尽快看一下",
    "https://acme.example/due friday",
]


@pytest.mark.parametrize(("line", "expected"), COMMAND_LINES + UNKNOWN_COMMANDS)
def test_command_line(line: str, expected: Command) -> None:
    assert command_of(line) == expected


@pytest.mark.parametrize("line", NO_COMMAND_LINES)
def test_no_command_line(line: str) -> None:
    assert command_of(line) is None


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_name_however_it_is_typed(name: str) -> None:
    said = Command(COMMANDS[name], "x1")
    for line in (
        f"/{name} x1",
        f"／{name.upper()}：x1",
        f"*/{name.title()}*: x1",
        f"• /{name}. x1",
    ):
        assert command_of(line) == said, line


def test_every_command_has_a_chinese_name() -> None:
    names = set(COMMANDS.values())
    assert {"status", "owner", "due", "undo", "digest", "tz"} <= names
    for name in names:
        assert any(n == name and not word.isascii() for word, n in COMMANDS.items()), name


WORDS = [
    ("done", "done"),
    ("Done!", "done"),
    ("DONE", "done"),
    ("ＤＯＮＥ", "done"),
    ("done...", "done"),
    ("“Done”", "done"),
    ("**Done.**", "done"),
    ("done\u200b\xa0", "done"),
    ("Done, thanks", "done"),
    ("Done. Thanks!", "done"),
    ("done thanks a lot :-)", "done"),
    ("Fixed - thank you very much", "done"),
    ("Thanks, done.", "done"),
    ("done 👍", "done"),
    ("✅ Done", "done"),
    ("done 👍🏽🎉", "done"),
    ("Hi Clara, done.", "done"),
    ("It’s fixed", "done"),
    ("已解决。", "done"),
    ("已解决！！！", "done"),
    ("已解决，谢谢", "done"),
    ("已解决 谢谢！", "done"),
    ("您好，已解决。", "done"),
    ("李伟你好，已处理", "done"),
    ("谢谢，已解决", "done"),
    ("搞定~", "done"),
    ("OK, agreed.", "agree"),
    ("Yes. I agree!", "agree"),
    ("同意", "agree"),
    ("同意。辛苦了", "agree"),
    ("不同意", "reject"),
    ("I don’t agree.", "reject"),
    ("Yes, it was me", "yes"),
    ("是的，是我", "yes"),
    ("是我", "yes"),
    ("Not me!", "no"),
    ("不是", "no"),
    ("撤回", "undo"),
    ("Working on it", "start"),
    ("处理中", "start"),
    ("收到", "acknowledge"),
    ("收到，谢谢！", "acknowledge"),
    ("忽略", "ignore"),
]

NO_WORDS = [
    "",
    "not done",
    "Not done, thanks",
    "done?",
    "Done ?!",
    "done? 👍",
    "已解决？",
    "完成了吗",
    "done by friday",
    "done with the first part",
    "done, but not deployed",
    "done, not",
    "done ❌",
    "done 👎",
    "done 🤔",
    "undone",
    "donethanks",
    "done thanksgiving",
    "- done",
    "* done",
    "1. done",
    "还没完成",
    "没完成，谢谢",
    "未解决",
    "完成一半",
    "I agree with Bob that it is bad",
    "Hi Clara, not done",
    "Hi Clara",
    "Thanks",
    "谢谢",
    "👍",
    "✅",
    "done" + " " * 100 + "not",
]


@pytest.mark.parametrize(("line", "word"), WORDS)
def test_plain_word(line: str, word: str) -> None:
    assert plain_word(line) == word


@pytest.mark.parametrize("line", NO_WORDS)
def test_no_plain_word(line: str) -> None:
    assert plain_word(line) is None


@pytest.mark.parametrize("text", ["Hi Clara,\n\n{}", "Hello!\n{}", "Hi Clara\n\n{}", "你好，\n{}"])
def test_a_greeting_before_the_word_goes_with_it(text: str) -> None:
    mail = parse(plain(text.format("done\n\nThe part fits.")))
    assert (mail.word, mail.note_text) == ("done", "The part fits.")


@pytest.mark.parametrize(
    "text",
    [
        "Hello this is not\ndone",
        "Almost,\ndone",
        "Hi,\nnot\ndone",
        "Hi Clara,\n\ndone?",
        "各位同事，系统还没有\n完成",
    ],
)
def test_what_is_no_greeting_makes_no_word(text: str) -> None:
    mail = parse(plain(text))
    assert (mail.word, mail.note_text) == (None, text)


def test_only_the_first_own_line_is_a_word() -> None:
    assert parse(plain("done\nThe new part fits.")).word == "done"
    assert parse(plain("The new part fits.\ndone")).word is None
    assert parse(plain("/due friday\ndone")).word is None


def test_note_is_without_commands_and_word() -> None:
    mail = parse(plain("已解决\n/due friday\n证书已经更新。"))
    assert (mail.word, mail.commands) == ("done", (Command("due", "friday"),))
    assert mail.note_text == "证书已经更新。"
    assert mail.reply_text == "已解决\n/due friday\n证书已经更新。"


@pytest.mark.parametrize(
    "text",
    [
        "fine\n\nOn Mon, 23 Nov 2026 at 10:00, Flow <flow@acme.example> wrote:\n> /status closed",
        "fine\n-- \n/status closed",
        "> /status closed\n> done",
        "fine\n\n---------- Forwarded message ---------\nFrom: A <a@b.example>\n"
        "Date: Mon, 23 Nov 2026\nSubject: x\n\n/status closed",
        "\n".join(["fine"] * 10 + ["/status closed"]),
    ],
)
def test_no_command_from_what_others_wrote(text: str) -> None:
    mail = parse(plain(text))
    assert mail.commands == ()
    assert mail.word is None


@pytest.mark.parametrize(
    "piece",
    ["/", "／", "<p>", "<br ", "*", " ", "-", "/a", "/截止", "&nbsp;", "hi ", "谢谢", "\u200b"],
)
def test_long_lines_do_not_take_long(piece: str) -> None:
    def read(line: str) -> None:
        for text in (line, "/due " + line, "done " + line):
            command_of(text)
            plain_word(text)
            read_commands([text] * 20)

    stays_linear(read, repeated(piece))
