// This file configures the initialization of Sentry on the client.
// The added config here will be used whenever a users loads a page in their browser.
// https://docs.sentry.io/platforms/javascript/guides/nextjs/

import * as Sentry from "@sentry/nextjs";
import { startVitals } from "./lib/vitals";

Sentry.init({
  dsn: process.env.NEXT_PUBLIC_SENTRY_DSN,
  integrations: [Sentry.replayIntegration()],
  beforeSend(event) {
    return event.user ? null : event;
  },
});

startVitals();

export const onRouterTransitionStart = Sentry.captureRouterTransitionStart;
