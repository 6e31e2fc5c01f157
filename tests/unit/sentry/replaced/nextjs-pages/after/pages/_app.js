import '../styles/global.css';
import { PostHogProvider } from '../components/providers/PostHogProvider';

export default function App({ Component, pageProps }) {
  return <PostHogProvider><Component {...pageProps} /></PostHogProvider>;
}
