"""The portal for a WSGI server: `gunicorn wsgi:app`. Flask's own command finds it too."""

import gc

from ideas.app import create_app

app = create_app()
# Gunicorn's processes are forked from the one that loaded this: what the collector never touches, they share.
gc.freeze()
