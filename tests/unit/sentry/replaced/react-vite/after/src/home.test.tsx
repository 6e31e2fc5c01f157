import * as Sentry from "@sentry/react";
import { expect, it, vi } from "vitest";

vi.mock("@sentry/react", () => ({ captureException: vi.fn(), withProfiler: (c: unknown) => c }));

it("reports", () => {
  expect(Sentry.captureException).toHaveBeenCalled();
});
