export async function identify(user: { id: string } | null) {
  if (import.meta.env.PROD) {
    const { setUser } = await import("@sentry/react");
    setUser(user);
  }
  if (user) {
    import("@sentry/react").then((Sentry) => Sentry.setTag("user", user.id));
  }
}
