import type { FastifyReply } from 'fastify';
import { COMMON_HEADERS, PAGE_POLICY } from './content-security.js';

/** Answers with a page. @param policy default: that of our own pages */
export async function sendPage(reply: FastifyReply, page: string, policy = PAGE_POLICY): Promise<void> {
  await reply
    .headers({ ...COMMON_HEADERS, 'content-security-policy': policy })
    .type('text/html; charset=utf-8')
    .send(page);
}
