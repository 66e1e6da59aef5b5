"""What the coach keeps, one file an idea."""

from coaching.models.answer_week import AnswerWeek
from coaching.models.archive_import import Import
from coaching.models.awaited_archive import AwaitedArchive
from coaching.models.being_forgotten import ForgetRequest, ForgottenEverywhere
from coaching.models.client_note import ClientNote
from coaching.models.connection import Connection
from coaching.models.conversation import ConversationClaim, ConversationMark
from coaching.models.digest import Delivery, DigestIssue, PracticeDelivery, Subscription
from coaching.models.draft import Draft, Rewriting
from coaching.models.duty import ComplianceJob, DeletionRequest, Forgotten, Removal, Sweep
from coaching.models.erasure import Erasure
from coaching.models.label import Check, Correction
from coaching.models.meetup import Meetup, MeetupCalendar, MeetupGuest, MeetupInvite, MeetupMail, MeetupTask
from coaching.models.message import Message
from coaching.models.outcome import Outcome
from coaching.models.own_judge import OwnJudge
from coaching.models.page_day import PageDay
from coaching.models.pending_mail import PendingMail
from coaching.models.person import HiddenPerson, PersonNote
from coaching.models.post import Post
from coaching.models.praise import EarnedPraise
from coaching.models.push import Push
from coaching.models.reading import AppLimit, ReadBudget, ReadMeter
from coaching.models.report_card import ReportCard
from coaching.models.retention import Retention
from coaching.models.setting import Setting
from coaching.models.suggestion import Suggestion
from coaching.models.takeaway import Takeaway
from coaching.models.webhook import WebhookDelivery, WebhookEndpoint
from coaching.models.week import WeekRollup

__all__ = [
    "AnswerWeek",
    "AppLimit",
    "AwaitedArchive",
    "Check",
    "ClientNote",
    "ComplianceJob",
    "Connection",
    "ConversationClaim",
    "ConversationMark",
    "Correction",
    "DeletionRequest",
    "Delivery",
    "DigestIssue",
    "Draft",
    "EarnedPraise",
    "Erasure",
    "ForgetRequest",
    "Forgotten",
    "ForgottenEverywhere",
    "HiddenPerson",
    "Import",
    "Meetup",
    "MeetupCalendar",
    "MeetupGuest",
    "MeetupInvite",
    "MeetupMail",
    "MeetupTask",
    "Message",
    "Outcome",
    "OwnJudge",
    "PageDay",
    "PendingMail",
    "PersonNote",
    "Post",
    "PracticeDelivery",
    "Push",
    "ReadBudget",
    "ReadMeter",
    "Removal",
    "ReportCard",
    "Retention",
    "Rewriting",
    "Setting",
    "Subscription",
    "Suggestion",
    "Sweep",
    "Takeaway",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WeekRollup",
]
