// Generated from the API’s description: npx vitest run libs/client -u

export interface paths {
    "/v1/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List messages, newest first
         * @description All conditions hold. One request looks through 20,000 messages at most, unless it names a recipient or a tag: a page may hold fewer than `limit`, even none, and still have a `next_cursor`, by which the search goes on. By pages: `next_cursor` of one is the `cursor` of the next.
         */
        get: operations["listMessages"];
        put?: never;
        /**
         * Send a message
         * @description Once answered 202 it is never lost.
         */
        post: operations["createMessage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send up to 1,000 messages
         * @description Each item is accepted or refused by itself, a malformed one too.
         */
        post: operations["createMessageBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a message with its timeline
         * @description What happened to it, each call to a provider, and what goes by other channels.
         */
        get: operations["getMessage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/{id}/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Why was it not sent (yet)?
         * @description Every step, with the values seen, in order.
         */
        get: operations["explainMessage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a queued message back
         * @description Nothing of it is sent, nor of its fallbacks. Only before a worker has begun.
         */
        post: operations["cancelMessage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Queue a failed, unknown or expired message again
         * @description An `unknown` one may then arrive twice: the choice is yours, and the timeline says so.
         */
        post: operations["retryMessage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/templates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List templates, newest first
         * @description Those that are not archived. By pages: `next_cursor` of one is the `cursor` of the next.
         */
        get: operations["listTemplates"];
        put?: never;
        /**
         * Make a template with its version 1
         * @description Messages get it once a version is published.
         */
        post: operations["createTemplate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/templates/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a template
         * @description An archived one too. Its versions have a list of their own.
         */
        get: operations["getTemplate"];
        put?: never;
        post?: never;
        /**
         * Archive a template
         * @description New messages cannot use it any more, and its name is free for another. Messages accepted before are sent, and show it; it stays readable by its id.
         */
        delete: operations["archiveTemplate"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/templates/{id}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the versions of a template with what they say, newest first
         * @description By pages: `next_cursor` of one is the `cursor` of the next.
         */
        get: operations["listTemplateVersions"];
        put?: never;
        /**
         * Add a version
         * @description Not published yet; the ones before stay as they are.
         */
        post: operations["createTemplateVersion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/templates/{id}/publish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Publish a version
         * @description Messages accepted before keep the version they were accepted with.
         */
        post: operations["publishTemplate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/templates/{id}/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Render a version without sending it
         * @description Answers 422 when a variable is missing.
         */
        post: operations["previewTemplate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/senders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List senders, newest first
         * @description Those that are not archived. By pages: `next_cursor` of one is the `cursor` of the next.
         */
        get: operations["listSenders"];
        put?: never;
        /**
         * Make a sender
         * @description One of email is `pending` until verified: a message with a code goes to the address, by the installation’s connection, or by yours where it has none. Those of other channels are `verified` at once: they are what the account at the vendor owns, and the vendor refuses any other. `verified_over` says whose connections it may go by.
         */
        post: operations["createSender"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/senders/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a sender
         * @description An archived one too. `status` says whether messages may come from it.
         */
        get: operations["getSender"];
        put?: never;
        post?: never;
        /**
         * Archive a sender
         * @description New messages cannot use it any more, and its address is free for another. Messages accepted before are sent, and show it; it stays readable by its id.
         */
        delete: operations["archiveSender"];
        options?: never;
        head?: never;
        /**
         * Rename, pause or limit a sender
         * @description A pause holds when it is answered, also for what workers have in hand; `in_flight` says what had left before.
         */
        patch: operations["updateSender"];
        trace?: never;
    };
    "/v1/senders/{id}/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Verify a sender
         * @description A code is good for 30 minutes and five attempts.
         */
        post: operations["verifySender"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/senders/{id}/resend-code": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send another code
         * @description The last one is void. At most one a minute. Also for a verified sender that is to go by the installation’s connections and has proven itself by yours.
         */
        post: operations["resendSenderCode"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/contacts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List contacts, newest first
         * @description By pages: `next_cursor` of one is the `cursor` of the next.
         */
        get: operations["listContacts"];
        put?: never;
        /**
         * Make a contact
         * @description A person who can be messaged.
         */
        post: operations["createContact"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/contacts/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Import a list of up to 100,000 contacts
         * @description Each row is stored or refused by itself, and told by its line. Columns: external_id, email, phone, locale, timezone, attributes (as JSON). A row is the contact of its external id; without one, that of its email, else of its phone; else a new one. What is empty stays as it is; the same list again changes nothing.
         */
        post: operations["importContacts"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/contacts/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export all contacts, newest first
         * @description CSV, or NDJSON for `Accept: application/x-ndjson`. In CSV an apostrophe stands before what a spreadsheet would take for a formula; an import takes it away.
         */
        get: operations["exportContacts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/contacts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a contact with its devices
         * @description Its addresses, its attributes, and the devices that a push to it can reach.
         */
        get: operations["getContact"];
        put?: never;
        post?: never;
        /**
         * Remove a contact with its devices
         * @description Messages to it, and suppressions, stay.
         */
        delete: operations["deleteContact"];
        options?: never;
        head?: never;
        /**
         * Change a contact
         * @description What is left out stays as it is; null takes it away.
         */
        patch: operations["updateContact"];
        trace?: never;
    };
    "/v1/contacts/{id}/devices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Register a device of a contact
         * @description Whenever the app or the browser has a token: one that is known is noted as seen, and passes to this contact if it was another’s. A token that a vendor calls dead is removed by itself.
         */
        post: operations["registerDevice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/contacts/{id}/devices/{deviceId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove a device of a contact
         * @description No push goes to it any more, until it is registered again.
         */
        delete: operations["deleteDevice"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/suppressions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List suppressions, newest first
         * @description By pages: `next_cursor` of one is the `cursor` of the next.
         */
        get: operations["listSuppressions"];
        put?: never;
        /**
         * Suppress an address
         * @description Nothing that its scope holds for is sent to it any more, not even what was accepted before, is scheduled, or waits in a worker’s hands: that is over when this is answered. `in_flight` says what a vendor was called for just before. Suppressing it again changes nothing.
         */
        post: operations["createSuppression"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/suppressions/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Import a list of up to 100,000 suppressions
         * @description Each row is suppressed or refused by itself, and told by its line. Columns: channel, address, reason (default `manual`), scope, topic. What is suppressed already keeps its reason: the same list again changes nothing.
         */
        post: operations["importSuppressions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/suppressions/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export all suppressions, newest first
         * @description CSV, or NDJSON for `Accept: application/x-ndjson`. In CSV an apostrophe stands before what a spreadsheet would take for a formula; an import takes it away.
         */
        get: operations["exportSuppressions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/suppressions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a suppression
         * @description What it holds for, and what led to it.
         */
        get: operations["getSuppression"];
        put?: never;
        post?: never;
        /**
         * Remove a suppression
         * @description The address may be messaged again. Leaves an audit line.
         */
        delete: operations["deleteSuppression"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List connections, newest first
         * @description Those that are not active too. By pages: `next_cursor` of one is the `cursor` of the next.
         */
        get: operations["listConnections"];
        put?: never;
        /**
         * Make a connection to a provider
         * @description Messages of its channel go through it at once. Its credentials are tried out at the provider, and saved whatever that says.
         */
        post: operations["createConnection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a connection
         * @description Its credentials are never shown.
         */
        get: operations["getConnection"];
        put?: never;
        post?: never;
        /**
         * Deactivate a connection
         * @description No message goes through it any more. It stays in the list, since messages refer to it.
         */
        delete: operations["deactivateConnection"];
        options?: never;
        head?: never;
        /**
         * Change a connection
         * @description The next message already goes by the change.
         */
        patch: operations["updateConnection"];
        trace?: never;
    };
    "/v1/connections/{id}/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Check a connection
         * @description Signs in at the provider, and sends nothing.
         */
        post: operations["verifyConnection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/whatsapp-sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List WhatsApp sessions, newest first
         * @description By pages: `next_cursor` of one is the `cursor` of the next.
         */
        get: operations["listWhatsAppSessions"];
        put?: never;
        /**
         * Link a telephone’s WhatsApp
         * @description Unofficial (Baileys): WhatsApp does not allow it and may ban the number. Follow `GET …/events` for the code that the telephone needs; then a connection of the provider `baileys` can send through it.
         */
        post: operations["createWhatsAppSession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/whatsapp-sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a WhatsApp session
         * @description `state` says whether messages can go through it, `reason` why not.
         */
        get: operations["getWhatsAppSession"];
        put?: never;
        post?: never;
        /**
         * Log a WhatsApp session out
         * @description It is deleted as soon as WhatsApp has been told, or cannot be told within half a minute.
         */
        delete: operations["deleteWhatsAppSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/whatsapp-sessions/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow the pairing of a WhatsApp session
         * @description Server-sent events: `waiting`, `qr {qr, image, expires_at}`, `code {code, expires_at}`, and at the end `connected {phone}` or `failed {reason}`.
         */
        get: operations["followWhatsAppSession"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List keys, newest first, revoked ones included
         * @description By pages: `next_cursor` of one is the `cursor` of the next.
         */
        get: operations["listKeys"];
        put?: never;
        /**
         * Make a key
         * @description It can be given only scopes that the asking key has itself, and ends no later.
         */
        post: operations["createKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a key
         * @description Its secret half is never shown again.
         */
        get: operations["getKey"];
        put?: never;
        post?: never;
        /**
         * Revoke a key
         * @description Its next request is already refused. It stays in the list. Keys that it made go on unless `descendants=true` revokes them too, and those that they made; the header `Live-Descendants` says how many go on.
         */
        delete: operations["revokeKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenant": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the tenant
         * @description Whether it may send, and why not.
         */
        get: operations["getTenant"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenant/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let a paused tenant send again
         * @description Its messages go on within two minutes. What has failed up to now counts for no further pause. 409 when it is not paused.
         */
        post: operations["resumeTenant"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/bounce-mails": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Hand over a mail that bounced
         * @description For mail sent by SMTP, whose bounces come back as mails: delivery status notifications and complaints (ARF). What it says is applied to the message it names; told again, it counts once.
         */
        post: operations["reportBounceMail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        BounceMailDto: {
            /**
             * @description What the mail says of messages. 0: it is no bounce, nor a complaint.
             * @example 1
             */
            events: number;
            /**
             * @description How much of it was not known before.
             * @example 1
             */
            new_events: number;
        };
        SesCredentials: {
            /**
             * @description The region whose endpoint is called.
             * @example eu-west-1
             */
            region: string;
            /**
             * @description Of a user who may do nothing but send.
             * @example AKIA…
             */
            access_key_id: string;
            /**
             * @description Write-only.
             * @example wJalr…
             */
            secret_access_key: string;
            /**
             * @description The configuration set that publishes events; without one SES tells nothing of what became of a message.
             * @example outbell
             */
            configuration_set?: string;
            /**
             * @description The SNS topics whose notifications are believed; those of all others are refused.
             * @example [
             *       "arn:aws:sns:eu-west-1:123456789012:receipts"
             *     ]
             */
            topic_arns?: string[];
            /** @description Another place that speaks the vendor’s protocol, such as the sandbox. Unencrypted or private only if OUTBOUND_ALLOW has its address. Default: `"https://email.<region>.amazonaws.com"`. */
            base_url?: string;
        };
        SendGridCredentials: {
            /**
             * @description A key that may send mail. Write-only.
             * @example SG.…
             */
            api_key: string;
            /**
             * @description The verification keys of the event webhook, in base64; two while one replaces the other.
             * @example [
             *       "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE…"
             *     ]
             */
            webhook_public_keys?: string[];
            /** @description Another place that speaks the vendor’s protocol, such as the sandbox. Unencrypted or private only if OUTBOUND_ALLOW has its address. Default: `"https://api.sendgrid.com"`. */
            base_url?: string;
        };
        ResendCredentials: {
            /**
             * @description A key that may send; it need not be allowed anything else. Write-only.
             * @example re_…
             */
            api_key: string;
            /**
             * @description The signing secrets of the webhook; two while one replaces the other. Write-only.
             * @example [
             *       "whsec_…"
             *     ]
             */
            webhook_secrets?: string[];
            /** @description Another place that speaks the vendor’s protocol, such as the sandbox. Unencrypted or private only if OUTBOUND_ALLOW has its address. Default: `"https://api.resend.com"`. */
            base_url?: string;
        };
        SmtpCredentials: {
            /**
             * @description Name or address of the mail server, without scheme or port.
             * @example smtp.example.com
             */
            host: string;
            /**
             * @description 465 for `tls`, 587 for `starttls`.
             * @example 587
             */
            port: number;
            /**
             * @description `tls`: encrypted from the first byte. `starttls`: upgraded before anything is said, or the call fails. The certificate is verified in both. `none`: plain text, only to addresses of OUTBOUND_ALLOW.
             * @example starttls
             * @enum {string}
             */
            security: "tls" | "starttls" | "none";
            /**
             * @description Together with `password`, or neither.
             * @example mailer@example.com
             */
            username?: string;
            /**
             * @description Write-only.
             * @example s3cret
             */
            password?: string;
            /**
             * @description Most connections kept open to the server, which is also how many messages go at once. Default: `5`.
             * @example 5
             */
            max_connections?: number;
            /**
             * @description PEM certificates to trust instead of the public ones, for a server with a private authority.
             * @example -----BEGIN CERTIFICATE-----
             *     …
             *     -----END CERTIFICATE-----
             */
            ca?: string;
        };
        SmsMobileApiCredentials: {
            /**
             * @description The key of the account. Write-only.
             * @example c0ffee…
             */
            api_key: string;
            /**
             * @description Which of the account’s telephones sends.
             * @example phone-1
             */
            device?: string;
            /**
             * @description The signing secrets of the webhook (V2); two while one replaces the other. Write-only.
             * @example [
             *       "the-signing-secret"
             *     ]
             */
            webhook_secrets?: string[];
            /** @description Another place that speaks the vendor’s protocol, such as the sandbox. Unencrypted or private only if OUTBOUND_ALLOW has its address. Default: `"https://api.smsmobileapi.com"`. */
            base_url?: string;
        };
        SnsCredentials: {
            /**
             * @description The region whose endpoint is called.
             * @example eu-west-1
             */
            region: string;
            /**
             * @description Of a user who may do nothing but send.
             * @example AKIA…
             */
            access_key_id: string;
            /**
             * @description Write-only.
             * @example wJalr…
             */
            secret_access_key: string;
            /**
             * @description The name that recipients see when the sender of a message is a number.
             * @example OUTBELL
             */
            sender_id?: string;
            /**
             * @description The SNS topics whose notifications are believed; those of all others are refused.
             * @example [
             *       "arn:aws:sns:eu-west-1:123456789012:receipts"
             *     ]
             */
            topic_arns?: string[];
            /** @description Another place that speaks the vendor’s protocol, such as the sandbox. Unencrypted or private only if OUTBOUND_ALLOW has its address. Default: `"https://sns.<region>.amazonaws.com"`. */
            base_url?: string;
        };
        TwilioCredentials: {
            /**
             * @description The account: AC and 32 hex digits.
             * @example AC0123456789abcdef0123456789abcdef
             */
            account_sid: string;
            /**
             * @description The account’s auth token, which also signs its callbacks. Write-only.
             * @example s3cret
             */
            auth_token: string;
            /**
             * @description A messaging service that chooses the sender; without it the message’s own sender is used.
             * @example MG0123456789abcdef0123456789abcdef
             */
            messaging_service_sid?: string;
            /**
             * @description Auth tokens that still sign callbacks while the account changes its token, at most 5. Write-only.
             * @example []
             */
            former_auth_tokens?: string[];
            /** @description Another place that speaks the vendor’s protocol, such as the sandbox. Unencrypted or private only if OUTBOUND_ALLOW has its address. Default: `"https://api.twilio.com"`. */
            base_url?: string;
        };
        WhatsAppCloudCredentials: {
            /**
             * @description The id of the number that sends, not the number itself.
             * @example 106540352242922
             */
            phone_number_id: string;
            /**
             * @description A system user’s token with whatsapp_business_messaging. Write-only.
             * @example EAAJ…
             */
            access_token: string;
            /**
             * @description The secrets of the app that signs callbacks: the present one, and former ones while it changes. Write-only.
             * @example [
             *       "s3cret"
             *     ]
             */
            app_secrets?: string[];
            /**
             * @description What the app’s callback settings ask us to know.
             * @example a-word
             */
            verify_token?: string;
            /**
             * @description Of the Graph API. Default: `"v23.0"`.
             * @example v23.0
             */
            api_version?: string;
            /** @description Another place that speaks the vendor’s protocol, such as the sandbox. Unencrypted or private only if OUTBOUND_ALLOW has its address. Default: `"https://graph.facebook.com"`. */
            base_url?: string;
        };
        FcmServiceAccount: {
            [key: string]: unknown;
        };
        FcmCredentials: {
            /**
             * @description The JSON file of a service account that may send messages, as an object. Write-only.
             * @example {
             *       "project_id": "our-app",
             *       "client_email": "push@our-app.iam.gserviceaccount.com",
             *       "private_key": "-----BEGIN…"
             *     }
             */
            service_account: components["schemas"]["FcmServiceAccount"];
            /** @description Another place that speaks the vendor’s protocol, such as the sandbox. Unencrypted or private only if OUTBOUND_ALLOW has its address. Default: `"https://fcm.googleapis.com"`. */
            base_url?: string;
        };
        WebPushCredentials: {
            /**
             * @description The public VAPID key: 65 bytes as base64url without padding.
             * @example BNcRdreALRFX…
             */
            public_key: string;
            /**
             * @description The private VAPID key: 32 bytes as base64url. Write-only.
             * @example 5I7MDzXh…
             */
            private_key: string;
            /**
             * @description Where push services reach who sends: `mailto:` or `https:`. Some refuse `localhost`.
             * @example mailto:push@example.com
             */
            subject: string;
        };
        VoicePartnerCredentials: {
            /**
             * @description The key of the account. Write-only.
             * @example c0ffee…
             */
            api_key: string;
            /**
             * @description Where Voice Partner reports the end of each call; it refuses calls without one.
             * @example voice@example.com
             */
            email_for_notification: string;
            /** @description Another place that speaks the vendor’s protocol, such as the sandbox. Unencrypted or private only if OUTBOUND_ALLOW has its address. Default: `"https://api.voicepartner.fr"`. */
            base_url?: string;
        };
        BaileysCredentials: {
            /**
             * @description The name of a WhatsApp session (`POST /v1/whatsapp-sessions`). Unofficial: WhatsApp may ban the number.
             * @example shop
             */
            session: string;
        };
        RouteConditionsDto: {
            /**
             * @description Beginnings of telephone numbers.
             * @example [
             *       "+33"
             *     ]
             */
            country_prefixes?: string[];
            /**
             * @description Of email addresses; exact.
             * @example [
             *       "example.org"
             *     ]
             */
            recipient_domains?: string[];
            /**
             * @description Of the message.
             * @example [
             *       "high"
             *     ]
             */
            priorities?: components["schemas"]["Priority"][];
            /**
             * @description Messages that have one of these tags.
             * @example [
             *       "receipts"
             *     ]
             */
            tags?: string[];
        };
        /**
         * @example {
         *       "channel": "email",
         *       "provider": "ses",
         *       "name": "our ses",
         *       "credentials": {
         *         "region": "eu-west-1",
         *         "access_key_id": "AKIAIOSFODNN7EXAMPLE",
         *         "secret_access_key": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
         *       }
         *     }
         */
        CreateConnectionDto: {
            /** @example email */
            channel: components["schemas"]["Channel"];
            /**
             * @description One of the channel.
             * @example smtp
             * @enum {string}
             */
            provider: "ses" | "sendgrid" | "resend" | "smtp" | "smsmobileapi" | "sns" | "twilio" | "twilio-whatsapp" | "whatsapp-cloud" | "fcm" | "web-push" | "voice-partner" | "baileys";
            /**
             * @description No two connections have the same.
             * @example our mail server
             */
            name: string;
            /**
             * @description The lowest is tried first. One that is made without has 100.
             * @example 100
             */
            priority?: number;
            /**
             * @description Its share of the messages among connections of the same priority. One that is made without has 1.
             * @example 1
             */
            weight?: number;
            /** @description Which messages it takes, all conditions together; null: all messages. */
            conditions?: components["schemas"]["RouteConditionsDto"] | null;
            /**
             * @description How many messages it may send in a time, all limits at once. More wait, in the order in which they came, urgent ones too. Empty: what the provider takes of every account (Voice Partner 5/min), else no limit.
             * @example 14/s,50000/d
             */
            rate_limits?: string;
            /** @description What the provider needs. Stored encrypted; no answer ever holds them. */
            credentials: components["schemas"]["SesCredentials"] | components["schemas"]["SendGridCredentials"] | components["schemas"]["ResendCredentials"] | components["schemas"]["SmtpCredentials"] | components["schemas"]["SmsMobileApiCredentials"] | components["schemas"]["SnsCredentials"] | components["schemas"]["TwilioCredentials"] | components["schemas"]["WhatsAppCloudCredentials"] | components["schemas"]["FcmCredentials"] | components["schemas"]["WebPushCredentials"] | components["schemas"]["VoicePartnerCredentials"] | components["schemas"]["BaileysCredentials"];
        };
        VerificationDto: {
            /**
             * @description The provider took the credentials.
             * @example true
             */
            ok: boolean;
            /**
             * @description Why it did not.
             * @example connection_refused
             */
            reason?: string;
        };
        SavedConnectionDto: {
            /**
             * Format: uuid
             * @example 0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a80
             */
            id: string;
            /**
             * Format: date-time
             * @example 2026-11-30T09:00:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-11-30T09:00:00.000Z
             */
            updated_at: string;
            /** @example email */
            channel: components["schemas"]["Channel"];
            /** @example smtp */
            provider: string;
            /** @example our mail server */
            name: string;
            /**
             * @description Of the active connections of a channel the lowest is tried first.
             * @example 100
             */
            priority: number;
            /**
             * @description Its share of the messages among connections of the same priority.
             * @example 1
             */
            weight: number;
            /** @description Which messages it takes. Null: all. */
            conditions: components["schemas"]["RouteConditionsDto"] | null;
            /**
             * @description What may go through it in a time. Empty: what the provider takes of every account, else as much as there is.
             * @example 14/s,50000/d
             */
            rate_limits: string;
            /**
             * @description No message goes through one that is not.
             * @example true
             */
            active: boolean;
            /**
             * @description Grows with every change.
             * @example 1
             */
            version: number;
            /**
             * Format: uri
             * @description Where the provider may report what became of messages: enter it there (docs/callbacks.md). A secret, for keys with `connections:write`. Null: for other keys, or when the provider reports nothing.
             * @example https://mail.example.com/callbacks/ses/0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a80?t=k1.MDE5OQ.x
             */
            callback_url: string | null;
            /** @description What the provider said to new credentials. They are saved whatever it said: it may be away for a moment. */
            verification?: components["schemas"]["VerificationDto"];
        };
        ConnectionDto: {
            /**
             * Format: uuid
             * @example 0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a80
             */
            id: string;
            /**
             * Format: date-time
             * @example 2026-11-30T09:00:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-11-30T09:00:00.000Z
             */
            updated_at: string;
            /** @example email */
            channel: components["schemas"]["Channel"];
            /** @example smtp */
            provider: string;
            /** @example our mail server */
            name: string;
            /**
             * @description Of the active connections of a channel the lowest is tried first.
             * @example 100
             */
            priority: number;
            /**
             * @description Its share of the messages among connections of the same priority.
             * @example 1
             */
            weight: number;
            /** @description Which messages it takes. Null: all. */
            conditions: components["schemas"]["RouteConditionsDto"] | null;
            /**
             * @description What may go through it in a time. Empty: what the provider takes of every account, else as much as there is.
             * @example 14/s,50000/d
             */
            rate_limits: string;
            /**
             * @description No message goes through one that is not.
             * @example true
             */
            active: boolean;
            /**
             * @description Grows with every change.
             * @example 1
             */
            version: number;
            /**
             * Format: uri
             * @description Where the provider may report what became of messages: enter it there (docs/callbacks.md). A secret, for keys with `connections:write`. Null: for other keys, or when the provider reports nothing.
             * @example https://mail.example.com/callbacks/ses/0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a80?t=k1.MDE5OQ.x
             */
            callback_url: string | null;
        };
        ConnectionPageDto: {
            /**
             * @description Give it back as `cursor` for what follows. Null: nothing does.
             * @example null
             */
            next_cursor: string | null;
            data: components["schemas"]["ConnectionDto"][];
        };
        /**
         * @example {
         *       "priority": 50,
         *       "weight": 3,
         *       "rate_limits": "14/s,50000/d"
         *     }
         */
        UpdateConnectionDto: {
            /**
             * @description No two connections have the same.
             * @example our mail server
             */
            name?: string;
            /**
             * @description The lowest is tried first. One that is made without has 100.
             * @example 100
             */
            priority?: number;
            /**
             * @description Its share of the messages among connections of the same priority. One that is made without has 1.
             * @example 1
             */
            weight?: number;
            /** @description Which messages it takes, all conditions together; null: all messages. */
            conditions?: components["schemas"]["RouteConditionsDto"] | null;
            /**
             * @description How many messages it may send in a time, all limits at once. More wait, in the order in which they came, urgent ones too. Empty: what the provider takes of every account (Voice Partner 5/min), else no limit.
             * @example 14/s,50000/d
             */
            rate_limits?: string;
            /** @description No message goes through one that is not active. */
            active?: boolean;
            /** @description Replace the former ones, all of them. */
            credentials?: components["schemas"]["SesCredentials"] | components["schemas"]["SendGridCredentials"] | components["schemas"]["ResendCredentials"] | components["schemas"]["SmtpCredentials"] | components["schemas"]["SmsMobileApiCredentials"] | components["schemas"]["SnsCredentials"] | components["schemas"]["TwilioCredentials"] | components["schemas"]["WhatsAppCloudCredentials"] | components["schemas"]["FcmCredentials"] | components["schemas"]["WebPushCredentials"] | components["schemas"]["VoicePartnerCredentials"] | components["schemas"]["BaileysCredentials"];
        };
        /**
         * @example {
         *       "external_id": "customer-17",
         *       "email": "ann@example.org",
         *       "phone": "+33612345678",
         *       "locale": "fr-FR",
         *       "timezone": "Europe/Paris",
         *       "attributes": {
         *         "plan": "pro"
         *       }
         *     }
         */
        ContactFieldsDto: {
            /**
             * @description Yours; no two contacts have the same.
             * @example customer-17
             */
            external_id?: string | null;
            /** @example ann@example.org */
            email?: string | null;
            /**
             * @description E.164.
             * @example +33612345678
             */
            phone?: string | null;
            /**
             * @description BCP 47.
             * @example fr-FR
             */
            locale?: string | null;
            /**
             * @description IANA.
             * @example Europe/Paris
             */
            timezone?: string | null;
            /**
             * @description Yours; replaced as a whole. At most 10 KB of JSON.
             * @example {
             *       "plan": "pro"
             *     }
             */
            attributes?: {
                [key: string]: unknown;
            } | null;
        };
        ContactDto: {
            /**
             * Format: uuid
             * @example 0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a80
             */
            id: string;
            /**
             * Format: date-time
             * @example 2026-11-30T09:00:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-11-30T09:00:00.000Z
             */
            updated_at: string;
            /** @example customer-17 */
            external_id: string | null;
            /** @example ann@example.org */
            email: string | null;
            /** @example +33612345678 */
            phone: string | null;
            /** @example fr-FR */
            locale: string | null;
            /** @example Europe/Paris */
            timezone: string | null;
            /**
             * @example {
             *       "plan": "pro"
             *     }
             */
            attributes: {
                [key: string]: unknown;
            };
        };
        ContactPageDto: {
            /**
             * @description Give it back as `cursor` for what follows. Null: nothing does.
             * @example null
             */
            next_cursor: string | null;
            data: components["schemas"]["ContactDto"][];
        };
        ImportErrorDto: {
            /**
             * @description Where the row begins, counted from 1; of CSV the header is line 1.
             * @example 17
             */
            line: number;
            /**
             * @description Null: it is the row as a whole.
             * @example address
             */
            column: string | null;
            /**
             * @description The stable name of what is wrong.
             * @example invalid_address
             */
            code: components["schemas"]["ErrorCode"];
            /**
             * @description What is wrong and how to mend it.
             * @example must hold exactly one @
             */
            message: string;
        };
        ImportDto: {
            /**
             * @description Rows that are stored: those created, updated and unchanged.
             * @example 98
             */
            accepted: number;
            /**
             * @description Of these, what was not there before.
             * @example 90
             */
            created: number;
            /**
             * @description Of these, what was there and has changed.
             * @example 0
             */
            updated: number;
            /**
             * @description Of these, what was there already, or stands in the list twice.
             * @example 8
             */
            unchanged: number;
            /**
             * @description Rows that are not stored; `errors` says why.
             * @example 2
             */
            rejected: number;
            /**
             * @description False: the list was not read to its end; the last error says why.
             * @example true
             */
            complete: boolean;
            /** @description The first hundred, by line. */
            errors: components["schemas"]["ImportErrorDto"][];
            /**
             * @description Whether there are more errors than these.
             * @example false
             */
            errors_truncated: boolean;
        };
        DeviceDto: {
            /**
             * Format: uuid
             * @example 0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a80
             */
            id: string;
            /**
             * Format: date-time
             * @example 2026-11-30T09:00:00.000Z
             */
            created_at: string;
            /** @enum {string} */
            provider: "fcm" | "web-push";
            /** @description As messages name it in `to`. */
            token: string;
            /** @example android */
            platform: string | null;
            /**
             * Format: date-time
             * @description When it was registered last.
             * @example 2026-11-30T09:00:00.000Z
             */
            last_seen_at: string;
        };
        ContactWithDevicesDto: {
            /**
             * Format: uuid
             * @example 0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a80
             */
            id: string;
            /**
             * Format: date-time
             * @example 2026-11-30T09:00:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-11-30T09:00:00.000Z
             */
            updated_at: string;
            /** @example customer-17 */
            external_id: string | null;
            /** @example ann@example.org */
            email: string | null;
            /** @example +33612345678 */
            phone: string | null;
            /** @example fr-FR */
            locale: string | null;
            /** @example Europe/Paris */
            timezone: string | null;
            /**
             * @example {
             *       "plan": "pro"
             *     }
             */
            attributes: {
                [key: string]: unknown;
            };
            /** @description The last seen first; 100 at most. */
            devices: components["schemas"]["DeviceDto"][];
        };
        /**
         * @example {
         *       "provider": "fcm",
         *       "token": "fGx1mQ0sT9u:APA91bH-a-registration-token-of-FCM",
         *       "platform": "android"
         *     }
         */
        SeeDeviceDto: {
            /**
             * @description Who reaches it.
             * @example web-push
             * @enum {string}
             */
            provider: "fcm" | "web-push";
            /**
             * @description FCM: the token of the app. Web push: `JSON.stringify(subscription)` of the browser.
             * @example {"endpoint":"https://updates.push.services.mozilla.com/wpush/v2/…","keys":{"p256dh":"…","auth":"…"}}
             */
            token: string;
            /**
             * @description Yours: what it runs on.
             * @example android
             */
            platform?: string | null;
        };
        /**
         * @example {
         *       "name": "billing service",
         *       "scopes": [
         *         "messages:write",
         *         "messages:read"
         *       ],
         *       "mode": "live",
         *       "rate_limit": "600/min"
         *     }
         */
        CreateKeyDto: {
            /**
             * @description What it is for; shown in the list.
             * @example billing service
             */
            name: string;
            /**
             * @description What it opens; nothing else.
             * @example [
             *       "messages:write",
             *       "messages:read"
             *     ]
             */
            scopes: components["schemas"]["Scope"][];
            /**
             * @description What a `test` key accepts is rendered but never leaves.
             * @enum {string}
             */
            mode: "live" | "test";
            /**
             * Format: date-time
             * @description From when on it no longer opens; not later than the asking key does. Default: when that one ends, or never.
             * @example 2027-12-31T00:00:00Z
             */
            expires_at?: string | null;
            /**
             * @description Requests it may make in a time, several with commas; no more than the asking key may. Default: the limit of the asking key, else the installation’s (`API_RATE_LIMIT`).
             * @example 600/min
             */
            rate_limit?: string;
        };
        CreatedKeyDto: {
            /**
             * Format: uuid
             * @example 0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a80
             */
            id: string;
            /**
             * Format: date-time
             * @example 2026-11-30T09:00:00.000Z
             */
            created_at: string;
            /** @example billing service */
            name: string;
            /**
             * @description The public half, by which it is recognized.
             * @example ob_live_8fK2mQ9xZr1T
             */
            prefix: string;
            /** @enum {string} */
            mode: "live" | "test";
            scopes: components["schemas"]["Scope"][];
            /**
             * @description Requests it may make. Empty: the installation’s limit.
             * @example 600/min
             */
            rate_limit: string;
            /**
             * Format: date-time
             * @description From then on it opens nothing.
             * @example 2026-11-30T09:00:00.000Z
             */
            expires_at: string | null;
            /**
             * Format: date-time
             * @description Since then it opens nothing.
             * @example 2026-11-30T09:00:00.000Z
             */
            revoked_at: string | null;
            /**
             * Format: date-time
             * @description Within a minute.
             * @example 2026-11-30T09:00:00.000Z
             */
            last_used_at: string | null;
            /**
             * Format: uuid
             * @description The key that made it. Null: the operator did.
             * @example 0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a70
             */
            created_by: string | null;
            /**
             * @description The whole key. It is shown this once and cannot be read again.
             * @example ob_live_8fK2mQ9xZr1T_…
             */
            key: string;
        };
        KeyDto: {
            /**
             * Format: uuid
             * @example 0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a80
             */
            id: string;
            /**
             * Format: date-time
             * @example 2026-11-30T09:00:00.000Z
             */
            created_at: string;
            /** @example billing service */
            name: string;
            /**
             * @description The public half, by which it is recognized.
             * @example ob_live_8fK2mQ9xZr1T
             */
            prefix: string;
            /** @enum {string} */
            mode: "live" | "test";
            scopes: components["schemas"]["Scope"][];
            /**
             * @description Requests it may make. Empty: the installation’s limit.
             * @example 600/min
             */
            rate_limit: string;
            /**
             * Format: date-time
             * @description From then on it opens nothing.
             * @example 2026-11-30T09:00:00.000Z
             */
            expires_at: string | null;
            /**
             * Format: date-time
             * @description Since then it opens nothing.
             * @example 2026-11-30T09:00:00.000Z
             */
            revoked_at: string | null;
            /**
             * Format: date-time
             * @description Within a minute.
             * @example 2026-11-30T09:00:00.000Z
             */
            last_used_at: string | null;
            /**
             * Format: uuid
             * @description The key that made it. Null: the operator did.
             * @example 0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a70
             */
            created_by: string | null;
        };
        KeyPageDto: {
            /**
             * @description Give it back as `cursor` for what follows. Null: nothing does.
             * @example null
             */
            next_cursor: string | null;
            data: components["schemas"]["KeyDto"][];
        };
        TemplateRefDto: {
            /** @example welcome */
            name: string;
            /**
             * @description Default: `"en"`.
             * @example en
             */
            locale?: string;
            /**
             * @description Default: the published one.
             * @example 3
             */
            version?: number;
        };
        WhatsAppHeaderDto: {
            /**
             * @example document
             * @enum {string}
             */
            type: "text" | "image" | "video" | "document";
            /**
             * @description Of `text`: what stands in the header’s {{1}}.
             * @example A-17
             */
            text?: string;
            /**
             * @description Of `text`, where the placeholder in the header has a name.
             * @example order
             */
            parameter_name?: string;
            /**
             * Format: uri
             * @description Of image, video and document: where WhatsApp fetches it, by https at a public name. Or give `id`.
             * @example https://example.com/invoice.pdf
             */
            link?: string;
            /**
             * @description Of media that was uploaded to WhatsApp.
             * @example 1013859600285441
             */
            id?: string;
            /**
             * @description Of a document, as the recipient sees it.
             * @example invoice.pdf
             */
            filename?: string;
        };
        WhatsAppButtonDto: {
            /**
             * @description `url`: the end of its address, and the code in the button of an authentication template. `quick_reply`: what comes back when it is tapped. `copy_code`: what is copied.
             * @example url
             * @enum {string}
             */
            type: "url" | "quick_reply" | "copy_code";
            /** @example 481516 */
            value: string;
            /**
             * @description Its position among the template’s buttons, from 0. Default: its position in this list.
             * @example 0
             */
            index?: number;
        };
        WhatsAppTemplateDto: {
            /**
             * @description Its name; at Twilio the ContentSid (`HX…`).
             * @example order_shipped
             */
            name: string;
            /**
             * @description As WhatsApp writes it: the template in this language and in no other.
             * @example pt_BR
             */
            language: string;
            /**
             * @description Of its body, in order: {{1}}, {{2}} …; of an authentication template the code.
             * @example [
             *       "Ann",
             *       "A-17"
             *     ]
             */
            parameters?: string[];
            /**
             * @description Of its body, where its placeholders have names: {{order}}. Instead of `parameters`.
             * @example {
             *       "name": "Ann",
             *       "order": "A-17"
             *     }
             */
            named_parameters?: {
                [key: string]: string;
            };
            /** @description What stands in its header, where that takes something. */
            header?: components["schemas"]["WhatsAppHeaderDto"];
            /**
             * @description What its buttons take. An authentication template has its code here once more, as `url`.
             * @example [
             *       {
             *         "type": "url",
             *         "value": "A-17"
             *       }
             *     ]
             */
            buttons?: components["schemas"]["WhatsAppButtonDto"][];
        };
        FallbackDto: {
            /** @example email */
            channel: components["schemas"]["Channel"];
            /**
             * @description One address, without a display name; left out where a contact is named. Email: an address. SMS, WhatsApp, voice: a number in E.164. Push: a device’s FCM token, or the subscription of a browser as JSON without blanks: `{"endpoint":"https://…","keys":{"p256dh":"…","auth":"…"}}`.
             * @example ann@example.org
             */
            to?: string;
            /**
             * @description Id or address of a verified sender.
             * @example shop@example.com
             */
            sender: string;
            /** @description A published template; or give the content inline, which is sent as it is, never rendered. */
            template?: components["schemas"]["TemplateRefDto"];
            /**
             * @description What the template asks for. At most 100 KB of JSON.
             * @example {
             *       "name": "Ann"
             *     }
             */
            variables?: {
                [key: string]: unknown;
            };
            /**
             * @description Email: its subject. Push: its title.
             * @example Your receipt
             */
            subject?: string;
            /**
             * @description Email: its html.
             * @example <p>Thank you.</p>
             */
            html?: string;
            /**
             * @description Email: made from the html when left out. SMS: to 1,600 characters. WhatsApp, push: to 4,096 characters.
             * @example Thank you.
             */
            text?: string;
            /** @description WhatsApp: instead of `text`, what a business may begin a conversation with. */
            whatsapp_template?: components["schemas"]["WhatsAppTemplateDto"];
            /**
             * @description Push: texts for the app, inline or beside a template. At most 3 KB of JSON.
             * @example {
             *       "order_id": "A-17"
             *     }
             */
            data?: {
                [key: string]: string;
            };
            /**
             * @description Voice: the vendor’s token of a recording.
             * @example a1b2c3
             */
            audio?: string;
            /**
             * Format: date-time
             * @description It is not sent after this time.
             * @example 2027-01-31T12:00:00Z
             */
            expires_at?: string;
            /**
             * @description ISO 8601, from PT1M to P7D: counted from when the message is due, or from when the fallback before it went.
             * @example PT15M
             */
            after: string;
        };
        /**
         * @example {
         *       "channel": "email",
         *       "to": "ann@example.org",
         *       "sender": "shop@example.com",
         *       "subject": "Your receipt",
         *       "html": "<p>Thank you.</p>",
         *       "text": "Thank you."
         *     }
         */
        CreateMessageDto: {
            /** @example email */
            channel: components["schemas"]["Channel"];
            /**
             * @description One address, without a display name; left out where a contact is named. Email: an address. SMS, WhatsApp, voice: a number in E.164. Push: a device’s FCM token, or the subscription of a browser as JSON without blanks: `{"endpoint":"https://…","keys":{"p256dh":"…","auth":"…"}}`.
             * @example ann@example.org
             */
            to?: string;
            /**
             * @description Id or address of a verified sender.
             * @example shop@example.com
             */
            sender: string;
            /** @description A published template; or give the content inline, which is sent as it is, never rendered. */
            template?: components["schemas"]["TemplateRefDto"];
            /**
             * @description What the template asks for. At most 100 KB of JSON.
             * @example {
             *       "name": "Ann"
             *     }
             */
            variables?: {
                [key: string]: unknown;
            };
            /**
             * @description Email: its subject. Push: its title.
             * @example Your receipt
             */
            subject?: string;
            /**
             * @description Email: its html.
             * @example <p>Thank you.</p>
             */
            html?: string;
            /**
             * @description Email: made from the html when left out. SMS: to 1,600 characters. WhatsApp, push: to 4,096 characters.
             * @example Thank you.
             */
            text?: string;
            /** @description WhatsApp: instead of `text`, what a business may begin a conversation with. */
            whatsapp_template?: components["schemas"]["WhatsAppTemplateDto"];
            /**
             * @description Push: texts for the app, inline or beside a template. At most 3 KB of JSON.
             * @example {
             *       "order_id": "A-17"
             *     }
             */
            data?: {
                [key: string]: string;
            };
            /**
             * @description Voice: the vendor’s token of a recording.
             * @example a1b2c3
             */
            audio?: string;
            /**
             * Format: date-time
             * @description It is not sent after this time.
             * @example 2027-01-31T12:00:00Z
             */
            expires_at?: string;
            /**
             * @description Id or external id of a contact, instead of `to`: the address it has on the channel now. Of push the device that was seen last, and no other.
             * @example customer-17
             */
            to_contact?: string;
            /**
             * Format: date-time
             * @description Not before this time. Needs its offset.
             * @example 2027-01-31T09:00:00+01:00
             */
            scheduled_at?: string;
            /** @description A code is `high`; a newsletter is `bulk`: it waits for everybody else and carries an unsubscribe link. Default: `"normal"`. */
            priority?: components["schemas"]["Priority"];
            /**
             * @description Yours; given back as it is. At most 10 KB of JSON.
             * @example {
             *       "order_id": "A-17"
             *     }
             */
            metadata?: {
                [key: string]: unknown;
            };
            /**
             * @description At most 10, to find messages by.
             * @example [
             *       "receipts"
             *     ]
             */
            tags?: string[];
            /**
             * @description Of bulk messages alone: what this one belongs to. Who unsubscribes from it gets no more of that topic, and all else as before.
             * @example offers
             */
            topic?: string;
            /**
             * @description When nobody can know whether it was sent: `park` leaves it for you to decide; `resend` sends it again, so that the person may get it twice. Default: `"park"`.
             * @enum {string}
             */
            on_unknown?: "park" | "resend";
            /**
             * @description Other channels, should this one not deliver in time: the first entry, then the next. Each goes at most once, as a message of its own with this one’s mode, priority, metadata, tags and topic.
             * @example [
             *       {
             *         "channel": "sms",
             *         "to": "+33612345678",
             *         "sender": "MyShop",
             *         "text": "Thank you.",
             *         "after": "PT15M"
             *       }
             *     ]
             */
            fallback?: components["schemas"]["FallbackDto"][];
        };
        AcceptedDto: {
            /**
             * Format: uuid
             * @example 0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a80
             */
            id: string;
            /**
             * Format: date-time
             * @example 2026-11-30T09:00:00.000Z
             */
            created_at: string;
            /** @enum {string} */
            status: "queued";
        };
        ProblemField: {
            /**
             * @description Where: the path of the field in the body, or its name in the URL.
             * @example messages.3.to
             */
            field: string;
            /**
             * @description What is wrong and how to mend it.
             * @example must be an email address
             */
            message: string;
            /**
             * @description The stable name of what is wrong with the field.
             * @example invalid_address
             */
            code: components["schemas"]["ErrorCode"];
        };
        Problem: {
            /**
             * Format: uri
             * @description The kind of problem: a page that says what `code` means and how to mend it.
             * @example https://outbell.example.com/problems/invalid_input
             */
            type: string;
            /**
             * @description The status in words.
             * @example Bad Request
             */
            title: string;
            /**
             * @description That of the answer.
             * @example 400
             */
            status: number;
            /**
             * @description What happened this time.
             * @example to: must be an email address
             */
            detail: string;
            /**
             * Format: uuid
             * @description The id of this request, also in the header `X-Request-Id` and on its log lines.
             * @example 0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a80
             */
            instance: string;
            /**
             * @description The stable name of what is wrong: branch on this, not on the words.
             * @example invalid_input
             */
            code: components["schemas"]["ProblemCode"];
            /** @description Every field that is wrong, once each. */
            errors?: components["schemas"]["ProblemField"][];
        };
        /**
         * @example {
         *       "messages": [
         *         {
         *           "channel": "email",
         *           "to": "ann@example.org",
         *           "sender": "shop@example.com",
         *           "subject": "Your receipt",
         *           "text": "Thank you, Ann."
         *         },
         *         {
         *           "channel": "email",
         *           "to": "bob@example.org",
         *           "sender": "shop@example.com",
         *           "subject": "Your receipt",
         *           "text": "Thank you, Bob."
         *         }
         *       ]
         *     }
         */
        CreateBatchDto: {
            /** @description Each is accepted or refused by itself. */
            messages: components["schemas"]["CreateMessageDto"][];
        };
        BatchResultDto: {
            /**
             * @description Its position in the request, from 0.
             * @example 0
             */
            index: number;
            /**
             * @description 202, or why it was refused: 400 or 422; 500 when we failed at it.
             * @example 202
             */
            status: number;
            /**
             * Format: uuid
             * @description Of the message, when accepted.
             * @example 0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a80
             */
            id?: string;
            /**
             * @description The stable name of what is wrong, when refused.
             * @example unknown_template
             */
            code?: components["schemas"]["ProblemCode"];
            /** @description What is wrong, when refused. */
            errors?: components["schemas"]["ProblemField"][];
        };
        BatchDto: {
            /** @description One for each item, in the order of the request. */
            results: components["schemas"]["BatchResultDto"][];
        };
        MessageDto: {
            /**
             * Format: uuid
             * @example 0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a80
             */
            id: string;
            /**
             * Format: date-time
             * @example 2026-11-30T09:00:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-11-30T09:00:00.000Z
             */
            updated_at: string;
            /** @example sent */
            status: components["schemas"]["MessageStatus"];
            /**
             * @description Why it is not sent; see its explanation.
             * @example null
             */
            reason: string | null;
            channel: components["schemas"]["Channel"];
            /**
             * @description That of its key: `test` never leaves.
             * @enum {string}
             */
            mode: "live" | "test";
            priority: components["schemas"]["Priority"];
            /**
             * @description The address it goes to, in its canonical spelling.
             * @example ann@example.org
             */
            to: string;
            /**
             * Format: uuid
             * @example 0199d2c5-6a10-7000-8000-000000000001
             */
            sender_id: string;
            /** @description What it is rendered from. Null: its own content. */
            template_version_id: string | null;
            /**
             * @description Calls to a provider so far.
             * @example 1
             */
            attempts: number;
            /**
             * Format: date-time
             * @description Not before this time: schedule, deferral or retry.
             * @example 2026-11-30T09:00:00.000Z
             */
            due_at: string;
            /**
             * Format: date-time
             * @description Not sent after this time.
             * @example 2026-11-30T09:00:00.000Z
             */
            expires_at: string | null;
            /**
             * @description Of its latest call.
             * @example smtp
             */
            provider: string | null;
            /** @description What the vendor calls it. */
            provider_message_id: string | null;
            /**
             * @description As you gave it.
             * @example {
             *       "order_id": "A-17"
             *     }
             */
            metadata?: {
                [key: string]: unknown;
            } | null;
            /**
             * @description What it can be found by.
             * @example [
             *       "receipts"
             *     ]
             */
            tags: string[];
            /** @description Of bulk: what its recipient can unsubscribe from alone. */
            topic: string | null;
        };
        MessagePageDto: {
            /**
             * @description Give it back as `cursor` for what follows. Null: nothing does.
             * @example null
             */
            next_cursor: string | null;
            data: components["schemas"]["MessageDto"][];
        };
        TimelineEntryDto: {
            /**
             * Format: date-time
             * @example 2026-11-30T09:00:00.000Z
             */
            at: string;
            /**
             * @description `attempt` is the call to a provider; the others are what came of it.
             * @example sent
             */
            type: string;
            /**
             * @description The attempt it belongs to.
             * @example 1
             */
            attempt?: number;
            /**
             * @description Of an `attempt`: who was called.
             * @example smtp
             */
            provider?: string;
            /**
             * @description A machine word that stays the same.
             * @example mailbox_unavailable
             */
            reason?: string;
            /**
             * @description The values seen.
             * @example {
             *       "code": 250
             *     }
             */
            detail?: {
                [key: string]: unknown;
            };
        };
        ShownFallbackDto: {
            /** @example sms */
            channel: components["schemas"]["Channel"];
            /**
             * @description `gone`: it is a message of its own. `refused`: it could not be accepted. `not_needed`: an earlier one was delivered.
             * @example gone
             * @enum {string}
             */
            state: "waiting" | "going" | "gone" | "refused" | "not_needed" | "canceled";
            /**
             * Format: date-time
             * @description When it goes at the latest. Null until the one before it has gone.
             * @example 2026-11-30T09:00:00.000Z
             */
            due_at: string | null;
            /**
             * Format: uuid
             * @description The message it became.
             * @example 0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a81
             */
            message_id: string | null;
            /** @description Why it was refused. */
            errors?: components["schemas"]["ProblemField"][];
        };
        MessageWithTimelineDto: {
            /**
             * Format: uuid
             * @example 0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a80
             */
            id: string;
            /**
             * Format: date-time
             * @example 2026-11-30T09:00:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-11-30T09:00:00.000Z
             */
            updated_at: string;
            /** @example sent */
            status: components["schemas"]["MessageStatus"];
            /**
             * @description Why it is not sent; see its explanation.
             * @example null
             */
            reason: string | null;
            channel: components["schemas"]["Channel"];
            /**
             * @description That of its key: `test` never leaves.
             * @enum {string}
             */
            mode: "live" | "test";
            priority: components["schemas"]["Priority"];
            /**
             * @description The address it goes to, in its canonical spelling.
             * @example ann@example.org
             */
            to: string;
            /**
             * Format: uuid
             * @example 0199d2c5-6a10-7000-8000-000000000001
             */
            sender_id: string;
            /** @description What it is rendered from. Null: its own content. */
            template_version_id: string | null;
            /**
             * @description Calls to a provider so far.
             * @example 1
             */
            attempts: number;
            /**
             * Format: date-time
             * @description Not before this time: schedule, deferral or retry.
             * @example 2026-11-30T09:00:00.000Z
             */
            due_at: string;
            /**
             * Format: date-time
             * @description Not sent after this time.
             * @example 2026-11-30T09:00:00.000Z
             */
            expires_at: string | null;
            /**
             * @description Of its latest call.
             * @example smtp
             */
            provider: string | null;
            /** @description What the vendor calls it. */
            provider_message_id: string | null;
            /**
             * @description As you gave it.
             * @example {
             *       "order_id": "A-17"
             *     }
             */
            metadata?: {
                [key: string]: unknown;
            } | null;
            /**
             * @description What it can be found by.
             * @example [
             *       "receipts"
             *     ]
             */
            tags: string[];
            /** @description Of bulk: what its recipient can unsubscribe from alone. */
            topic: string | null;
            /** @description All that happened to it, in order. */
            timeline: components["schemas"]["TimelineEntryDto"][];
            /** @description What goes by other channels, in order. */
            fallbacks: components["schemas"]["ShownFallbackDto"][];
            /**
             * @description The message it stands in for.
             * @example null
             */
            fallback_of: string | null;
            /**
             * @description What is done when nobody can know whether it was sent.
             * @enum {string}
             */
            on_unknown: "park" | "resend";
        };
        FindingDto: {
            /**
             * @description What is checked there.
             * @example limits
             */
            step: components["schemas"]["DeliveryStep"];
            /**
             * @description `pending`: not reached yet; `seen` is what it would find now. `passed`: `seen` is what was recorded.
             * @enum {string}
             */
            verdict: "passed" | "waiting" | "stopped" | "pending";
            /**
             * @description Why it did not pass.
             * @example rate_limited
             */
            reason?: string;
            /**
             * @description The values.
             * @example {
             *       "level": "sender",
             *       "limit": 20,
             *       "window_ms": 60000
             *     }
             */
            seen: {
                [key: string]: unknown;
            };
        };
        ExplanationDto: {
            /** @example queued */
            status: components["schemas"]["MessageStatus"];
            /**
             * @description Status and reason as a sentence.
             * @example Waits: a rate limit is reached; a later time is reserved for it.
             */
            summary: string;
            /**
             * @description Why it stands there. Null: nothing is against it.
             * @example rate_limited
             */
            reason: string | null;
            /**
             * Format: date-time
             * @description When it is handed to the workers next; one that is due may be on its way to them, and tried before. Null: never again, by itself.
             * @example 2026-11-30T09:00:00.000Z
             */
            next_try_at: string | null;
            /** @description Every step of a delivery, in order. */
            steps: components["schemas"]["FindingDto"][];
            /** @description What goes by other channels should it not be delivered. */
            fallbacks: components["schemas"]["ShownFallbackDto"][];
            /**
             * @description The message it stands in for.
             * @example null
             */
            fallback_of: string | null;
        };
        ProblemCodeDto: {
            /**
             * Format: uri
             * @description As `type` of problems has it.
             * @example https://outbell.example.com/problems/unknown_template
             */
            type: string;
            /** @example unknown_template */
            code: string;
            /**
             * @description Of the answers that have it. Null: it is a code of single fields.
             * @example 400
             */
            status: number | null;
            /** @example The tenant has no template of that name, channel and locale, or archived it. */
            meaning: string;
            /** @example List the templates with GET /v1/templates; name the locale if it is not `en`. */
            mend: string;
        };
        ProblemCodesDto: {
            /** @description Every code, those of problems first. */
            data: components["schemas"]["ProblemCodeDto"][];
        };
        RootDto: {
            /** @example Outbell */
            name: string;
            /** @example 0.1.0 */
            version: string;
            /**
             * Format: uri
             * @description The API’s documentation. Null: this installation does not serve it (`DOCS`).
             * @example https://outbell.example.com/docs
             */
            docs: string | null;
            /**
             * Format: uri
             * @description The same as OpenAPI.
             * @example https://outbell.example.com/docs-json
             */
            openapi: string | null;
            /**
             * Format: uri
             * @description What the codes of errors mean.
             * @example https://outbell.example.com/problems
             */
            problems: string;
            /**
             * Format: uri
             * @description Whether it works.
             * @example https://outbell.example.com/health
             */
            health: string;
        };
        /**
         * @example {
         *       "channel": "email",
         *       "address": "shop@example.com",
         *       "name": "Example Shop"
         *     }
         */
        CreateSenderDto: {
            /** @example email */
            channel: components["schemas"]["Channel"];
            /**
             * @description Where messages come from. Email: an address, to which a code is sent. SMS: a number in E.164, a short code of 3 to 8 digits, or a name of 1 to 11 letters, digits, spaces and - + _ & with at least one letter, spelled as recipients see it. WhatsApp, voice: a number in E.164. Push: your name for the app, 1 to 100 of a–z, 0–9, dot, hyphen and underscore.
             * @example shop@example.com
             */
            address: string;
            /**
             * @description Shown beside the address. Null: nothing is.
             * @example Example Shop
             */
            name?: string | null;
        };
        SenderDto: {
            /**
             * Format: uuid
             * @example 0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a80
             */
            id: string;
            /**
             * Format: date-time
             * @example 2026-11-30T09:00:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-11-30T09:00:00.000Z
             */
            updated_at: string;
            /** @example email */
            channel: components["schemas"]["Channel"];
            /** @example shop@example.com */
            address: string;
            /** @example Example Shop */
            name: string | null;
            /**
             * @description Only a verified sender’s messages are accepted; a paused one’s wait.
             * @enum {string}
             */
            status: "pending" | "verified" | "paused";
            /**
             * @description Why it is paused.
             * @example paused_by_tenant
             */
            status_reason: string | null;
            /**
             * @description Empty: the installation’s.
             * @example 20/min,1000/h
             */
            rate_limits: string;
            /**
             * Format: date-time
             * @example 2026-11-30T09:00:00.000Z
             */
            verified_at: string | null;
            /**
             * Format: date-time
             * @description Since then new messages cannot use it, and its address is free.
             * @example 2026-11-30T09:00:00.000Z
             */
            archived_at: string | null;
            /**
             * @description Whose connections it may go by. `tenant`, `withdrawn`: your own alone. `installation` (its code came by those) and `operator` (who has granted it): the installation’s too. Null: not verified yet.
             * @enum {string|null}
             */
            verified_over: "tenant" | "installation" | "operator" | "withdrawn" | null;
        };
        SenderPageDto: {
            /**
             * @description Give it back as `cursor` for what follows. Null: nothing does.
             * @example null
             */
            next_cursor: string | null;
            data: components["schemas"]["SenderDto"][];
        };
        /**
         * @example {
         *       "name": "Example Shop",
         *       "rate_limits": "20/min,1000/h"
         *     }
         */
        UpdateSenderDto: {
            /**
             * @description Shown beside the address. Null: nothing is.
             * @example Example Shop
             */
            name?: string | null;
            /**
             * @description `paused`: its messages wait. `verified` lets a paused one go on, if it has ever been verified.
             * @enum {string}
             */
            status?: "paused" | "verified";
            /**
             * @description Its own limits, all at once, instead of the installation’s; empty: the installation’s again.
             * @example 20/min,1000/h
             */
            rate_limits?: string;
        };
        UpdatedSenderDto: {
            /**
             * Format: uuid
             * @example 0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a80
             */
            id: string;
            /**
             * Format: date-time
             * @example 2026-11-30T09:00:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-11-30T09:00:00.000Z
             */
            updated_at: string;
            /** @example email */
            channel: components["schemas"]["Channel"];
            /** @example shop@example.com */
            address: string;
            /** @example Example Shop */
            name: string | null;
            /**
             * @description Only a verified sender’s messages are accepted; a paused one’s wait.
             * @enum {string}
             */
            status: "pending" | "verified" | "paused";
            /**
             * @description Why it is paused.
             * @example paused_by_tenant
             */
            status_reason: string | null;
            /**
             * @description Empty: the installation’s.
             * @example 20/min,1000/h
             */
            rate_limits: string;
            /**
             * Format: date-time
             * @example 2026-11-30T09:00:00.000Z
             */
            verified_at: string | null;
            /**
             * Format: date-time
             * @description Since then new messages cannot use it, and its address is free.
             * @example 2026-11-30T09:00:00.000Z
             */
            archived_at: string | null;
            /**
             * @description Whose connections it may go by. `tenant`, `withdrawn`: your own alone. `installation` (its code came by those) and `operator` (who has granted it): the installation’s too. Null: not verified yet.
             * @enum {string|null}
             */
            verified_over: "tenant" | "installation" | "operator" | "withdrawn" | null;
            /**
             * @description After a pause: messages that a vendor was called for just before, and has not answered within two seconds. No other leaves any more.
             * @example 0
             */
            in_flight?: number;
        };
        /**
         * @example {
         *       "code": "048213"
         *     }
         */
        VerifySenderDto: {
            /**
             * @description The six digits that were sent to the address.
             * @example 048213
             */
            code: string;
        };
        /**
         * @example {
         *       "channel": "email",
         *       "address": "ann@example.org",
         *       "reason": "manual"
         *     }
         */
        CreateSuppressionDto: {
            /** @example email */
            channel: components["schemas"]["Channel"];
            /**
             * @description However it is written: case makes no difference.
             * @example ann@example.org
             */
            address: string;
            /** @description Why nothing may be sent to it. Default: `"manual"`. */
            reason?: components["schemas"]["SuppressionReason"];
            /** @description What it holds for: `all` messages, those of priority `bulk`, or those of one `topic`. Default: `topic` where one is given, `bulk` for who unsubscribed from mail, `all` for everything else. */
            scope?: components["schemas"]["SuppressionScope"];
            /**
             * @description Of scope `topic`: as bulk messages name it.
             * @example offers
             */
            topic?: string;
        };
        HoldingSuppressionDto: {
            /**
             * Format: uuid
             * @example 0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a80
             */
            id: string;
            /**
             * Format: date-time
             * @example 2026-11-30T09:00:00.000Z
             */
            created_at: string;
            /** @example email */
            channel: components["schemas"]["Channel"];
            /** @example ann@example.org */
            address: string;
            /** @example unsubscribe */
            reason: components["schemas"]["SuppressionReason"];
            /**
             * @description What it holds for: `all` messages, those of priority `bulk`, or those of one `topic`.
             * @example bulk
             */
            scope: components["schemas"]["SuppressionScope"];
            /**
             * @description Of scope `topic`.
             * @example null
             */
            topic: string | null;
            /**
             * @description What led to it.
             * @example {
             *       "message_id": "0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a99"
             *     }
             */
            evidence: {
                [key: string]: unknown;
            };
            /**
             * @description Messages to the address that a vendor was called for just before, and has not answered within two seconds: they may still arrive. Nothing else that the suppression forbids leaves any more.
             * @example 0
             */
            in_flight: number;
        };
        SuppressionDto: {
            /**
             * Format: uuid
             * @example 0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a80
             */
            id: string;
            /**
             * Format: date-time
             * @example 2026-11-30T09:00:00.000Z
             */
            created_at: string;
            /** @example email */
            channel: components["schemas"]["Channel"];
            /** @example ann@example.org */
            address: string;
            /** @example unsubscribe */
            reason: components["schemas"]["SuppressionReason"];
            /**
             * @description What it holds for: `all` messages, those of priority `bulk`, or those of one `topic`.
             * @example bulk
             */
            scope: components["schemas"]["SuppressionScope"];
            /**
             * @description Of scope `topic`.
             * @example null
             */
            topic: string | null;
            /**
             * @description What led to it.
             * @example {
             *       "message_id": "0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a99"
             *     }
             */
            evidence: {
                [key: string]: unknown;
            };
        };
        SuppressionPageDto: {
            /**
             * @description Give it back as `cursor` for what follows. Null: nothing does.
             * @example null
             */
            next_cursor: string | null;
            data: components["schemas"]["SuppressionDto"][];
        };
        /**
         * @example {
         *       "name": "order-confirmation",
         *       "channel": "email",
         *       "locale": "en",
         *       "subject": "Your order {{order.id}}",
         *       "html": "<p>Dear {{name}}, {{#each items}}{{title}}{{#unless @last}}, {{/unless}}{{/each}}</p>",
         *       "text": "Dear {{name}}, thank you for order {{order.id}}."
         *     }
         */
        CreateTemplateDto: {
            /**
             * @description Email and push. One line; unescaped.
             * @example Your order {{order.id}}
             */
            subject?: string | null;
            /**
             * @description Email. Variables are escaped. #if, #unless, #each, #with and lookup are there; partials are not.
             * @example <p>Dear {{name}}, {{#each items}}{{title}}{{#unless @last}}, {{/unless}}{{/each}}</p>
             */
            html?: string | null;
            /**
             * @description Unescaped. For email made from the html when left out; of voice the token of a recording.
             * @example Dear {{name}}
             */
            text?: string | null;
            /** @description A missing variable renders as nothing, and stops no message. Default: `false`. */
            lenient?: boolean;
            /**
             * @description What messages call it by.
             * @example order-confirmation
             */
            name: string;
            /** @example email */
            channel: components["schemas"]["Channel"];
            /**
             * @description One template per name, channel and locale. Default: `"en"`.
             * @example en
             */
            locale?: string;
        };
        TemplateDto: {
            /**
             * Format: uuid
             * @example 0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a80
             */
            id: string;
            /**
             * Format: date-time
             * @example 2026-11-30T09:00:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-11-30T09:00:00.000Z
             */
            updated_at: string;
            /** @example order-confirmation */
            name: string;
            /** @example email */
            channel: components["schemas"]["Channel"];
            /** @example en */
            locale: string;
            /**
             * @description What messages get; null until one is published.
             * @example 1
             */
            published_version: number | null;
            /**
             * @description The newest, published or not.
             * @example 2
             */
            latest_version: number;
            /**
             * Format: date-time
             * @description Since then new messages cannot use it, and its name is free.
             * @example 2026-11-30T09:00:00.000Z
             */
            archived_at: string | null;
        };
        TemplatePageDto: {
            /**
             * @description Give it back as `cursor` for what follows. Null: nothing does.
             * @example null
             */
            next_cursor: string | null;
            data: components["schemas"]["TemplateDto"][];
        };
        /**
         * @example {
         *       "subject": "We have your order {{order.id}}",
         *       "html": "<p>Dear {{name}}, {{#each items}}{{title}}{{#unless @last}}, {{/unless}}{{/each}}</p>",
         *       "text": "Dear {{name}}, thank you for order {{order.id}}."
         *     }
         */
        TemplateContentDto: {
            /**
             * @description Email and push. One line; unescaped.
             * @example Your order {{order.id}}
             */
            subject?: string | null;
            /**
             * @description Email. Variables are escaped. #if, #unless, #each, #with and lookup are there; partials are not.
             * @example <p>Dear {{name}}, {{#each items}}{{title}}{{#unless @last}}, {{/unless}}{{/each}}</p>
             */
            html?: string | null;
            /**
             * @description Unescaped. For email made from the html when left out; of voice the token of a recording.
             * @example Dear {{name}}
             */
            text?: string | null;
            /** @description A missing variable renders as nothing, and stops no message. Default: `false`. */
            lenient?: boolean;
        };
        TemplateVersionDto: {
            /**
             * Format: uuid
             * @example 0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a81
             */
            id: string;
            /** @example 2 */
            version: number;
            /** @example Your order {{order.id}} */
            subject: string | null;
            /** @example <p>Dear {{name}}</p> */
            html: string | null;
            /** @example Dear {{name}} */
            text: string | null;
            /**
             * @description Variables that a message must give.
             * @example [
             *       "name",
             *       "order"
             *     ]
             */
            variables: string[];
            /**
             * @description A missing variable stops no message.
             * @example false
             */
            lenient: boolean;
            /**
             * Format: date-time
             * @example 2026-11-30T09:00:00.000Z
             */
            created_at: string;
        };
        TemplateVersionPageDto: {
            /**
             * @description Give it back as `cursor` for what follows. Null: nothing does.
             * @example null
             */
            next_cursor: string | null;
            data: components["schemas"]["TemplateVersionDto"][];
        };
        /**
         * @example {
         *       "version": 2
         *     }
         */
        PublishTemplateDto: {
            /**
             * @description The version that messages get from now on; an earlier one brings it back.
             * @example 2
             */
            version: number;
        };
        /**
         * @example {
         *       "variables": {
         *         "name": "Ann",
         *         "order": {
         *           "id": "A-17"
         *         },
         *         "items": [
         *           {
         *             "title": "Tea"
         *           }
         *         ]
         *       }
         *     }
         */
        PreviewTemplateDto: {
            /**
             * @description Default: the newest one, published or not.
             * @example 2
             */
            version?: number;
            /**
             * @description As a message would give them. Default: `{}`.
             * @example {
             *       "name": "Ann"
             *     }
             */
            variables?: {
                [key: string]: unknown;
            };
        };
        PreviewDto: {
            /**
             * @description The version that was rendered.
             * @example 2
             */
            version: number;
            /** @example Your order A-17 */
            subject: string | null;
            /** @example <p>Dear Ann</p> */
            html: string | null;
            /** @example Dear Ann */
            text: string;
        };
        TenantEventDto: {
            /**
             * Format: date-time
             * @example 2026-11-30T09:00:00.000Z
             */
            at: string;
            /** @enum {string} */
            type: "paused" | "resumed";
            /**
             * @description Why it was paused.
             * @example failure_rate
             */
            reason: string | null;
            /**
             * @description What was counted within the window.
             * @example {
             *       "ended": 400,
             *       "failed": 260,
             *       "window_ms": 3600000
             *     }
             */
            detail: {
                [key: string]: unknown;
            } | null;
        };
        TenantDto: {
            /**
             * Format: uuid
             * @example 0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a80
             */
            id: string;
            /** @example shop */
            name: string;
            /**
             * @description `paused`: its messages wait until it is resumed.
             * @enum {string}
             */
            status: "active" | "paused";
            /**
             * Format: date-time
             * @description Null while it is active.
             * @example 2026-11-30T09:00:00.000Z
             */
            paused_at: string | null;
            /**
             * @description Which rate crossed its bound.
             * @enum {string|null}
             */
            pause_reason: "failure_rate" | "complaint_rate" | null;
            /** @description What was counted within the window. */
            pause_detail: {
                [key: string]: unknown;
            } | null;
            /** @description The latest ones, newest first. */
            events: components["schemas"]["TenantEventDto"][];
        };
        /**
         * @example {
         *       "name": "shop",
         *       "pair_by": "qr"
         *     }
         */
        CreateSessionDto: {
            /**
             * @description What a connection of the provider `baileys` names as its `session`.
             * @example shop
             */
            name: string;
            /**
             * @description `qr`: the telephone scans a picture; `code`: eight characters are typed into it.
             * @enum {string}
             */
            pair_by: "qr" | "code";
            /**
             * @description With `code`: the number of the telephone, in E.164.
             * @example +33612345678
             */
            phone?: string;
        };
        SessionDto: {
            /**
             * Format: uuid
             * @example 0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a80
             */
            id: string;
            /**
             * Format: date-time
             * @example 2026-11-30T09:00:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-11-30T09:00:00.000Z
             */
            updated_at: string;
            /** @example shop */
            name: string;
            /**
             * @description `stopped` is for good: delete it and pair anew. `disconnected` comes back by itself, but with the reason `client_too_old` after an update of Outbell only.
             * @enum {string}
             */
            state: "new" | "pairing" | "connected" | "disconnected" | "stopped" | "logging_out";
            /**
             * @description Why it is not connected.
             * @example logged_out
             */
            reason: string | null;
            /**
             * @description Once it is paired.
             * @example +33612345678
             */
            phone: string | null;
            /**
             * Format: date-time
             * @description WhatsApp has restricted the number: nothing is sent before.
             * @example 2026-11-30T09:00:00.000Z
             */
            restricted_until: string | null;
        };
        SessionPageDto: {
            /**
             * @description Give it back as `cursor` for what follows. Null: nothing does.
             * @example null
             */
            next_cursor: string | null;
            data: components["schemas"]["SessionDto"][];
        };
        /** @enum {string} */
        Channel: "email" | "sms" | "whatsapp" | "push" | "voice";
        /** @enum {string} */
        MessageStatus: "queued" | "processing" | "sending" | "sent" | "delivered" | "bounced" | "complained" | "failed" | "unknown" | "suppressed" | "canceled" | "expired";
        /** @enum {string} */
        Priority: "high" | "normal" | "bulk";
        /** @enum {string} */
        Scope: "messages:write" | "messages:read" | "templates:write" | "templates:read" | "senders:write" | "senders:read" | "connections:write" | "connections:read" | "suppressions:write" | "suppressions:read" | "contacts:write" | "contacts:read" | "keys:write" | "keys:read" | "tenant:write" | "tenant:read";
        /** @enum {string} */
        DeliveryStep: "schedule" | "queue" | "suppression" | "expiry" | "sender" | "connection" | "limits" | "content" | "provider" | "receipt";
        /** @enum {string} */
        SuppressionReason: "unsubscribe" | "bounce" | "invalid" | "complaint" | "manual";
        /** @enum {string} */
        SuppressionScope: "all" | "bulk" | "topic";
        /** @enum {string} */
        ProblemCode: "invalid_input" | "malformed_request" | "malformed_json" | "invalid_address" | "premium_number" | "channel_not_enabled" | "unknown_sender" | "sender_not_verified" | "unknown_template" | "unknown_template_version" | "template_not_published" | "missing_variable" | "invalid_template" | "unknown_contact" | "contact_without_address" | "cannot_carry" | "unknown_provider" | "beyond_own_rights" | "unauthorized" | "key_missing" | "key_malformed" | "key_unknown" | "key_revoked" | "key_expired" | "key_in_url" | "signature_invalid" | "forbidden" | "scope_missing" | "test_key_not_allowed" | "not_found" | "unknown_route" | "method_not_allowed" | "request_timeout" | "conflict" | "name_taken" | "sender_exists" | "archived" | "message_not_cancelable" | "message_not_retryable" | "code_sent_recently" | "body_too_large" | "url_too_long" | "unsupported_media_type" | "unprocessable" | "idempotency_key_reused" | "wrong_code" | "code_expired" | "render_failed" | "rate_limited" | "too_many_failures" | "too_many_streams" | "headers_too_large" | "internal_error" | "unavailable" | "database_away" | "idempotency_key_refused" | "text_not_derivable" | "request_under_way" | "service_ending";
        /** @enum {string} */
        ErrorCode: "required" | "unknown_property" | "wrong_type" | "wrong_format" | "too_short" | "too_long" | "out_of_range" | "not_allowed" | "duplicate" | "invalid" | "invalid_input" | "malformed_request" | "malformed_json" | "invalid_address" | "premium_number" | "channel_not_enabled" | "unknown_sender" | "sender_not_verified" | "unknown_template" | "unknown_template_version" | "template_not_published" | "missing_variable" | "invalid_template" | "unknown_contact" | "contact_without_address" | "cannot_carry" | "unknown_provider" | "beyond_own_rights" | "unauthorized" | "key_missing" | "key_malformed" | "key_unknown" | "key_revoked" | "key_expired" | "key_in_url" | "signature_invalid" | "forbidden" | "scope_missing" | "test_key_not_allowed" | "not_found" | "unknown_route" | "method_not_allowed" | "request_timeout" | "conflict" | "name_taken" | "sender_exists" | "archived" | "message_not_cancelable" | "message_not_retryable" | "code_sent_recently" | "body_too_large" | "url_too_long" | "unsupported_media_type" | "unprocessable" | "idempotency_key_reused" | "wrong_code" | "code_expired" | "render_failed" | "rate_limited" | "too_many_failures" | "too_many_streams" | "headers_too_large" | "internal_error" | "unavailable" | "database_away" | "idempotency_key_refused" | "text_not_derivable" | "request_under_way" | "service_ending";
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listMessages: {
        parameters: {
            query?: {
                /** @description How many entries at most. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Only those that have it now. */
                status?: components["schemas"]["MessageStatus"];
                /** @description Only those whose `reason` it is. */
                reason?: string;
                /** @description Only of this mode. */
                mode?: "live" | "test";
                /** @description Id or address of a sender, archived or not. */
                sender?: string;
                /** @description Id or name of a template, archived or not; any version. */
                template?: string;
                /** @description Only those whose metadata has this value under this key, as key=value; give it again for more, five at most. */
                metadata?: string[];
                /** @description Only of this channel. */
                channel?: components["schemas"]["Channel"];
                /** @description Only those that have it. */
                tag?: string;
                /** @description The address, in any spelling. Without `channel` an email address or a number. */
                recipient?: string;
                /** @description Created at this time or later. */
                created_after?: string;
                /** @description Created before this time. */
                created_before?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessagePageDto"];
                };
            };
        };
    };
    createMessage: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key gets the first answer, whatever happened in between. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateMessageDto"];
            };
        };
        responses: {
            /** @description Accepted: it is carried out in the background. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AcceptedDto"];
                };
            };
        };
    };
    createMessageBatch: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key gets the first answer, whatever happened in between. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateBatchDto"];
            };
        };
        responses: {
            /** @description Accepted: it is carried out in the background. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchDto"];
                };
            };
        };
    };
    getMessage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageWithTimelineDto"];
                };
            };
        };
    };
    explainMessage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExplanationDto"];
                };
            };
        };
    };
    cancelMessage: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key gets the first answer, whatever happened in between. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageWithTimelineDto"];
                };
            };
        };
    };
    retryMessage: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key gets the first answer, whatever happened in between. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted: it is carried out in the background. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageWithTimelineDto"];
                };
            };
        };
    };
    listTemplates: {
        parameters: {
            query?: {
                /** @description How many entries at most. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description `true`: those that are archived, and no others. */
                archived?: "true" | "false";
                /** @description Exact: its channels and locales. */
                name?: string;
                /** @description Only of this channel. */
                channel?: components["schemas"]["Channel"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplatePageDto"];
                };
            };
        };
    };
    createTemplate: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key gets the first answer, whatever happened in between. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateTemplateDto"];
            };
        };
        responses: {
            /** @description Made. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateDto"];
                };
            };
        };
    };
    getTemplate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateDto"];
                };
            };
        };
    };
    archiveTemplate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; the answer has no body. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listTemplateVersions: {
        parameters: {
            query?: {
                /** @description How many entries at most. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateVersionPageDto"];
                };
            };
        };
    };
    createTemplateVersion: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key gets the first answer, whatever happened in between. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TemplateContentDto"];
            };
        };
        responses: {
            /** @description Made. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateVersionDto"];
                };
            };
        };
    };
    publishTemplate: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key gets the first answer, whatever happened in between. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PublishTemplateDto"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateDto"];
                };
            };
        };
    };
    previewTemplate: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key gets the first answer, whatever happened in between. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PreviewTemplateDto"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PreviewDto"];
                };
            };
        };
    };
    listSenders: {
        parameters: {
            query?: {
                /** @description How many entries at most. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description `true`: those that are archived, and no others. */
                archived?: "true" | "false";
                /** @description Only of this channel. */
                channel?: components["schemas"]["Channel"];
                /** @description Only those that have it now. */
                status?: "pending" | "verified" | "paused";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SenderPageDto"];
                };
            };
        };
    };
    createSender: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key gets the first answer, whatever happened in between. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateSenderDto"];
            };
        };
        responses: {
            /** @description Made. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SenderDto"];
                };
            };
        };
    };
    getSender: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SenderDto"];
                };
            };
        };
    };
    archiveSender: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; the answer has no body. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    updateSender: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateSenderDto"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UpdatedSenderDto"];
                };
            };
        };
    };
    verifySender: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key gets the first answer, whatever happened in between. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VerifySenderDto"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SenderDto"];
                };
            };
        };
    };
    resendSenderCode: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key gets the first answer, whatever happened in between. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted: it is carried out in the background. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SenderDto"];
                };
            };
        };
    };
    listContacts: {
        parameters: {
            query?: {
                /** @description How many entries at most. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Exact. */
                external_id?: string;
                /** @description In any spelling. */
                email?: string;
                /** @description E.164. */
                phone?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContactPageDto"];
                };
            };
        };
    };
    createContact: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key gets the first answer, whatever happened in between. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ContactFieldsDto"];
            };
        };
        responses: {
            /** @description Made. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContactDto"];
                };
            };
        };
    };
    importContacts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description CSV with a header of column names, or one JSON object per line. */
        requestBody: {
            content: {
                "text/csv": string;
                "application/x-ndjson": string;
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportDto"];
                };
            };
        };
    };
    exportContacts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                    "application/x-ndjson": string;
                };
            };
        };
    };
    getContact: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContactWithDevicesDto"];
                };
            };
        };
    };
    deleteContact: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; the answer has no body. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    updateContact: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ContactFieldsDto"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContactDto"];
                };
            };
        };
    };
    registerDevice: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key gets the first answer, whatever happened in between. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SeeDeviceDto"];
            };
        };
        responses: {
            /** @description Made. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeviceDto"];
                };
            };
        };
    };
    deleteDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                deviceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; the answer has no body. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listSuppressions: {
        parameters: {
            query?: {
                /** @description How many entries at most. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Only of this channel. */
                channel?: components["schemas"]["Channel"];
                /** @description Together with `channel`. */
                address?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SuppressionPageDto"];
                };
            };
        };
    };
    createSuppression: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key gets the first answer, whatever happened in between. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateSuppressionDto"];
            };
        };
        responses: {
            /** @description Made. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HoldingSuppressionDto"];
                };
            };
        };
    };
    importSuppressions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description CSV with a header of column names, or one JSON object per line. */
        requestBody: {
            content: {
                "text/csv": string;
                "application/x-ndjson": string;
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportDto"];
                };
            };
        };
    };
    exportSuppressions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                    "application/x-ndjson": string;
                };
            };
        };
    };
    getSuppression: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SuppressionDto"];
                };
            };
        };
    };
    deleteSuppression: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; the answer has no body. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listConnections: {
        parameters: {
            query?: {
                /** @description How many entries at most. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Only of this channel. */
                channel?: components["schemas"]["Channel"];
                /** @description Only to this provider. */
                provider?: string;
                /** @description Only those that take messages, or those that do not. */
                active?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConnectionPageDto"];
                };
            };
        };
    };
    createConnection: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key gets the first answer, whatever happened in between. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateConnectionDto"];
            };
        };
        responses: {
            /** @description Made. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedConnectionDto"];
                };
            };
        };
    };
    getConnection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConnectionDto"];
                };
            };
        };
    };
    deactivateConnection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; the answer has no body. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    updateConnection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateConnectionDto"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedConnectionDto"];
                };
            };
        };
    };
    verifyConnection: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key gets the first answer, whatever happened in between. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VerificationDto"];
                };
            };
        };
    };
    listWhatsAppSessions: {
        parameters: {
            query?: {
                /** @description How many entries at most. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionPageDto"];
                };
            };
        };
    };
    createWhatsAppSession: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key gets the first answer, whatever happened in between. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateSessionDto"];
            };
        };
        responses: {
            /** @description Made. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionDto"];
                };
            };
        };
    };
    getWhatsAppSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionDto"];
                };
            };
        };
    };
    deleteWhatsAppSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted: it is carried out in the background. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    followWhatsAppSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listKeys: {
        parameters: {
            query?: {
                /** @description How many entries at most. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyPageDto"];
                };
            };
        };
    };
    createKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateKeyDto"];
            };
        };
        responses: {
            /** @description Made. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedKeyDto"];
                };
            };
        };
    };
    getKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyDto"];
                };
            };
        };
    };
    revokeKey: {
        parameters: {
            query?: {
                /** @description `true`: the keys too that it made, and those that they made. */
                descendants?: "true" | "false";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; the answer has no body. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getTenant: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TenantDto"];
                };
            };
        };
    };
    resumeTenant: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key gets the first answer, whatever happened in between. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TenantDto"];
                };
            };
        };
    };
    reportBounceMail: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key gets the first answer, whatever happened in between. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        /** @description The whole mail as it came, at most 10 MB. */
        requestBody: {
            content: {
                "message/rfc822": string;
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BounceMailDto"];
                };
            };
        };
    };
}
