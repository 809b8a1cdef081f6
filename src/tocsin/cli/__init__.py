"""The command line: one file a command group, every command a thin call into a room."""
