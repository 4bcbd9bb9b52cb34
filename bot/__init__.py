"""The bot: one turn, dialogs, flows, rules and the command line."""
