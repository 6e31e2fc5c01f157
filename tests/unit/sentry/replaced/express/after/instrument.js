require('./lib/posthog');
