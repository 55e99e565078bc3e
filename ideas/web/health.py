"""Liveness (the process responds) and readiness (the database does too)."""

from flask import Blueprint, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from ideas.db import db

bp = Blueprint("health", __name__, url_prefix="/saude")


@bp.get("/viva")
def alive() -> Response:
    return jsonify(status="ok")


@bp.get("/pronta")
def ready() -> tuple[Response, int]:
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return jsonify(status="database unavailable"), 503
    return jsonify(status="ok"), 200
