import sentry_sdk
from fastapi import FastAPI, HTTPException

from app.config import settings

if settings.SENTRY_DSN and settings.ENVIRONMENT != "test":
    sentry_sdk.init(
        dsn=str(settings.SENTRY_DSN),
        environment=settings.ENVIRONMENT,
        enable_tracing=True,
    )

app = FastAPI(
    title=settings.PROJECT_NAME,
)


@app.get("/broken")
async def broken() -> str:
    raise RuntimeError("the shelf is empty")


@app.get("/pay/{amount}")
@sentry_sdk.trace
async def pay(amount: str) -> int:
    try:
        return int(amount)
    except ValueError as error:
        sentry_sdk.set_tag("step", "pay")
        sentry_sdk.capture_exception(error)
        raise HTTPException(400) from error
