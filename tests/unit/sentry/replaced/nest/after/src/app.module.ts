import { Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { PostHogInterceptor } from 'posthog-node/nestjs';
import { posthog } from './lib/posthog';
import { AppController } from './app.controller';

@Module({
  imports: [],
  controllers: [AppController],
  providers: [
    { provide: APP_INTERCEPTOR, useValue: new PostHogInterceptor(posthog, { captureExceptions: true }) },
  ],
})
export class AppModule {}
