import secrets
import uuid


def uuid7() -> uuid.UUID:
    return uuid.uuid4()


def generate_random_token() -> str:
    return secrets.token_urlsafe(32)


def generate_random_token_project() -> str:
    return "phc_" + generate_random_token()


def generate_random_token_personal() -> str:
    return "phx_" + generate_random_token()


def mask_key_value(value: str) -> str:
    return value[:4] + "..." + value[-4:]
