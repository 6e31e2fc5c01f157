"use client";
import * as Sentry from "@sentry/nextjs";

export default function Page() {
  const ok = Sentry.diagnoseSdkConnectivity();
  return <button>{String(ok)}</button>;
}
