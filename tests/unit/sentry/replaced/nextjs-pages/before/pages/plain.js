// if (x) has no braces below
import * as Sentry from '@sentry/nextjs'

export default function plain(user) {
  if (user) Sentry.setUser({ id: user.id })
  else Sentry.setUser(null)
  const Sentry2 = (Sentry) => Sentry.captureException()
  return user && Sentry2
}
