#!/usr/bin/env node
'use strict';

require('./instrument');

const express = require('express');
const Sentry = require('@sentry/node');

const app = express();

app.use(Sentry.Handlers.requestHandler());
app.use(Sentry.Handlers.tracingHandler());

app.get('/', (req, res) => res.send('ok'));

// The Sentry error handler must be registered before any other error middleware
Sentry.setupExpressErrorHandler(app);

app.use((err, req, res, next) => {
  res.statusCode = 500;
  res.end(`${err.message}\n`);
});

process.on('unhandledRejection', (error) => {
  console.error(error);
  Sentry.captureException(error);
});

process.on('SIGTERM', async () => { await Sentry.close(2000); process.exit(0); });

app.listen(3000);
