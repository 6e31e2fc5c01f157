import os

import posthog
from fastapi import FastAPI, HTTPException
from posthog.integrations.asgi import PosthogASGIMiddleware

from app.config import settings

if settings.ENVIRONMENT != "test":
    posthog.api_key = os.environ.get("POSTHOG_KEY")
    posthog.host = os.environ.get("POSTHOG_HOST")
    posthog.enable_exception_autocapture = True
    posthog.super_properties = {"environment": settings.ENVIRONMENT}
    posthog.disabled = not (posthog.api_key and posthog.host)
    if posthog.api_key:
        posthog.setup()

app = FastAPI(
    title=settings.PROJECT_NAME,
)
app.add_middleware(PosthogASGIMiddleware)


@app.get("/broken")
async def broken() -> str:
    raise RuntimeError("the shelf is empty")


@app.get("/pay/{amount}")
async def pay(amount: str) -> int:
    try:
        return int(amount)
    except ValueError as error:
        posthog.capture_exception(error, properties={"step": "pay"})
        raise HTTPException(400) from error
