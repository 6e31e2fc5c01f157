"use server";

import * as Sentry from "@sentry/nextjs";
import { report } from "@/lib/monitoring";
import { pay } from "@/lib/pay";

export async function checkout(form: FormData) {
  const order = await Sentry.startSpan({ name: "pay", op: "task" }, () => pay(form));
  try {
    await order.confirm();
  } catch (error) {
    // Sentry should know which order it was
    Sentry.withScope((scope) => {
      scope.setTag("order", order.id);
      for (const [key, value] of Object.entries(order.tags)) scope.setExtra(key, value);
      Sentry.captureException(error);
    });
    report(error);
    throw error;
  }
  if (order.slow) Sentry.captureMessage("slow order");
  order.receipt().catch(Sentry.captureException);
  order.mail().catch((error) => Sentry.captureException(error));
  return order;
}
