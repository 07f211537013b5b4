import { Injectable, Logger } from '@nestjs/common';
import { MessageLevels } from '@outbell/limits/message-levels.js';
import { RateLimiter, type Slot } from '@outbell/limits/rate-limiter.js';
import type { Outcome } from '@outbell/shared/outcome.js';
import { DeliveryMetrics } from './delivery-metrics.js';
import type { Routed, Stop } from './delivery.js';
