const { withSentryConfig } = require('@sentry/nextjs');
const path = require('path');

module.exports = {
  trailingSlash: true,
  sentry: {
    hideSourceMaps: true,
  },
};

module.exports = withSentryConfig(module.exports, { silent: true, include: path.join(__dirname, '.next') });
