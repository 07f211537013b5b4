/**
 * What the API's description calls each operation, and so what generated clients call their functions: never renamed.
 * By controller and method.
 */
const OPERATION_IDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  MessagesController: {
    create: 'createMessage',
    createBatch: 'createMessageBatch',
    list: 'listMessages',
    read: 'getMessage',
    explain: 'explainMessage',
    cancel: 'cancelMessage',
    retry: 'retryMessage',
  },
  TemplatesController: {
    create: 'createTemplate',
    list: 'listTemplates',
    find: 'getTemplate',
    addVersion: 'createTemplateVersion',
    listVersions: 'listTemplateVersions',
    publish: 'publishTemplate',
    preview: 'previewTemplate',
    archive: 'archiveTemplate',
  },
  SendersController: {
    create: 'createSender',
    list: 'listSenders',
    find: 'getSender',
    update: 'updateSender',
    verify: 'verifySender',
    resendCode: 'resendSenderCode',
    archive: 'archiveSender',
  },
  ContactsController: {
    create: 'createContact',
    list: 'listContacts',
    import: 'importContacts',
    export: 'exportContacts',
    find: 'getContact',
    update: 'updateContact',
    remove: 'deleteContact',
    seeDevice: 'registerDevice',
    removeDevice: 'deleteDevice',
  },
  SuppressionsController: {
    add: 'createSuppression',
    list: 'listSuppressions',
    import: 'importSuppressions',
    export: 'exportSuppressions',
    find: 'getSuppression',
    remove: 'deleteSuppression',
  },
  ConnectionsController: {
    create: 'createConnection',
    list: 'listConnections',
    find: 'getConnection',
    update: 'updateConnection',
    verify: 'verifyConnection',
    deactivate: 'deactivateConnection',
  },
  WhatsAppSessionsController: {
    create: 'createWhatsAppSession',
    list: 'listWhatsAppSessions',
    find: 'getWhatsAppSession',
    events: 'followWhatsAppSession',
    remove: 'deleteWhatsAppSession',
  },
  KeysController: { create: 'createKey', list: 'listKeys', find: 'getKey', revoke: 'revokeKey' },
  TenantController: { show: 'getTenant', resume: 'resumeTenant' },
  BounceMailsController: { take: 'reportBounceMail' },
  CallbacksController: { told: 'verifyCallback', posted: 'receiveCallback' },
  UnsubscribeController: { ask: 'getUnsubscribePage', unsubscribe: 'unsubscribe' },
  ProblemsController: { list: 'listProblemCodes', find: 'getProblemCode' },
  HealthController: { all: 'getHealth', live: 'getLiveness', ready: 'getReadiness' },
  RootController: { read: 'getRoot' },
};

/** For rooms that tests add, whose operations have no name of their own, Nest's. */
export function operationId(controller: string, method: string): string {
  return OPERATION_IDS[controller]?.[method] ?? `${controller}_${method}`;
}
