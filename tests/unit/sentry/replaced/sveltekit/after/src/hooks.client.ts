import type { HandleClientError } from '@sveltejs/kit';
import posthog from 'posthog-js';
import { initPostHog } from './lib/posthog';

initPostHog();

export const handleError: HandleClientError = ({ error, event }) => {
	posthog.captureException(error);
	console.error('An error occurred', error, event);
};
