import posthog from "posthog-js";

/** Starts PostHog in the browser, once. Without a key and an address nothing is sent. */
export function initPostHog(): void {
  if (typeof window === "undefined" || posthog.__loaded) {
    return;
  }
  const key = process.env.NEXT_PUBLIC_POSTHOG_KEY;
  const host = process.env.NEXT_PUBLIC_POSTHOG_HOST;
  if (!key || !host) {
    return;
  }
  posthog.init(key, {
    api_host: host,
    capture_exceptions: true,
    person_profiles: "identified_only",
    respect_dnt: true,
    session_recording: {
      maskAllInputs: true,
      maskTextSelector: "[data-private]",
    },
  });
}
