import posthog from "posthog-js";

/** Reports an error from code that runs in the browser as well as on the server. */
export async function captureWithPostHog(error: unknown, properties?: Record<string, unknown>): Promise<void> {
  if (typeof window === "undefined") {
    const server = await import("./posthog-server");
    await server.posthog.captureExceptionImmediate(error, undefined, properties);
  } else {
    posthog.captureException(error, properties);
  }
}
