import { expect, it } from "vitest";
import Home from "./home";

it("is there", () => {
  expect(Home).toBeDefined();
});
