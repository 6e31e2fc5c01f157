import { withSentryConfig } from "@sentry/nextjs";

const policy = "connect-src 'self' https://*.ingest.sentry.io";

/** @type {import("next").NextConfig} */
const nextConfig = {
  poweredByHeader: false,
  headers: async () => [
    { source: "/:path*", headers: [{ key: "Content-Security-Policy", value: policy }] },
  ],
};

export default withSentryConfig(nextConfig, {
  org: "shop",
  project: "storefront",
  silent: true,
});
