const APP = /[\\/]apps[\\/]([\w-]+)[\\/]src[\\/]main\.[jt]s$/;

/** What this process calls itself at servers, to be found among their connections: `outbell-worker`. */
export const PROCESS_NAME = ['outbell', ...(APP.exec(process.argv[1] ?? '')?.slice(1) ?? [])].join('-');
