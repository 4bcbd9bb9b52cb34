"""One declared flow per kind of record."""
