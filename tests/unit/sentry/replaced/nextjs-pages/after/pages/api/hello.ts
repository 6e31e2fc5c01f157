import { posthog } from '../../lib/posthog-server';
import type { NextApiHandler } from 'next';

const handler: NextApiHandler = async (req, res) => {
  try {
    res.json({ ok: true });
  } catch (e) {
    posthog.captureException(e);
    res.status(500).end();
  }
};

export default handler;
export const legacy = handler;
