import { expect, it, vi } from "vitest";
import Home from "./home";

vi.mock("@sentry/react");

it("is there", () => {
  expect(Home).toBeDefined();
});
