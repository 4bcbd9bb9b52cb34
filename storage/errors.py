"""What can go wrong with the store.

StorageError
├── DatabaseUnavailable   away, locked for too long, or the disk is full: nothing was stored, try again later
├── NotADatabase          the file is something else
├── Damaged               the file was one, and cannot be read any more
├── Occupied              an undo would bring back a name or number that somebody took since
├── NotABackup            the file is not a complete backup
├── BackupDiffers         a copy does not hold what the original holds: it was thrown away
├── NotEmpty              a backup is restored into an empty database only
├── SchemaTooNew          written by a newer crmbot: refuse to touch it
└── SchemaTooOld          run ``crmbot db upgrade``
"""


class StorageError(Exception):
    """Base of the store's errors. ``args`` hold facts (a path, a version), never a sentence for people."""


class DatabaseUnavailable(StorageError):
    pass


class NotADatabase(StorageError):
    pass


class Damaged(StorageError):
    pass


class SchemaTooNew(StorageError):
    pass


class Occupied(StorageError):
    """Undo would bring back a name or number that another record has taken since. args: kinds."""


class SchemaTooOld(StorageError):
    pass


class NotABackup(StorageError):
    pass


class BackupDiffers(StorageError):
    """args: where it differs."""


class NotEmpty(StorageError):
    pass
