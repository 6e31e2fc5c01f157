import { Controller, Get } from '@nestjs/common';
import { SentryCron, SentryTraced } from '@sentry/nestjs';

@Controller()
export class AppController {
  @Get()
  @SentryTraced()
  hello(): string {
    return 'hello';
  }

  @SentryCron('nightly', {
    schedule: { type: 'crontab', value: '0 0 * * *' },
  })
  nightly() {
    return 1;
  }
}
