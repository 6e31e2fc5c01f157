import type { HandleServerError } from '@sveltejs/kit';
import { posthog } from '$lib/posthog-server';
import { sequence } from '@sveltejs/kit/hooks';
import { env } from '$env/dynamic/public';
import { auth } from '$lib/auth';

const { PUBLIC_NAME } = env;

export const handle = sequence(auth(PUBLIC_NAME));

export const handleError: HandleServerError = ({ error }) => {
	posthog.captureException(error);
};
