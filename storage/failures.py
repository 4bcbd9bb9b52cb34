"""What a driver's error means: whether the store is the trouble, and whether trying again can help."""

import sqlite3

from sqlalchemy.exc import DBAPIError, OperationalError

from storage.errors import Damaged, DatabaseUnavailable, NotADatabase


def translate(error: BaseException) -> BaseException:
    """Our error for a driver's, or the error itself where it is not about the store's being there."""
    if not isinstance(error, DBAPIError):
        return error
    if "file is not a database" in str(error.orig) or "file is encrypted" in str(error.orig):
        return NotADatabase()
    if getattr(error.orig, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_CORRUPT:
        return Damaged(str(error.orig))
    if is_away(error):
        return DatabaseUnavailable(type(error.orig).__name__, str(error.orig).splitlines()[0])
    return error


def is_store(error: BaseException) -> bool:
    """Is it about the store itself (away, full, locked), so that trying again at once makes no sense?"""
    return isinstance(error, DBAPIError) and isinstance(translate(error), DatabaseUnavailable)


def is_away(error: BaseException) -> bool:
    """Whether the store is the trouble, so that the whole transaction is lost.

    It has to be given up at once: on a full disk SQLite ends a transaction by itself, and what followed would be stored
    without what came before. SQLite calls mistakes in a statement operational as well; those are not meant.
    """
    if not isinstance(error, DBAPIError):
        return False
    code = getattr(error.orig, "sqlite_errorcode", None)
    is_mistake = code is not None and code & 0xFF == sqlite3.SQLITE_ERROR
    return bool(error.connection_invalidated) or (isinstance(error, OperationalError) and not is_mistake)


def may_run_again(error: BaseException) -> bool:
    """A deadlock or a serialisation failure: the server gave up one of two transactions in each other's way."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in ("40P01", "40001")


def is_lost(error: BaseException) -> bool:
    """Was the connection lost with it?"""
    return isinstance(error, DBAPIError) and bool(error.connection_invalidated)
