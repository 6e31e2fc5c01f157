import type { Metadata } from "next";
import type { ReactNode } from "react";
import { PostHogProvider } from "../components/providers/PostHogProvider";

export const metadata: Metadata = { title: "Shop" };

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body><PostHogProvider>{children}</PostHogProvider></body>
    </html>
  );
}
