// Shown on the front page
export const sponsors = [{ name: "Sentry", url: "https://sentry.io" }];
