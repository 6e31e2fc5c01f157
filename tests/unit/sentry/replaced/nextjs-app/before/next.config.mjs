import { withSentryConfig } from "@sentry/nextjs";
import createMDX from "@next/mdx";

/** @type {import('next').NextConfig} */
const nextConfig = {
  reactStrictMode: true,
  serverExternalPackages: ["@sentry/node", "sharp"],
};

const withMDX = createMDX();

// Injected content via Sentry wizard below
const sentryOptions = {
  org: process.env.SENTRY_ORG,
  silent: !process.env.CI,
};

export default withSentryConfig(
  withMDX(nextConfig), // keep me
  sentryOptions,
);
