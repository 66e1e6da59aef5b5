"""People, the organizations they work for, the practices that help them."""

from accounts.models.audit import AuditEvent
from accounts.models.former_address import FormerAddress
from accounts.models.invitation import Invitation
from accounts.models.logo import Logo
from accounts.models.one_use_link import OneUseLink
from accounts.models.organization import Membership, Organization, OrganizationOwned, Role, check_timezone
from accounts.models.pending_mail import PendingMail
from accounts.models.practice import Client, Consultant, Practice
from accounts.models.practice_link import PracticeLink
from accounts.models.practice_mail import PracticeMail
from accounts.models.token import ApiToken
from accounts.models.trial import Trial
from accounts.models.user import User, UserManager

__all__ = [
    "ApiToken",
    "AuditEvent",
    "Client",
    "Consultant",
    "FormerAddress",
    "Invitation",
    "Logo",
    "Membership",
    "OneUseLink",
    "Organization",
    "OrganizationOwned",
    "PendingMail",
    "Practice",
    "PracticeLink",
    "PracticeMail",
    "Role",
    "Trial",
    "User",
    "UserManager",
    "check_timezone",
]
