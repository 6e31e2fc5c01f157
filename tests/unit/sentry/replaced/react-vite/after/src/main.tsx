import React from "react";
import posthog from "posthog-js";
import { initPostHog } from "./lib/posthog";
import { createRoot } from "react-dom/client";
import {
  createBrowserRouter,
  RouterProvider,
} from "react-router-dom";

initPostHog();

const router = createBrowserRouter([{ path: "/", lazy: () => import("./home") }]);

createRoot(document.getElementById("root")!, {
  onRecoverableError: (error) => posthog.captureException(error),
}).render(<RouterProvider router={router} />);
