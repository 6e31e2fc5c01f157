import os


class Settings:
    PROJECT_NAME = os.getenv("PROJECT_NAME", "shop")
    ENVIRONMENT = os.getenv("ENVIRONMENT", "local")
    SENTRY_DSN = os.getenv("SENTRY_DSN")


settings = Settings()
