import os


class Settings:
    PROJECT_NAME = os.getenv("PROJECT_NAME", "shop")
    ENVIRONMENT = os.getenv("ENVIRONMENT", "local")


settings = Settings()
