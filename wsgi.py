"""The WSGI application: `gunicorn wsgi:app`. The `flask` command finds it here too."""

import gc

from ideas.app import create_app

app = create_app()
# Gunicorn forks its processes after this import. They share memory that the garbage collector does not touch.
gc.freeze()
