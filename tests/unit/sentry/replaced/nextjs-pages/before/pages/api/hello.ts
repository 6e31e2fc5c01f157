import { captureException, withSentry, wrapApiHandlerWithSentry } from '@sentry/nextjs';
import type { NextApiHandler } from 'next';

const handler: NextApiHandler = async (req, res) => {
  try {
    res.json({ ok: true });
  } catch (e) {
    captureException(e);
    res.status(500).end();
  }
};

export default wrapApiHandlerWithSentry(handler, '/api/hello');
export const legacy = withSentry(handler);
