import { z } from "zod";

export const env = z
  .object({
    DATABASE_URL: z.string().url(),
    NEXT_PUBLIC_SENTRY_DSN: z.string().optional(),
    PORT: z.coerce.number(),
  })
  .parse(process.env);
