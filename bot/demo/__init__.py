"""A company that never was, with two years of history: something to try the bot on."""
