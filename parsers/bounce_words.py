"""What mailers write when they cannot deliver: tables, by what each is looked for in."""

from __future__ import annotations

import re

# Local parts of addresses that mail systems send from.
DAEMONS = frozenset(
    "mailer-daemon mailerdaemon postmaster mdaemon mail-daemon post_master mail.delivery.system "
    "mailsystem mail-system maildaemon mmdf bounce noreply-daemon mailer_daemon daemon".split()
)
DAEMON_NAMES = (
    "mail delivery", "mailer-daemon", "mail administrator", "postmaster", "system administrator",
    "internet mail delivery", "mail system", "mailer daemon", "microsoft outlook", "sysadmin",
    "mmsc ndr", "mail router", "email delivery",
)  # fmt: skip

# Beginnings of subjects, folded.
SUBJECTS = (
    "mail delivery failed", "mail delivery failure", "delivery status notification", "undelivered mail",
    "undeliverable", "undeliver", "returned mail", "failure notice", "delivery failure",
    "delivery notification", "delivery report", "mail system error", "mail could not be delivered",
    "message could not be delivered", "non-delivery", "nondeliverable", "delivery failed",
    "failed delivery", "mail failed", "failed mail", "permanent delivery failure", "failure delivery",
    "mail delivery problem", "delivery status", "delivery problem", "warning: could not send message",
    "warning: message", "mail delivery status notification", "there was an error sending your mail",
    "your message could not be delivered", "your message to", "message status - undeliverable",
    "message delivery failure", "mail error", "bounced mail", "mail delivery error", "mail not delivered",
    "delivery has failed", "returned to sender", "message undeliverable", "mail undeliverable",
    "could not deliver", "email delivery failure", "notification d'état", "unzustellbar",
    "unzustellbare", "zustellung fehlgeschlagen", "nicht zustellbar", "non remis", "échec de remise",
    "échec de la remise", "no se puede entregar", "no entregado", "non recapitabile", "não entregue",
    "onbestelbaar", "niet te bezorgen", "ваше сообщение не доставлено", "недоставленное", "не доставлено",
    "ne mozhet", "配信不能", "配信できません", "退信", "系统退信", "邮件退回", "投递失败", "无法投递", "未送达", "无法送达",
    "傳送失敗", "無法傳遞", "退回", "niedostarczone", "nedoručitelná", "kunne ikke leveres", "olevererbart",
    "teslim edilemedi", "loop alert", "aws notification message", "amazon ses", "you are not member",
    "invalid recipient", "user unknown", "utilisateur non", "postfix smtp server: errors from",
)  # fmt: skip

# Anywhere in the text, folded.
BODY_PHRASES = (
    "could not be delivered", "could not be reached", "couldn't be delivered", "cannot be delivered",
    "can't be delivered", "can not be delivered", "was not delivered", "wasn't delivered",
    "not be delivered", "delivery failed", "failed to deliver", "delivery has failed",
    "delivery to the following", "undeliverable", "unable to deliver", "unable to be delivered",
    "user unknown", "unknown user", "no such user", "mailbox unavailable", "mailbox full",
    "mailbox is full", "did not reach the following recipient", "permanent fatal errors",
    "permanent error", "permanent failure", "wasn't able to deliver", "was not able to deliver",
    "returned to sender", "being returned", "has been delayed", "still being retried",
    "couldn't find any host", "recipient address rejected", "does not exist", "following recipients",
    "following address", "undelivered", "\"notificationtype\":\"bounce\"", "bouncetype", "delivery failure",
    "error sending your mail", "nicht zugestellt", "nicht zustellen", "konnte nicht", "n'a pas pu être",
    "no se pudo entregar", "non è stato possibile", "não pôde ser", "не может быть доставлено",
    "не удалось доставить", "配信できません", "配信不能", "退信", "无法投递", "投递失败", "无法送达", "未能送达",
    "invalid user address", "requested action not taken", "transcript of session follows",
    "被退回", "no valid recipients", "rejected", "quota", "not member", "loop", "not a member",
)  # fmt: skip

# Where the returned mail begins, folded.
ORIGINAL_MARKS = (
    "this is a copy of the message, including all the headers", "--- below this line is a copy",
    "original message follows", "--- the header of the original message", "----- original message",
    "-----original message-----", "--- original message ---", "---- unsent message follows",
    "----- unsent message", "original message headers", "the headers of the message", "----- message header",
    "return-path: ", "\nreceived: from", "\nreceived: by", "--- returned message", "--- header of the mail",
    "----- original mail", "----------- message headers", "headers of your", "---------- forwarded message",
    "--- attached is the original", "message headers follow", "message header follows", "included is a copy",
    "------ this is a copy", "--- mensaje adjunto", "--- undelivered message", "the original message",
)  # fmt: skip

_FLAGS = re.IGNORECASE | re.MULTILINE
_LINE = r"[^\n]{0,300}"


def _lines(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(p, _FLAGS) for p in patterns)


# Each finds, in its group, text that holds the failed address; tried in this order.
RECIPIENT_PATTERNS = _lines(
    r"final-recipient:[ \t]*(?:rfc822;)?([^\n]{3,300})",
    r"original-recipient:[ \t]*(?:rfc822;)?([^\n]{3,300})",
    r"\"recipients?\":\[?\{?\"emailaddress\":(\"[^\"\n]{3,200}\")",
    r"\"emailaddress\":(\"[^\"\n]{3,200}\")",
    r"^[ \t]{0,4}(<[^<>\s]{3,250}@[^<>\s]{1,200}>)[ \t]{0,4}[:(]",
    r"^[ \t]{0,8}(<?[^<>\s:]{1,120}@[^<>\s:]{1,200}>?)(?:\.\.\.|[ \t]{0,4}:[ \t]{0,4}(?:$|\S))",
    r"did not reach the following recipient\(?s?\)?:\s{0,10}([^\n]{3,300})",
    r"(?:following|these) (?:address|recipient|user|destination|mailbox)[^\n]{0,160}\s{0,12}\n\s{0,20}(<?[^\s<>]{1,120}@[^\n]{3,200})",
    r"(?:delivered|deliver|delivery) (?:[^\n]{0,60} )?to(?: the)?(?: following)?(?: recipients?)?:?\s{1,6}(<?[^\s<>]{1,120}@[^\n]{3,200})",
    r"unknown(?: or illegal)?(?: user| alias)?:?\s{0,4}(<?[^\s<>]{1,120}@[^\n]{3,200})",
    r"user (?:unknown|not found)[:, ]{1,4}([^\n]{3,200})",
    r"rcpt to:[ \t]{0,4}([^\n]{3,250})",
    r"^[ \t]{0,8}(?:to|recipient|rcpt|address|user|account)s?[ \t]{0,4}:[ \t]{0,8}([^\n]{3,250})",
    r"smtp:([^\s\]]{3,200})",
    r"\bto:?[ \t]{1,3}(<[^<>\s]{1,120}@[^<>\s]{1,200}>)",
)
