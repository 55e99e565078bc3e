"""Routes of triage: the inbox with one idea beside the list, the forms of that idea, batches."""
