import { withProfiler } from "@sentry/react";

function Home() {
  return <h1>Home</h1>;
}

export const Component = withProfiler(Home);
export default Component;
