import { PostHog } from "posthog-node";

const key = process.env.NEXT_PUBLIC_POSTHOG_KEY;
const host = process.env.NEXT_PUBLIC_POSTHOG_HOST;

/** Reports errors of the server. Without a key and an address nothing is sent. */
export const posthog = new PostHog(key || "none", {
  host,
  disabled: !key || !host,
  enableExceptionAutocapture: true,
  // A function that sleeps after its answer would send nothing later.
  flushAt: 1,
  flushInterval: 0,
});
