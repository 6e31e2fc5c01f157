const { PostHog } = require("posthog-node");

const key = process.env.POSTHOG_KEY;
const host = process.env.POSTHOG_HOST;

/** Reports errors of the server. Without a key and an address nothing is sent. */
const posthog = new PostHog(key || "none", {
  host,
  disabled: !key || !host,
  enableExceptionAutocapture: true,
});

module.exports = { posthog };
