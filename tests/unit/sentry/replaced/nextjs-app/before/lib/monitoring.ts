import * as Sentry from "@sentry/nextjs";

export function report(error: unknown) {
  if (!process.env.NEXT_PUBLIC_SENTRY_DSN) {
    return;
  }
  Sentry.captureException(error);
}
