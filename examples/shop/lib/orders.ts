import * as Sentry from "@sentry/nextjs";

export type Order = { id: string; items: string[] };

export async function placeOrder(order: Order): Promise<boolean> {
  try {
    const answer = await fetch("/api/orders", { method: "POST", body: JSON.stringify(order) });
    return answer.ok;
  } catch (error) {
    Sentry.captureException(error, { tags: { order: order.id } });
    return false;
  }
}
