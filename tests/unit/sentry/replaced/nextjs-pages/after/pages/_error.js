import { captureWithPostHog } from '../lib/posthog-capture';
import Error from 'next/error';

const CustomError = (props) => <Error statusCode={props.statusCode} />;

CustomError.getInitialProps = async (context) => {
  // In case this is running in a serverless function, await this in order to give Sentry
  // time to send the error before the lambda exits
  await (context.err && captureWithPostHog(context.err));

  return Error.getInitialProps(context);
};

export default CustomError;
