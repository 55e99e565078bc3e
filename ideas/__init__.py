"""The ideas portal. Start reading at ideas/app.py."""
