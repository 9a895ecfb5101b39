"""The archive for assistants: programs that answer people by asking others (Model Context Protocol)."""
