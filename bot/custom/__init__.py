"""Fields that the organisation adds to the records: defined, understood, shown, filtered, checked."""
