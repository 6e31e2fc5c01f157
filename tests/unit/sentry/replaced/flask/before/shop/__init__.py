"""The shop."""

from flask import Flask

from .monitoring import init_sentry, report


def create_app():
    init_sentry()
    app = Flask(__name__)
    app.config["SHELF"] = []

    @app.route("/broken")
    def broken():
        return str(app.config["SHELF"][0])

    @app.route("/pay/<amount>")
    def pay(amount):
        try:
            return str(int(amount))
        except ValueError as error:
            report(error, amount=amount)
            return "no number", 400

    return app
