// if (x) has no braces below

export default function plain(user) {
  const Sentry2 = (Sentry) => Sentry.captureException()
  return user && Sentry2
}
