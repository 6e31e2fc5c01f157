// This file configures the initialization of Sentry on the server.
import * as Sentry from "@sentry/nextjs";

Sentry.init({
  dsn: "https://0123456789abcdef0123456789abcdef@o1.ingest.sentry.io/1",
  tracesSampleRate: 1,
});
