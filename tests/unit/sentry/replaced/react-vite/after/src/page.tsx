import { PostHogErrorBoundary } from "@posthog/react";
import type { ReactNode } from "react";

export function Page({ children }: { children: ReactNode }) {
  return (
    <PostHogErrorBoundary fallback={({ error, resetError }) => <button onClick={resetError}>{String(error)}</button>}>
      {children}
    </PostHogErrorBoundary>
  );
}
