import * as Sentry from '@sentry/nextjs';
import Error from 'next/error';

const CustomError = (props) => <Error statusCode={props.statusCode} />;

CustomError.getInitialProps = async (context) => {
  // In case this is running in a serverless function, await this in order to give Sentry
  // time to send the error before the lambda exits
  await Sentry.captureUnderscoreErrorException(context);

  return Error.getInitialProps(context);
};

export default CustomError;
