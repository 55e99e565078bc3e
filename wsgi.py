"""The portal for a WSGI server: `gunicorn wsgi:app`. Flask's own command finds it too."""

from ideas.app import create_app

app = create_app()
