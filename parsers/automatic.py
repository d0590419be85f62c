"""Whether a program sent a mail: replies by machine, lists, bounces, our own mails (RFC 3834)."""

from __future__ import annotations

from email.message import Message

from .calendar_reply import reply_part
from .headers import raw_values, text_value
from .mime import leaves
from .model import Automatic
from .words import AUTOMATIC_SUBJECTS, fold

# Fields that only autoresponders set, with the values that do not count.
_AUTO_FIELDS = {
    "X-Autoreply": ("no", "false"),
    "X-Autorespond": ("no", "false"),
    "X-Autoresponse": ("no", "false"),
    "X-Auto-Reply": ("no", "false"),
    "X-AutoReply-From": (),
    "X-Mail-Autoreply": ("no",),
    "X-FC-MachineGenerated": ("false",),
    "X-POST-MessageClass": (),
}
# Fields of programs that ask unknown senders to confirm their mail.
_CHALLENGE_FIELDS = (
    "X-Boxtrapper",
    "X-Boxtrapper-Queue",
    "X-AskVersion",
    "X-ChoiceMail-Registration-Request",
    "X-UserConfirm",
    "X-Qconfirm",
    "X-Spamarrest-Noauth",
)
# The subjects count only with a Precedence that says that no human wrote.
_CHALLENGE_SUBJECTS = (
    "please confirm your message",
    "please confirm your e-mail",
    "please confirm your email",
    "confirm your message",
    "your email requires verification",
    "your e-mail requires verification",
    "verification required for your",
)
_OTHER_REPORTS = ("disposition-notification", "feedback-report")
_OTHER_REPORT_PARTS = (
    "message/disposition-notification",
    "message/global-disposition-notification",
    "message/feedback-report",
)
_LIST_FIELDS = ("List-Id", "List-Post", "List-Unsubscribe", "X-Mailing-List")


def read_automatic(message: Message, subject: str, is_bounce: bool) -> Automatic | None:
    """What kind of program sent the mail, None for a human.

    X-Auto-Response-Suppress says how to treat the mail, not what sent it, so it does not count;
    nor does `auto-forwarded`, which is a human's mail passed on.
    """
    if raw_values(message, "X-Mailflow-Kind"):
        return "own"
    if is_bounce:
        return "bounce"
    if _is_auto_reply(message, subject):
        return "auto-reply"
    if any(raw_values(message, field) for field in _LIST_FIELDS):
        return "list"
    if _precedence(message) in ("bulk", "junk", "list"):
        return "list"
    return None


def _is_auto_reply(message: Message, subject: str) -> bool:
    submitted = fold(text_value(message, "Auto-Submitted")).partition(";")[0].strip()
    if submitted and submitted not in ("no", "auto-forwarded"):
        return True
    for field, refused in _AUTO_FIELDS.items():
        values = raw_values(message, field)
        if values and fold(values[0]) not in refused:
            return True
    if _precedence(message) in ("auto_reply", "auto-reply"):
        return True
    if message.get_content_type() == "multipart/report" or reply_part(message) is not None:
        return True
    return _is_challenge(message, subject) or is_automatic_subject(subject)


def is_other_report(message: Message) -> bool:
    """A report that says of no mail that it failed: a read receipt (RFC 8098), or one of a
    reader's complaint (RFC 5965)."""
    if message.get_content_type() != "multipart/report":
        return False
    kind = fold(str(message.get_param("report-type") or ""))
    if kind == "delivery-status":
        return False
    return kind in _OTHER_REPORTS or any(
        part.get_content_type() in _OTHER_REPORT_PARTS for part in leaves(message)
    )


def _is_challenge(message: Message, subject: str) -> bool:
    """A mail that asks its sender to confirm that they are human."""
    if any(raw_values(message, field) for field in _CHALLENGE_FIELDS):
        return True
    agent = fold(text_value(message, "X-Delivery-Agent"))
    if agent.startswith("tmda") and "-confirm-" in text_value(message, "Reply-To").lower():
        return True
    if _precedence(message) not in ("bulk", "junk", "list"):
        return False
    return fold(subject).startswith(_CHALLENGE_SUBJECTS)


def _precedence(message: Message) -> str:
    return fold(text_value(message, "Precedence"))


def is_automatic_subject(subject: str) -> bool:
    """`自动回复: …`, `Out of Office: …`: such a phrase begins the subject and ends with a colon,
    or is all of it."""
    folded = fold(subject)
    text = folded.lstrip("[【*( ")
    for phrase in AUTOMATIC_SUBJECTS:
        if text.startswith(phrase):
            if folded[:1] in ("[", "【") and text[len(phrase) :].lstrip()[:1] in ("]", "】"):
                return True
            rest = text[len(phrase) :].lstrip(" ]】)*")
            if not rest or rest[0] in ":-–(" or rest.startswith(("re:", "autoreply")):
                return True
    return False
