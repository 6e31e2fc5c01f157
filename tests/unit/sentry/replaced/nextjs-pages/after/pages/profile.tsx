import { PostHogErrorBoundary } from '@posthog/react';
import * as Sentry from '@sentry/nextjs';
import type { ErrorEvent } from '@sentry/nextjs';

export function describe(event: ErrorEvent) {
  return event.message;
}

export default function Profile({ user }) {
  const id = Sentry.captureMessage('profile');
  return (
    <PostHogErrorBoundary fallback={<p>Oh no</p>}>
      <h1 data-event={id}>{user.name}</h1>
    </PostHogErrorBoundary>
  );
}
