function Home() {
  return <h1>Home</h1>;
}

export const Component = Home;
export default Component;
