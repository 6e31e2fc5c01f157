import './lib/posthog';
