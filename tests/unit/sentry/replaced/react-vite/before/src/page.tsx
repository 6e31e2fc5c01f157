import * as Sentry from "@sentry/react";
import type { ReactNode } from "react";

export function Page({ children }: { children: ReactNode }) {
  return (
    <Sentry.ErrorBoundary fallback={({ error, resetError }) => <button onClick={resetError}>{String(error)}</button>}>
      {children}
    </Sentry.ErrorBoundary>
  );
}
