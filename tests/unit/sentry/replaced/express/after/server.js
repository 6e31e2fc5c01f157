#!/usr/bin/env node
'use strict';

require('./instrument');

const express = require('express');
const { setupExpressErrorHandler } = require('posthog-node');
const { posthog } = require('./lib/posthog');

const app = express();

app.get('/', (req, res) => res.send('ok'));

// The Sentry error handler must be registered before any other error middleware
setupExpressErrorHandler(posthog, app);

app.use((err, req, res, next) => {
  res.statusCode = 500;
  res.end(`${err.message}\n`);
});

process.on('unhandledRejection', (error) => {
  console.error(error);
  posthog.captureException(error);
});

process.on('SIGTERM', async () => { await posthog.shutdown(); process.exit(0); });

app.listen(3000);
