"""What the coach keeps, one file an idea."""

from coaching.models.archive_import import Import
from coaching.models.connection import Connection
from coaching.models.message import Message
from coaching.models.post import Post
from coaching.models.suggestion import Suggestion
from coaching.models.week import WeekRollup

__all__ = ["Connection", "Import", "Message", "Post", "Suggestion", "WeekRollup"]
