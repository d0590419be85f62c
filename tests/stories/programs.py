"""Mails as mail programs write them: how each forwards and how each quotes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True)
class ClientMail:
    """What a client wrote to one of ours."""

    name: str
    address: str
    at: datetime
    subject: str
    text: str
    to_name: str
    to_address: str


def gmail(mail: ClientMail) -> str:
    return f"""---------- Forwarded message ---------
From: {mail.name} <{mail.address}>
Date: {mail.at:%a, %b %-d, %Y} at {mail.at:%-I:%M %p}
Subject: {mail.subject}
To: {mail.to_name} <{mail.to_address}>


{mail.text}
"""


def outlook(mail: ClientMail) -> str:
    return f"""________________________________
From: {mail.name} <{mail.address}>
Sent: {mail.at:%A, %B %-d, %Y %-I:%M %p}
To: {mail.to_name} <{mail.to_address}>
Subject: {mail.subject}

{mail.text}
"""


def apple(mail: ClientMail) -> str:
    return f"""Begin forwarded message:

> From: {mail.name} <{mail.address}>
> Subject: {mail.subject}
> Date: {mail.at:%-d %B %Y at %H:%M:%S} CET
> To: {mail.to_name} <{mail.to_address}>
>
{quoted(mail.text)}
"""


def thunderbird(mail: ClientMail) -> str:
    return f"""-------- Forwarded Message --------
Subject: \t{mail.subject}
Date: \t{mail.at:%a, %-d %b %Y %H:%M:%S %z}
From: \t{mail.name} <{mail.address}>
To: \t{mail.to_name} <{mail.to_address}>



{mail.text}
"""


def qq(mail: ClientMail) -> str:
    half = "上午" if mail.at.hour < 12 else "下午"
    when = f"{mail.at:%Y}年{mail.at.month}月{mail.at.day}日(星期{WEEKDAYS[mail.at.weekday()]})"
    return f"""------------------ 原始邮件 ------------------
发件人: "{mail.name}" <{mail.address}>;
发送时间: {when} {half}{mail.at:%-I:%M}
收件人: "{mail.to_name}"<{mail.to_address}>;
主题: {mail.subject}

{mail.text}
"""


def netease(mail: ClientMail) -> str:
    return f"""-------- 转发邮件信息 --------
发件人："{mail.name}" <{mail.address}>
发送日期：{mail.at:%Y-%m-%d %H:%M:%S}
收件人："{mail.to_name}" <{mail.to_address}>
主题：{mail.subject}

{mail.text}
"""


PROGRAMS = {
    "gmail": gmail,
    "outlook": outlook,
    "apple": apple,
    "thunderbird": thunderbird,
    "qq": qq,
    "netease": netease,
}


def quoted(text: str) -> str:
    return "\n".join("> " + line if line else ">" for line in text.splitlines())
