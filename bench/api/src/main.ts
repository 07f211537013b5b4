// What an API costs that does nothing: the same framework, the same DTO, an answer of the same shape.
import { Body, Controller, Get, HttpCode, Module, Post, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { newId } from '@outbell/shared/uuid.js';
import { CreateMessageDto } from '../../../apps/api/src/messages/create-message.dto.js';

@Controller()
class EmptyController {
  @Post('v1/messages')
  @HttpCode(202)
  create(@Body() _dto: CreateMessageDto): object {
    return { id: newId(), status: 'queued', created_at: new Date().toISOString() };
  }

  @Get('health/ready')
  ready(): object {
    return { status: 'ok' };
  }
}

@Module({ controllers: [EmptyController] })
class EmptyModule {}

const app = await NestFactory.create(EmptyModule, new FastifyAdapter(), { logger: false });
app.useGlobalPipes(new ValidationPipe({ transform: true, whitelist: true, forbidNonWhitelisted: true }));
await app.listen(Number(process.env['API_PORT']), '127.0.0.1');
