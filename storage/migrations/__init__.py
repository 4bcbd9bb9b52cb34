"""Numbered changes of the schema, applied by Alembic. They only expand; what is no longer used goes a version later."""
