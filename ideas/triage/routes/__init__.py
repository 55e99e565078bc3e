"""Where triage meets the web: the inbox with one idea beside it, what is done to that idea, batches."""
