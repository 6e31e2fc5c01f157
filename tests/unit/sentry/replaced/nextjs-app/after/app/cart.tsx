"use client";

import { report } from "@/lib/monitoring";

export function Cart({ items }: { items: string[] }) {
  return <button onClick={() => report(new Error("empty"))}>{items.length}</button>;
}
