import { handleErrorWithSentry, replayIntegration } from '@sentry/sveltekit';
import * as Sentry from '@sentry/sveltekit';

Sentry.init({ integrations: [replayIntegration()] });

export const handleError = handleErrorWithSentry(({ error, event }) => {
	console.error('An error occurred', error, event);
});
