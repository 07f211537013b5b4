import { z } from 'zod';

const webUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).max(2_000);

/** Where a vendor reports to, and how. */
export const targetSchema = z.strictObject({
  url: webUrl.optional(),
  /** What it signs with, in the vendor's form; made up when left out */
  secret: z.string().min(1).max(500).optional(),
  topic_arn: z
    .string()
    .regex(/^arn:aws:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/, 'must look like arn:aws:sns:eu-west-1:123456789012:name')
    .optional(),
  /** Where the receiver is told to find the certificate */
  signing_cert_url: webUrl.optional(),
  /** Asked back in WhatsApp's handshake when the target is set; without it there is none */
  verify_token: z.string().min(1).max(500).optional(),
  /** Between the message and its first report, and between two reports, in ms */
  delay_ms: z.int().min(0).max(600_000).default(200),
  /** Before the first repetition of a report that was not answered with 2xx, in ms; doubled each time */
  retry_ms: z.int().min(1).max(600_000).default(1_000),
});

export type Target = z.output<typeof targetSchema>;
