"""Records in and out: files, the HTTP interface, calendars and webhooks, all in the shapes of the record contract."""
