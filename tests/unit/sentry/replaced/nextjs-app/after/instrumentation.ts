import { captureRequestError } from "./lib/posthog-server";

export const onRequestError = captureRequestError;
