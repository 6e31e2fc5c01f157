import { captureWithPostHog } from "./posthog-capture";

export function report(error: unknown) {
  if (!process.env.NEXT_PUBLIC_POSTHOG_KEY) {
    return;
  }
  captureWithPostHog(error);
}
