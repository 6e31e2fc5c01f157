module.exports = {
  'connect-src': ["'self'", 'https://o1.ingest.sentry.io'],
};
