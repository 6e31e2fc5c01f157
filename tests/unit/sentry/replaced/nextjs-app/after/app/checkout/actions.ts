"use server";

import { posthog } from "@/lib/posthog-server";
import { report } from "@/lib/monitoring";
import { pay } from "@/lib/pay";

export async function checkout(form: FormData) {
  const order = await pay(form);
  try {
    await order.confirm();
  } catch (error) {
    // Sentry should know which order it was
    posthog.captureException(error, undefined, { order: order.id });
    report(error);
    throw error;
  }
  if (order.slow) posthog.captureException(new Error("slow order"));
  order.receipt().catch((error: unknown) => posthog.captureException(error));
  order.mail().catch((error) => posthog.captureException(error));
  return order;
}
