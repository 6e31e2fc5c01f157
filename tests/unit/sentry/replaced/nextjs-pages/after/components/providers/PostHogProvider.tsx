"use client";

import { PostHogProvider as Provider } from "@posthog/react";
import posthog from "posthog-js";
import type { ReactNode } from "react";
import { initPostHog } from "../../lib/posthog";

// Before anything is shown, so that its errors are reported, too
initPostHog();

export function PostHogProvider({ children }: { children: ReactNode }) {
  return <Provider client={posthog}>{children}</Provider>;
}
