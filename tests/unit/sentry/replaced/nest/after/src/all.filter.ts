import { Catch } from '@nestjs/common';
import { SentryGlobalFilter } from '@sentry/nestjs/setup';

@Catch()
export class AllFilter extends SentryGlobalFilter {}
