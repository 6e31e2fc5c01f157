import * as Sentry from '@sentry/sveltekit';
import { sequence } from '@sveltejs/kit/hooks';
import { env } from '$env/dynamic/public';
import { auth } from '$lib/auth';

const { PUBLIC_NAME, PUBLIC_SENTRY_DSN } = env;

Sentry.init({
	dsn: PUBLIC_SENTRY_DSN,
});

export const handle = sequence(Sentry.sentryHandle(), auth(PUBLIC_NAME));

export const handleError = Sentry.handleErrorWithSentry();
