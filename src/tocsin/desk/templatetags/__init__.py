"""Words and marks the templates use."""
